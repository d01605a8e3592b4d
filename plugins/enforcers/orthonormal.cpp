// Orthonormal layers (Anil et al. 2019, sec. 4.1): each weight is replaced by the nearest matrix with
// orthonormal rows or columns, by the iteration of Bjorck & Bowie (1971), through which the gradient flows.
// Meant to go with the activation group_sort: such a network has slope 1 and keeps its gradient's norm.
//
// No singular value ever exceeds 1, however few the iterations. A convolution is taken for the matrix of its
// kernel [out, in k k]; the layer itself may then stretch by up to ceil(k / stride), the root of the number
// of patches that see a pixel; a transposed one by up to k.
#include "layer_matrix.h"

namespace {

struct Orthonormal final : monge::Enforcer {
  std::int64_t iterations = 15;
  std::int64_t order = 1;

  static void describe(monge::Describe<Orthonormal>& d) {
    d.doc("Orthonormal weights by Bjorck's iteration, of Anil et al. (2019); use it with group_sort");
    d.paper(
        "Anil et al. (2019), Sorting out Lipschitz function approximation, sec. 4.1, arXiv:1811.05381; "
        "Bjorck & Bowie (1971)");
    d.param("iterations", &Orthonormal::iterations, "steps of the iteration").range(1, 1e3);
    d.param("order", &Orthonormal::order, "terms of the series after the first: more cost, fewer steps")
        .range(1, 8);
  }

  Tensor weight(const Tensor& w, const Role& role, State&) const override {
    if (!is_matrix(w, role)) return w;
    const auto matrix = as_matrix(w, role);
    const bool wide = matrix.size(0) <= matrix.size(1);
    return from_matrix(wide ? nearest(matrix) : nearest(matrix.t()).t(), w, role);
  }

 private:
  // a [m, n], m <= n. A <- (sum_k c_k Q^k) A with Q = I - A A^T and the series c of 1/sqrt(1 - q). Its sum is
  // below 1/s for a singular value s, so that s < 1 grows towards 1 and never past it.
  Tensor nearest(Tensor a) const {
    a = a / largest(a);
    const auto one = at::eye(a.size(0), a.options());
    for (std::int64_t i = 0; i < iterations; ++i) {
      const auto q = one - a.matmul(a.t());
      Tensor power = a, sum = a;
      double c = 1;
      for (std::int64_t k = 1; k <= order; ++k) {
        c *= (2.0 * static_cast<double>(k) - 1) / (2.0 * static_cast<double>(k));  // 1/2, 3/8, 5/16, ...
        power = q.matmul(power);
        sum = sum + c * power;
      }
      a = sum;
    }
    return a;
  }

  // No less than the largest singular value, and near it: (sum_i s_i^4)^(1/4), the root of the norm of A A^T.
  static Tensor largest(const Tensor& a) { return (a.matmul(a.t()).square().sum() + 1e-36).sqrt().sqrt(); }
};

}  // namespace

MONGE_PLUGIN(Orthonormal)

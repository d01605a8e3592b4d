// Spectral normalisation (Miyato et al. 2018, eq. 8 and alg. 1): each weight divided by its largest singular
// value, which a power iteration follows from update to update.
//
// A convolution is by default taken for the matrix of its kernel [out, in k k], as in the paper, whose norm
// is not the operator's (Sedghi et al. 2019). With `operator = "convolution"` the iteration is that of the
// layer itself on its own input (Farnia et al. 2019; Gouk et al. 2018): its slope is then 1 indeed.
#include "layer_matrix.h"

namespace {

using at::Tensor;
using monge::Role;

/// A layer as a linear map A of vectors that begin with a dimension of 1, and its adjoint.
class Operator {
 public:
  Operator(const Tensor& w, const Role& role, bool convolution) : w_(w), role_(role) {
    kind_ = !convolution || role.input.size() != 3 ? Kind::matrix
            : role.layer == "conv"                 ? Kind::conv
            : role.layer == "conv_transpose"       ? Kind::conv_transpose
                                                   : Kind::matrix;
    if (kind_ == Kind::matrix) w_ = as_matrix(w, role);
  }

  bool is_matrix() const { return kind_ == Kind::matrix; }
  Tensor apply(const Tensor& v) const {
    if (is_matrix()) return v.matmul(w_.t());
    return kind_ == Kind::conv ? conv(v) : transposed(v, pair(role_.output_padding));
  }
  Tensor adjoint(const Tensor& u) const {
    if (is_matrix()) return u.matmul(w_);
    if (kind_ == Kind::conv_transpose) return conv(u);
    // What the forward pass left over at the border.
    const auto left = [&](std::int64_t side) {
      return (side + 2 * role_.padding - w_.size(2)) % role_.stride;
    };
    return transposed(u, {left(role_.input[1]), left(role_.input[2])});
  }

 private:
  enum class Kind { matrix, conv, conv_transpose };
  // Pairs: vmap's rule for convolution miscounts single numbers.
  static std::vector<std::int64_t> pair(std::int64_t n) { return {n, n}; }
  Tensor conv(const Tensor& x) const {
    return at::conv2d(x, w_, {}, pair(role_.stride), pair(role_.padding));
  }
  Tensor transposed(const Tensor& x, const std::vector<std::int64_t>& output_padding) const {
    return at::conv_transpose2d(x, w_, {}, pair(role_.stride), pair(role_.padding), output_padding);
  }

  Tensor w_;
  Role role_;
  Kind kind_ = Kind::matrix;
};

Tensor unit(const Tensor& x) { return x / x.square().sum().sqrt().clamp_min(1e-12); }

/// Alg. 1: v <- A^T u, u <- A v, each made a unit vector. Returns {u, v}.
std::pair<Tensor, Tensor> iterate(const Operator& map, Tensor u, std::int64_t iterations) {
  Tensor v;
  for (std::int64_t i = 0; i < iterations; ++i) {
    v = unit(map.adjoint(u));
    u = unit(map.apply(v));
  }
  return {u, v};
}

/// A unit vector that has seen a few iterations: the first updates then divide by more than a random guess.
Tensor begun(const Tensor& w, const Role& role, monge::Draw& draw, bool convolution) {
  constexpr std::int64_t kIterations = 15;  // as PyTorch's
  if (!is_matrix(w, role)) return at::zeros({1}, w.options());
  const Operator map(w, role, convolution);
  if (convolution == map.is_matrix()) return at::zeros({1}, w.options());
  monge::Shape input = {1, as_matrix(w, role).size(1)};
  if (convolution) input = {1, role.input[0], role.input[1], role.input[2]};
  const auto v = at::zeros(input, w.options());
  const auto u = unit(draw.normal(map.apply(v).sizes()));
  return iterate(map, u, kIterations).first;
}

struct SpectralNorm final : monge::Enforcer {
  enum class By { matrix, convolution };
  std::int64_t iterations = 1;
  By by = By::matrix;

  static void describe(monge::Describe<SpectralNorm>& d) {
    d.doc("Spectral normalisation of Miyato et al. (2018): every weight of the critic has norm 1");
    d.paper(
        "Miyato et al. (2018), Spectral normalization for GANs, alg. 1, arXiv:1802.05957; of convolutions: "
        "Farnia et al. (2019), arXiv:1811.07457");
    d.param("iterations", &SpectralNorm::iterations, "power iterations an update of the critic")
        .range(1, 1e3);
    d.param("operator", &SpectralNorm::by,
            "norm of a convolution: of its kernel as a matrix as in the paper, or of the layer on its input")
        .choices({{"matrix", By::matrix}, {"convolution", By::convolution}});
    d.state("u", "left singular vector of the weight's matrix [1, out]",
            [](const Tensor& w, const Role& role, Draw& draw) { return begun(w, role, draw, false); });
    d.state("image", "left singular vector of a convolution [1, out, H, W]",
            [](const Tensor& w, const Role& role, Draw& draw) { return begun(w, role, draw, true); });
  }

  Tensor weight(const Tensor& w, const Role& role, State& state) const override {
    if (!is_matrix(w, role)) return w;
    const bool convolution = by == By::convolution;
    const Operator constant(w.detach(), role, convolution);
    auto& kept = state[constant.is_matrix() ? "u" : "image"];
    const auto [u, v] = iterate(constant, kept, iterations);
    kept = u;
    // sigma = <u, A v>; u and v are constants to the gradient.
    const auto sigma = (u * Operator(w, role, convolution).apply(v)).sum();
    return w / sigma.clamp_min(1e-12);
  }
};

}  // namespace

MONGE_PLUGIN(SpectralNorm)

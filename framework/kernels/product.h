// Products of K runs' matrices that a GPU does in one pass with what follows: the patches of images are never
// laid out, the bias is added, the activation or its derivative applied on the way to memory. Single
// precision on tensor cores, with the accuracy of float32 (product.cu).
#pragma once

#include <monge/tensor.h>

#include <optional>

#include "kernels/operand.h"
#include "kernels/optimise.h"

namespace monge::kernels {

/// Whether there are faster ways than LibTorch's for tensors like `x`: floats on a GPU, where packs are
/// trained only if the kernels are there. MONGE_PRODUCTS=off: nowhere, to compare; everywhere: on a CPU, too,
/// by slow twins of the kernels, to test what leads there.
bool is_ours(const Tensor& x);
/// Whether products can be done this way, too: the GPU has the kernels, and nobody asked for TF32, which is
/// faster still by LibTorch.
bool fuses(const Tensor& x);

/// What becomes of a sum: bias [K, N] is added, what is not above zero multiplied by `slope`, then multiplied
/// by `mask_slope` where `mask`, which lies as the result does, is not above zero. Undefined: not done.
struct Finish {
  Tensor bias = {};
  double slope = 1;
  Tensor mask = {};
  double mask_slope = 1;
  bool accumulate = false;  // onto what is there
  // In place of being written, the result is a parameter's gradient, and that is updated; nothing else is
  // done.
  std::optional<Descending> descending = {};
};

/// c [K, M, N], rows lying together, becomes the finished product of a [M, P] and b [N, P].
void multiply(const Operand& a, const Operand& b, const Finish& finish, const Tensor& c);

/// c becomes the product of `one` plus that of `other`, finished (neither bias nor mask): in one go where
/// they can be summed over as if they lay together.
struct Operands {
  Operand a, b;
};
void multiply(const Operands& one, const Operands& other, const Finish& finish, const Tensor& c);

/// Whether the product, or the sum of two, may descend: c is one parameter's gradient, read and written by
/// fours, and the device has a kernel for it.
bool may_descend(const Operands& one, const Tensor& c);
bool may_descend(const Operands& one, const Operands& other, const Tensor& c);

/// Those as jobs, for those who choose the kernel themselves (benchmarks/gpu/product_rates.cpp). Nothing:
/// two are needed.
Product product_of(const Operand& a, const Operand& b, const Finish& finish, const Tensor& c);
std::optional<Product> product_of(const Operands& one, const Operands& other, const Finish& finish,
                                  const Tensor& c);

}  // namespace monge::kernels

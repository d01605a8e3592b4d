// Products of matrices on a CPU. In single precision by oneDNN, whose AVX-512 code is about an eighth faster
// here than the BLAS in LibTorch's wheel; where one matrix has a side of a few units, by matrix-vector
// products, which are ten times faster than either. Everything else by LibTorch.
#pragma once

#include <monge/tensor.h>

namespace monge::train {

/// a [m, k] b [k, n] -> [m, n]. Either may be a transposed view.
Tensor product(const Tensor& a, const Tensor& b);

/// c += a b.
void add_product(const Tensor& a, const Tensor& b, const Tensor& c);

}  // namespace monge::train

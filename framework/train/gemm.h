// Products of matrices on a CPU. In single precision by oneDNN where it is installed (libdnnl2): its AVX-512
// code is about an eighth faster than the BLAS in LibTorch's wheel. Where a matrix has a side of a few units,
// by matrix-vector products, twice as fast as LibTorch's product of such thin ones. Everything else by
// LibTorch.
#pragma once

#include <monge/tensor.h>

#include <string>

namespace monge::train {

/// Who multiplies: "oneDNN 2.6.3" or "LibTorch". Opens the library at the first call.
std::string product_library();

/// a [m, k] b [k, n] -> [m, n]. Either may be a transposed view.
Tensor product(const Tensor& a, const Tensor& b);

/// c += a b.
void add_product(const Tensor& a, const Tensor& b, const Tensor& c);

}  // namespace monge::train

// Matrices of K runs as fused products read them.
#pragma once

#include <monge/tensor.h>

#include "kernels/patches_job.h"
#include "kernels/product_job.h"

namespace monge::kernels {

/// A matrix [outer, summed] of each run, in one of the two layouts.
struct Operand {
  Patches matrix;
  bool rows;  // outside; else they are what is summed over
  std::int64_t outer, summed;
  Tensor memory;  // where the matrix is
};
Operand rows_outside(const Tensor& x);     // [K, outer, summed], summed lying together
Operand columns_outside(const Tensor& x);  // [K, summed, outer], outer lying together
/// Of the patches of image [K, R, height, width, channels], any strides: as kernels::unfold would lay them
/// out.
Operand patches_outside(const Tensor& image, const Window& window);
Operand patches_summed(const Tensor& image, const Window& window);

/// Those images, from which it is for the caller to take rows and columns.
Patches images(const Tensor& image);

/// A stride or a size as the kernels count it. Throws where it is too large.
int whole(std::int64_t n);
const float* floats(const Tensor& x);

}  // namespace monge::kernels

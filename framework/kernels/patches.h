// Images of K runs as matrices of patches, and back: what makes a convolution a product of matrices.
#pragma once

#include <monge/tensor.h>

#include "kernels/patches_job.h"

namespace monge::kernels {

/// image [K, R, height, width, channels] with any strides -> [K, R rows columns, kernel kernel channels],
/// zero where the kernel looks beyond the image.
Tensor unfold(const Tensor& image, const Window& window);

/// Its transpose: patches -> [K, R, height, width, channels], each pixel the sum of all that is said of it.
Tensor fold(const Tensor& patches, const Window& window);

}  // namespace monge::kernels

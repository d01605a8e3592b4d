// Transposed convolutions of K runs as one product: what kernels::fold makes of one.
#pragma once

#include "kernels/product.h"

namespace monge::kernels {

/// weight [K, N, kernel kernel channels] as `spread` wants it: one small kernel for each of the stride^2
/// classes of pixels.
Tensor by_class(const Tensor& weight, const Window& window);

/// What kernels::fold makes of small [K, R, rows, columns, N] times weight -> image [K, R, height, width,
/// channels], finished.
void spread(const Tensor& small, const Tensor& weight_by_class, const Window& window, const Finish& finish,
            const Tensor& image);

}  // namespace monge::kernels

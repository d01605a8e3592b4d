// Images of K runs with pixels last, as rows and back.
#pragma once

#include <monge/tensor.h>

namespace monge::stacked {

inline Tensor pixels_last(const Tensor& image) { return image.permute({0, 1, 3, 4, 2}); }
inline Tensor pixels_first(const Tensor& image) { return image.permute({0, 1, 4, 2, 3}); }

/// [K, R, C, H, W] -> [K, R H W, C], [K, R, F] as it is; a view of what this room makes.
inline Tensor rows(const Tensor& x) { return x.dim() == 3 ? x : pixels_last(x).flatten(1, 3); }

/// [K, R, C, H, W] -> [K, R, H W C], the row of a sample; [K, R, F] as it is.
inline Tensor samples(const Tensor& x) { return x.dim() == 3 ? x : pixels_last(x).flatten(2); }

/// As our kernels want it: gradients may be one number that is seen everywhere.
inline Tensor together(const Tensor& x) { return x.size(2) == 1 || x.stride(2) == 1 ? x : x.contiguous(); }

/// Rows, or whole samples with pixels last, of `count` samples -> [K, R, shape...].
inline Tensor shaped(const Tensor& numbers, std::int64_t count, const Shape& shape) {
  if (shape.size() == 1) return numbers.view({numbers.size(0), count, shape[0]});
  return pixels_first(numbers.view({numbers.size(0), count, shape[1], shape[2], shape[0]}));
}

/// `sum` at `place`, or added to what is there.
inline void keep(const Tensor& sum, const Tensor& place, bool fresh) {
  if (fresh)
    place.copy_(sum);
  else
    place.add_(sum);
}

inline Shape sample_of(const Tensor& x) { return x.sizes().slice(2).vec(); }

}  // namespace monge::stacked

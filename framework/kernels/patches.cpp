#include "kernels/patches.h"

#include <ATen/Dispatch.h>

#include "kernels/run.h"

namespace monge::kernels {
namespace {

std::int64_t product(std::initializer_list<std::uint32_t> extents) {
  std::int64_t all = 1;
  for (const auto extent : extents) all *= extent;
  return all;
}

}  // namespace

Tensor unfold(const Tensor& image, const Window& w) {
  TORCH_CHECK(image.dim() == 5 && image.size(2) == w.height && image.size(3) == w.width &&
                  image.size(4) == w.channels,
              "unfold: image [K, R, height, width, channels]");
  const auto places = product({w.rows, w.columns}), patch = product({w.kernel, w.kernel, w.channels});
  auto patches = at::empty({image.size(0), image.size(1) * places, patch}, image.options());
  if (patches.numel() == 0) return patches;
  const auto size = amount(patches.numel() / patches.size(0));
  AT_DISPATCH_FLOATING_TYPES(image.scalar_type(), "unfold", [&] {
    const Unfold<scalar_t> job{image.const_data_ptr<scalar_t>(),
                               image.stride(0),
                               image.stride(1),
                               image.stride(2),
                               image.stride(3),
                               image.stride(4),
                               patches.mutable_data_ptr<scalar_t>(),
                               size,
                               w};
    run(job, image.device(), image.size(0), size);
  });
  return patches;
}

Tensor fold(const Tensor& patches, const Window& w) {
  const auto places = product({w.rows, w.columns}), patch = product({w.kernel, w.kernel, w.channels});
  TORCH_CHECK(patches.dim() == 3 && patches.size(1) % places == 0 && patches.size(2) == patch,
              "fold: patches [K, R rows columns, kernel kernel channels]");
  auto image = at::empty({patches.size(0), patches.size(1) / places, w.height, w.width, w.channels},
                         patches.options());
  if (image.numel() == 0) return image;
  const auto size = amount(image.numel() / image.size(0));
  AT_DISPATCH_FLOATING_TYPES(patches.scalar_type(), "fold", [&] {
    const Fold<scalar_t> job{memory<const scalar_t>(patches, patches.device(), "patches"),
                             image.mutable_data_ptr<scalar_t>(), amount(patches.numel() / patches.size(0)),
                             size, w};
    run(job, image.device(), image.size(0), size);
  });
  return image;
}

}  // namespace monge::kernels

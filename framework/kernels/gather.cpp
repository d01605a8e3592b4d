#include "kernels/gather.h"

#include <ATen/Dispatch.h>

#include "kernels/run.h"

namespace monge::kernels {
namespace {

template <class From>
void fill(const Tensor& out, const Tensor& data, const Tensor& index) {
  const auto size = amount(data[0].numel());
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "gather", [&] {
    const auto to = batches_of<scalar_t>(out, size % 4 == 0 && lies_by_fours<From>(data));
    const Gather<From, scalar_t> job{memory<const From>(data, out.device(), "data"),
                                     memory<const std::int64_t>(index, out.device(), "index"),
                                     out.mutable_data_ptr<scalar_t>(),
                                     amount(index[0].numel()),
                                     Divisor(to.by_fours ? size / 4 : size),
                                     to};
    run(job, out.device(), index.size(0), job.items());
  });
}

}  // namespace

void gather(const Tensor& data, const Tensor& index, const Tensor& out) {
  TORCH_CHECK(data.dim() > 0 && data.size(0) > 0 && index.dim() == 3 && out.dim() == data.dim() + 2 &&
                  out.sizes().slice(0, 3) == index.sizes() && out.sizes().slice(3) == data.sizes().slice(1),
              "gather: data [N, ...], index [K, U, B], out [K, U, B, ...]");
  if (out.numel() == 0) return;
  TORCH_CHECK(!index.is_cpu() ||
                  (index.min().item<std::int64_t>() >= 0 && index.max().item<std::int64_t>() < data.size(0)),
              "gather: an index is not in [0, ", data.size(0), ")");
  if (data.scalar_type() == at::kByte)
    fill<std::uint8_t>(out, data, index);
  else
    fill<float>(out, data, index);
}

Tensor gather(const Tensor& data, const Tensor& index, at::ScalarType type) {
  TORCH_CHECK(data.dim() > 0 && index.dim() == 2, "gather: data [N, ...], index [K, B]");
  Shape shape = index.sizes().vec();
  shape.insert(shape.end(), data.sizes().begin() + 1, data.sizes().end());
  auto out = at::empty(shape, data.options().dtype(type));
  gather(data, index.unsqueeze(1), out.unsqueeze(1));
  return out;
}

}  // namespace monge::kernels

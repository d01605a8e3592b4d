#include "kernels/gather.h"

#include <ATen/Dispatch.h>

#include "kernels/run.h"

namespace monge::kernels {
namespace {

template <class From>
void fill(const Tensor& out, const Tensor& data, const Tensor& index) {
  const auto batch = amount(index.size(1)), size = amount(data.numel() / data.size(0));
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "gather", [&] {
    const auto* from = memory<const From>(data, out.device(), "data");
    const bool by_fours = size % 4 == 0 && lies_by_fours<From>(data);
    const Gather<From, scalar_t> job{from,
                                     memory<const std::int64_t>(index, out.device(), "index"),
                                     out.mutable_data_ptr<scalar_t>(),
                                     batch,
                                     Divisor(by_fours ? size / 4 : size),
                                     by_fours};
    amount(out.numel() / index.size(0));  // of a run
    run(job, out.device(), index.size(0), job.items());
  });
}

}  // namespace

Tensor gather(const Tensor& data, const Tensor& index, at::ScalarType type) {
  TORCH_CHECK(data.dim() > 0 && data.size(0) > 0 && index.dim() == 2, "gather: data [N, ...], index [K, B]");
  Shape shape = index.sizes().vec();
  shape.insert(shape.end(), data.sizes().begin() + 1, data.sizes().end());
  auto out = at::empty(shape, data.options().dtype(type));
  if (out.numel() == 0) return out;
  TORCH_CHECK(!index.is_cpu() ||
                  (index.min().item<std::int64_t>() >= 0 && index.max().item<std::int64_t>() < data.size(0)),
              "gather: an index is not in [0, ", data.size(0), ")");
  if (data.scalar_type() == at::kByte)
    fill<std::uint8_t>(out, data, index);
  else
    fill<float>(out, data, index);
  return out;
}

}  // namespace monge::kernels

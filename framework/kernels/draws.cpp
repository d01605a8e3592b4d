#include "kernels/draws.h"

#include <ATen/Dispatch.h>

#include <utility>

#include "kernels/run.h"

namespace monge::kernels {
namespace {

std::uint32_t product(at::IntArrayRef shape) { return amount(c10::multiply_integers(shape)); }

}  // namespace

Draws::Draws(Tensor seeds, Tensor counters, train::Purpose purpose, at::TensorOptions options,
             std::uint32_t stream, std::uint32_t block)
    : seeds_(std::move(seeds)),
      counters_(std::move(counters)),
      purpose_(purpose),
      options_(options.device(seeds_.device())),
      stream_(stream),
      block_(block) {
  TORCH_CHECK(seeds_.dim() == 1 && counters_.sizes() == seeds_.sizes(), "one seed and one counter a run");
}

Tensor Draws::uniform(at::IntArrayRef shape) {
  const auto count = product(shape);
  auto out = empty(shape, options_);
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "uniform", [&] {
    run(Uniform<scalar_t>{take(count), out.mutable_data_ptr<scalar_t>(), count}, out.device(), streams(),
        count);
  });
  return out;
}

Tensor Draws::normal(at::IntArrayRef shape) {
  const auto count = product(shape), pairs = (count + 1) / 2;
  auto out = empty(shape, options_);
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "normal", [&] {
    run(Normal<scalar_t>{take(2 * pairs), out.mutable_data_ptr<scalar_t>(), count}, out.device(), streams(),
        pairs);
  });
  return out;
}

Tensor Draws::index(at::IntArrayRef shape, std::int64_t n) {
  const auto count = product(shape);
  auto out = empty(shape, options_.dtype(at::kLong));
  run(Index{take(count), out.mutable_data_ptr<std::int64_t>(), count, amount(n)}, out.device(), streams(),
      count);
  return out;
}

Draws& Draws::in_a_row(std::int64_t counters) {
  TORCH_CHECK(counters > 0, "in_a_row: one counter at least");
  row_ = amount(counters);
  return *this;
}

std::int64_t Draws::streams() const { return seeds_.size(0) * row_.value_or(1); }

Tensor Draws::empty(at::IntArrayRef shape, at::TensorOptions options) const {
  Shape all = {seeds_.size(0)};
  if (row_) all.push_back(*row_);
  all.insert(all.end(), shape.begin(), shape.end());
  return at::empty(all, options);
}

Streams Draws::take(std::uint32_t words) {
  const auto device = options_.device();
  const Streams next{memory<const std::int64_t>(seeds_, device, "seeds"),
                     memory<const std::int64_t>(counters_, device, "counters"),
                     static_cast<std::uint32_t>(purpose_),
                     stream_,
                     block_,
                     row_.value_or(1)};
  block_ += words / 4 + (words % 4 != 0 ? 1 : 0);
  return next;
}

}  // namespace monge::kernels

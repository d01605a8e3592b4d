#include "kernels/norm.h"

#include <ATen/Dispatch.h>

#include "kernels/run.h"

namespace monge::kernels {
namespace {

constexpr double kMomentum = 0.1, kEpsilon = 1e-5;  // PyTorch's

template <class T>
bool fours(const Tensor& x) {
  return !x.defined() || (x.stride(0) % 4 == 0 && lies_by_fours<T>(x));
}

NormShape shape_of(const Tensor& x, bool wide) {
  const auto width = amount(x.size(3));
  amount(x.numel() / x.size(0));
  return {amount(x.size(1)),          width,
          Divisor(amount(x.size(2))), Divisor((width + 3) / 4),
          Chunks(amount(x.size(2))),  wide && width % 4 == 0};
}

std::uint32_t items(const NormShape& shape) { return shape.batches * shape.rows.value * shape.fours.value; }

Tensor lines(const Tensor& x, std::int64_t count) {
  return at::empty({x.size(0) * x.size(1), count, x.size(3)}, x.options());
}

/// A row of numbers for each run.
template <class T>
T* rows_of(const Tensor& rows, const Tensor& x) {
  TORCH_CHECK(rows.dim() == 2 && rows.size(0) == x.size(0) && rows.size(1) == x.size(3) &&
                  (rows.size(1) == 1 || rows.stride(1) == 1) && rows.device() == x.device(),
              "norm: parameters and averages are [K, width]");
  return rows.mutable_data_ptr<T>();
}

}  // namespace

Tensor normalise(const Norm& norm, Activation activation, const Tensor& mean, const Tensor& variance,
                 Tensor& stats) {
  const Tensor &x = norm.x, &gain = norm.gain, &shift = norm.shift;
  auto y = at::empty_like(x);
  stats = lines(x, SegmentStats<float>::kLines);
  if (x.numel() == 0) return y;
  const auto runs = x.size(0), segments = runs * x.size(1);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "normalise", [&] {
    using T = scalar_t;
    const auto from = memory<const T>(x, x.device(), "x");
    const auto shape = shape_of(x, fours<T>(x) && fours<T>(shift));
    const auto parts = lines(x, std::int64_t{2} * shape.chunks.count);
    const ChunkStats<T> chunks{from, parts.mutable_data_ptr<T>(), shape, shape.chunks};
    run_columns(chunks, x.device(), segments);
    const SegmentStats<T> whole{chunks.parts,
                                stats.mutable_data_ptr<T>(),
                                gain.defined() ? rows_of<T>(gain, x) : nullptr,
                                rows_of<T>(mean, x),
                                rows_of<T>(variance, x),
                                gain.defined() ? gain.stride(0) : 0,
                                mean.stride(0),
                                variance.stride(0),
                                static_cast<T>(kMomentum),
                                static_cast<T>(kEpsilon),
                                shape};
    run(whole, x.device(), runs, shape.width);
    run(Normalise<T>{from, whole.stats, rows_of<T>(shift, x), y.mutable_data_ptr<T>(), shift.stride(0),
                     activation, shape},
        x.device(), runs, items(shape));
  });
  return y;
}

void normalise_back(const Tensor& x, const Tensor& stats, const Tensor& signal, const Tensor& gain_gradient,
                    const Tensor& shift_gradient) {
  const auto of_run = [&](const Tensor& rows) {
    return rows.sizes() == at::IntArrayRef({x.size(0), x.size(3)});
  };
  TORCH_CHECK(signal.sizes() == x.sizes() && stats.size(0) == x.size(0) * x.size(1) &&
                  of_run(shift_gradient) && (!gain_gradient.defined() || of_run(gain_gradient)),
              "norm: a signal lies as x, parameters' gradients are [K, width]");
  if (x.numel() == 0) return;
  const auto runs = x.size(0), segments = runs * x.size(1);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "normalise_back", [&] {
    using T = scalar_t;
    const auto from = memory<const T>(x, x.device(), "x");
    const auto shape = shape_of(x, fours<T>(x) && fours<T>(signal));
    const auto parts = lines(x, std::int64_t{2} * shape.chunks.count), rest = lines(x, 2);
    const ChunkSlopes<T> chunks{from,
                                memory<const T>(signal, x.device(), "signal"),
                                stats.const_data_ptr<T>(),
                                parts.mutable_data_ptr<T>(),
                                shape,
                                shape.chunks};
    run_columns(chunks, x.device(), segments);
    const SegmentSlopes<T> whole{
        chunks.parts,
        chunks.stats,
        rest.mutable_data_ptr<T>(),
        gain_gradient.defined() ? memory<T>(gain_gradient, x.device(), "gain's gradient") : nullptr,
        memory<T>(shift_gradient, x.device(), "shift's gradient"),
        shape};
    run(whole, x.device(), runs, shape.width);
    run(NormaliseBack<T>{from, chunks.stats, whole.rest, signal.mutable_data_ptr<T>(), shape}, x.device(),
        runs, items(shape));
  });
}

}  // namespace monge::kernels

// Batch norms of several runs and batches against LibTorch's, one by one in double precision.
#include "kernels/norm.h"

#include <doctest/doctest.h>

#include "kernels/stacks.h"

namespace norm_test {

using namespace monge;
using kernels::Activation;

namespace {

constexpr std::int64_t kRuns = 2;

Tensor random(const Shape& shape, at::ScalarType type, std::uint64_t counter) {
  return test::random(1, c10::multiply_integers(shape), type, counter).view(shape);
}

bool close(const Tensor& got, const Tensor& expected) {
  const double bound = got.scalar_type() == at::kDouble ? 1e-12 : 1e-5;
  return ((got - expected).abs().max() / expected.abs().max()).item<double>() < bound;
}

struct Made {
  Tensor x, gain, shift, mean, variance, signal, gain_gradient, shift_gradient;

  Made(std::int64_t batches, std::int64_t rows, std::int64_t width, at::ScalarType type)
      : x(random({kRuns, batches, rows, width}, type, 1) + 3),
        gain(random({kRuns, width + 3}, type, 2).narrow(1, 3, width)),
        shift(random({kRuns, width + 4}, type, 3).narrow(1, 0, width)),
        mean(at::full({kRuns, width}, 0.5, type)),
        variance(at::full({kRuns, width}, 0.5, type)),
        signal(random(x.sizes().vec(), type, 4)),
        gain_gradient(at::full({kRuns, width}, NAN, type)),
        shift_gradient(at::full({kRuns, width}, NAN, type)) {}
};

void check(const Made& made, bool with_gain) {
  const auto d = [](const Tensor& x) { return x.to(at::kDouble); };
  const auto gain = with_gain ? made.gain : Tensor(),
             gain_gradient = with_gain ? made.gain_gradient : Tensor();
  Tensor stats;
  const auto mean = d(made.mean), variance = d(made.variance), slope = made.signal.clone();
  const auto y = kernels::normalise({made.x, gain, made.shift}, {Activation::leaky, 0.2}, made.mean,
                                    made.variance, stats);
  kernels::normalise_back(made.x, stats, slope, gain_gradient, made.shift_gradient);
  for (std::int64_t k = 0; k < kRuns; ++k) {
    const auto own_gain = with_gain ? d(made.gain[k]) : at::ones_like(mean[k]);
    auto gains = at::zeros_like(own_gain), shifts = at::zeros_like(own_gain);
    for (std::int64_t i = 0; i < made.x.size(1); ++i) {
      const auto x = d(made.x[k][i]), signal = d(made.signal[k][i]);
      const auto [normal, average, scale] =
          at::native_batch_norm(x, own_gain, d(made.shift[k]), mean[k], variance[k], true, 0.1, 1e-5);
      CHECK(close(y[k][i], at::where(normal > 0, normal, normal * 0.2)));
      const auto [back, of_gain, of_shift] = at::native_batch_norm_backward(
          signal, x, own_gain, mean[k], variance[k], average, scale, true, 1e-5, {true, true, true});
      CHECK(close(slope[k][i], back));
      gains += of_gain;
      shifts += of_shift;
    }
    CHECK(close(made.mean[k], mean[k]));
    CHECK(close(made.variance[k], variance[k]));
    CHECK(close(made.shift_gradient[k], shifts));
    if (with_gain) CHECK(close(made.gain_gradient[k], gains));
  }
}

}  // namespace

TEST_CASE("norm: outputs, averages and derivatives are LibTorch's, whatever the sizes") {
  for (const auto type : {at::kFloat, at::kDouble}) {
    for (const std::int64_t batches : {1, 3}) {
      for (const std::int64_t rows : {7, 40, 2500}) {
        for (const std::int64_t width : {1, 6, 32, 36}) {
          CAPTURE(batches);
          CAPTURE(rows);
          CAPTURE(width);
          check(Made(batches, rows, width, type), width != 6);
        }
      }
    }
  }
}

TEST_CASE("norm: a run's bits are the same in any company") {
  const Made all(2, 1500, 8, at::kFloat), one(2, 1500, 8, at::kFloat);
  const auto own = [](const Tensor& x) { return x.narrow(0, 1, 1); };
  Tensor stats, own_stats;
  const auto y = kernels::normalise({all.x, all.gain, all.shift}, {}, all.mean, all.variance, stats);
  const auto own_y = kernels::normalise({own(one.x), own(one.gain), own(one.shift)}, {}, own(one.mean),
                                        own(one.variance), own_stats);
  CHECK(own(y).equal(own_y));
  CHECK(own(all.variance).equal(own(one.variance)));
}

TEST_CASE("norm: what does not fit is refused") {
  const Made made(1, 4, 3, at::kFloat);
  Tensor stats;
  const auto normalise = [&](const kernels::Norm& norm) {
    return kernels::normalise(norm, {}, made.mean, made.variance, stats);
  };
  CHECK_THROWS(normalise({made.x.transpose(2, 3), made.gain, made.shift}));
  CHECK_THROWS(normalise({made.x, made.gain, at::zeros({kRuns, 4})}));
  normalise({made.x, made.gain, made.shift});
  CHECK_THROWS(kernels::normalise_back(made.x, stats, made.signal.narrow(2, 0, 2), {}, made.shift_gradient));
  CHECK_THROWS(kernels::normalise_back(made.x, stats, made.signal, {}, at::zeros({kRuns, 4}, at::kDouble)));
}

}  // namespace norm_test

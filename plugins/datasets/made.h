// Data that are drawn: 100,000 points to train on, then 10,000 held out, both from the same distribution.
#pragma once

#include <monge/dataset.h>

#include <string>

namespace monge::plugins {

inline constexpr std::int64_t kMadeTrain = 100'000, kMadeTest = 10'000;
inline std::string made_doc(const char* what) {
  return std::string(what).append("; 100,000 points, and 10,000 others as test");
}

/// `points(n)` draws [n, D], of any floating type.
template <class Points>
Samples made(const Points& points) {
  Samples samples;
  samples.train = points(kMadeTrain).to(at::kFloat);
  samples.test = points(kMadeTest).to(at::kFloat);
  samples.range = Range::unbounded;
  return samples;
}

inline constexpr const char* kFakeNoiseDoc =
    "above 0, a fixed generator takes the network's place: real points with Gaussian noise of this standard "
    "deviation "
    "(FIXED_GENERATOR of Gulrajani et al. 2017, gan_toy.py)";

/// Draws on the CPU, in double.
inline Tensor normal(const Source& source, at::IntArrayRef shape) {
  return source.draw.normal(shape).to(at::kCPU, at::kDouble);
}
inline Tensor uniform(const Source& source, at::IntArrayRef shape) {
  return source.draw.uniform(shape).to(at::kCPU, at::kDouble);
}

/// Gives `samples` a fixed generator: their own points with noise of standard deviation `sigma`; 0: none.
inline Samples with_fakes(Samples samples, const Source& source, double sigma) {
  if (sigma <= 0) return samples;
  const auto noisy = [&](const Tensor& x) { return x + (normal(source, x.sizes()) * sigma).to(at::kFloat); };
  samples.fake = noisy(samples.train);
  samples.fake_test = noisy(samples.test);
  return samples;
}

/// Gaussians of equal weight around `centres` [M, D], float64.
inline Samples made_mixture(const Source& source, const Tensor& centres, double sigma) {
  Samples samples = made([&](std::int64_t n) {
    const auto chosen = centres.index_select(0, source.draw.index({n}, centres.size(0)).to(at::kCPU));
    return chosen + normal(source, {n, centres.size(1)}) * sigma;
  });
  samples.modes = centres.to(at::kFloat);
  samples.mode_sigma = sigma;
  return samples;
}

}  // namespace monge::plugins

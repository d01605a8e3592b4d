#include "kernels/patches.h"

#include <doctest/doctest.h>

namespace patches_test {

using namespace monge;

namespace {

constexpr std::int64_t kRuns = 2, kSamples = 3;

struct Case {
  std::int64_t kernel, stride, pad, height, width, channels;

  std::int64_t places(std::int64_t side) const { return (side + 2 * pad - kernel) / stride + 1; }
  kernels::Window window() const {
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    return {u(kernel),   u(stride),         u(pad),          u(height), u(width),
            u(channels), u(places(height)), u(places(width))};
  }
  Tensor image(at::ScalarType type) const {
    const auto n = kRuns * kSamples * height * width * channels;
    return at::sin(at::arange(n, at::kDouble) * 1.3)
        .view({kRuns, kSamples, channels, height, width})
        .to(type);
  }
};

const std::vector<Case> kCases = {{4, 2, 1, 8, 6, 3}, {3, 1, 1, 5, 5, 1}, {5, 2, 2, 7, 9, 2},
                                  {4, 1, 0, 4, 4, 2}, {3, 2, 0, 8, 8, 1}, {2, 3, 0, 8, 8, 4}};

}  // namespace

TEST_CASE("patches: they are im2col's with channels last, from images in any layout") {
  for (const auto type : {at::kFloat, at::kDouble}) {
    for (const auto& c : kCases) {
      CAPTURE(c.kernel);
      const auto image = c.image(type);
      const auto columns =
          at::im2col(image.flatten(0, 1), {c.kernel, c.kernel}, {1, 1}, {c.pad, c.pad}, {c.stride, c.stride});
      const auto places = columns.size(2);
      const auto expected = columns.view({kRuns, kSamples, c.channels, c.kernel * c.kernel, places})
                                .permute({0, 1, 4, 3, 2})
                                .reshape({kRuns, kSamples * places, -1});
      const auto last = image.permute({0, 1, 3, 4, 2});
      CHECK(kernels::unfold(last, c.window()).equal(expected));
      CHECK(kernels::unfold(last.contiguous(), c.window()).equal(expected));
    }
  }
}

TEST_CASE("patches: folding is the transpose of unfolding") {
  for (const auto& c : kCases) {
    CAPTURE(c.kernel);
    const auto image = c.image(at::kDouble).permute({0, 1, 3, 4, 2}).contiguous();
    const auto unfolded = kernels::unfold(image, c.window());
    const auto patches = at::cos(at::arange(unfolded.numel(), at::kDouble)).view(unfolded.sizes());
    const auto folded = kernels::fold(patches, c.window());
    CHECK(folded.sizes() == image.sizes());
    CHECK((unfolded * patches).sum().item<double>() ==
          doctest::Approx((image * folded).sum().item<double>()));
  }
}

TEST_CASE("patches: what does not fit the window is refused") {
  const auto window = kCases[0].window();
  CHECK_THROWS(kernels::unfold(at::zeros({1, 1, 3, 8, 6}), window));
  CHECK_THROWS(kernels::fold(at::zeros({1, 12, 47}), window));
  CHECK_THROWS(kernels::fold(at::zeros({1, 13, 48}), window));
}

}  // namespace patches_test

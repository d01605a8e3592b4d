#include "measure/audit_spread.h"

#include <doctest/doctest.h>

#include <cmath>

#include "train/draws.h"

namespace audit_spread_test {

using namespace monge;

TEST_CASE("spread: samples half as wide have a quarter of the variance, wherever they lie") {
  const auto real =
      train::Draws(1, train::Purpose::dataset, 0, at::TensorOptions(at::kDouble)).normal({50, 3, 4, 4});
  CHECK(measure::variance_ratio(real, real / 2 + 9, {}) == doctest::Approx(0.25));
  CHECK(measure::variance_ratio(real, at::ones_like(real), {}) == doctest::Approx(0));
  CHECK(std::isnan(measure::variance_ratio(at::ones_like(real), real, {})));
}

TEST_CASE("spread: one sample a class is a collapse, though the classes differ") {
  const auto label = at::arange(40, at::kLong).remainder(4);
  const auto noise =
      train::Draws(2, train::Purpose::dataset, 0, at::TensorOptions(at::kDouble)).normal({40, 2});
  const auto real = noise + label.unsqueeze(1) * 10;
  const auto fake = (label * 10).to(at::kDouble).unsqueeze(1).expand({40, 2});
  CHECK(measure::variance_ratio(real, fake, {}) > 0.9);
  CHECK(measure::variance_ratio(real, fake, label) == doctest::Approx(0));
  CHECK(measure::variance_ratio(real, real, label) == doctest::Approx(1));
}

TEST_CASE("spread: the entropy of modes is 0 for one, 1 for all alike, and between for some") {
  const auto modes = at::tensor({0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0}).view({4, 2});
  const auto at_modes = [&](std::initializer_list<std::int64_t> chosen) {
    return modes.index_select(0, at::tensor(std::vector<std::int64_t>(chosen))) + 0.1;
  };
  CHECK(measure::mode_entropy(at_modes({2, 2, 2}), modes) == 0);
  CHECK(measure::mode_entropy(at_modes({0, 1, 2, 3}), modes) == doctest::Approx(1));
  CHECK(measure::mode_entropy(at_modes({0, 3}), modes) == doctest::Approx(0.5));
  CHECK(std::isnan(measure::mode_entropy(at_modes({0}), {})));
  CHECK(std::isnan(measure::mode_entropy(at_modes({0}), modes.narrow(0, 0, 1))));
  CHECK(std::isnan(measure::mode_entropy(at_modes({0}) * NAN, modes)));
}

}  // namespace audit_spread_test

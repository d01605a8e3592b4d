// The ring against what is known of it.
#include <doctest/doctest.h>

#include "loading.h"

namespace ring_test {

using doctest::Approx;
using namespace monge::test;

namespace {

monge::Samples ring(const Json& table, std::uint64_t seed = 1) { return load("ring", table, {}, seed); }

}  // namespace

TEST_CASE("ring: by default eight modes of radius 2 and sigma 0.02, all divided by 1.414") {
  const auto samples = ring(Json::object());
  CHECK(samples.train.sizes() == at::IntArrayRef({100000, 2}));
  CHECK(samples.test.sizes() == at::IntArrayRef({10000, 2}));
  CHECK((samples.train.scalar_type() == at::kFloat));
  CHECK(samples.range == monge::Range::unbounded);
  CHECK(samples.mode_sigma == Approx(0.02 / 1.414));
  CHECK(samples.modes.sizes() == at::IntArrayRef({8, 2}));
  CHECK(at::allclose(samples.modes.norm(2, 1), at::full({8}, 2 / 1.414)));
  CHECK(at::allclose(samples.modes[2], at::tensor({0.0F, static_cast<float>(2 / 1.414)}), 1e-6, 1e-6));
}

TEST_CASE(
    "ring: each mode has an eighth of the points, 98.89 % of them within three sigma, of the declared "
    "sigma") {
  const auto samples = ring(Json::object());
  const auto distance = at::cdist(samples.train.to(at::kDouble), samples.modes.to(at::kDouble));  // [n, 8]
  const auto [nearest, mode] = distance.min(1);
  CHECK(number((nearest <= 3 * samples.mode_sigma).to(at::kDouble).mean()) ==
        Approx(1 - std::exp(-4.5)).epsilon(0.001));
  CHECK(number(nearest.square().mean()) == Approx(2 * samples.mode_sigma * samples.mode_sigma).epsilon(0.02));
  const auto share = at::bincount(mode, {}, 8).to(at::kDouble) / 100000;
  CHECK(number((share - 0.125).abs().max()) < 0.005);  // five standard deviations
}

TEST_CASE("ring: parameters move, widen and count the modes") {
  const auto samples = ring({{"modes", 3}, {"radius", 5}, {"sigma", 0.5}, {"scale", 2}});
  CHECK(samples.modes.size(0) == 3);
  CHECK(samples.mode_sigma == Approx(0.25));
  CHECK(number(samples.modes.norm(2, 1).max()) == Approx(2.5).epsilon(1e-6));
}

TEST_CASE("ring: train and test points differ, another seed gives others and the same seed the same") {
  const auto samples = ring(Json::object());
  CHECK_FALSE(at::equal(samples.train.slice(0, 0, 10000), samples.test));
  CHECK(at::equal(ring(Json::object()).train, samples.train));
  CHECK_FALSE(at::equal(ring(Json::object(), 2).train, samples.train));
}

}  // namespace ring_test

#include "measure/latents.h"

#include <doctest/doctest.h>

#include <cmath>

#include "train/draws.h"

namespace latents_test {

using namespace monge;

namespace {

train::Draws draws() { return {3, train::Purpose::sample_latent, 1, at::kDouble}; }

}  // namespace

TEST_CASE("latents: truncated draws stay within the bound and have the truncated normal's variance") {
  auto draw = draws();
  const auto z = measure::truncated_normal(draw, 4000, 10, 1.5);
  CHECK(z.abs().max().item<double>() <= 1.5);
  CHECK(z.abs().max().item<double>() > 1.49);
  CHECK(z.mean().item<double>() == doctest::Approx(0).epsilon(1).scale(0.015));
  // 1 - 2 t phi(t) / (2 Phi(t) - 1)
  const double t = 1.5, density = std::exp(-t * t / 2) / std::sqrt(2 * M_PI);
  CHECK(z.var().item<double>() ==
        doctest::Approx(1 - 2 * t * density / std::erf(t / std::sqrt(2))).epsilon(0.02));
}

TEST_CASE("latents: a wide bound gives draws of the normal distribution") {
  auto draw = draws();
  CHECK(measure::truncated_normal(draw, 4000, 10, 100).var().item<double>() ==
        doctest::Approx(1).epsilon(0.02));
}

TEST_CASE("latents: the way between two draws begins and ends at them and stays on their sphere") {
  auto draw = draws();
  const auto a = draw.normal({50});
  auto b = draw.normal({50});
  b = b / b.norm() * a.norm();
  const auto way = measure::between(a, b, 5);
  CHECK(way[0].allclose(a));
  CHECK(way[4].allclose(b));
  CHECK(way.norm(2, 1).allclose(a.norm().expand({5})));
  const auto cosine = way[1].dot(way[2]) / a.norm().square(), same = way[2].dot(way[3]) / a.norm().square();
  CHECK(cosine.item<double>() == doctest::Approx(same.item<double>()));
}

TEST_CASE("latents: the way along one direction is straight, and of one draw to itself it stands still") {
  const auto a = at::ones({4}, at::kDouble);
  CHECK(measure::between(a, 3 * a, 3)[1].allclose(2 * a));
  CHECK(measure::between(a, a, 3).allclose(a.expand({3, 4})));
}

}  // namespace latents_test

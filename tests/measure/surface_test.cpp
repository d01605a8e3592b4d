#include "measure/surface.h"

#include <doctest/doctest.h>

#include <cmath>

#include "measure/evaluator.h"
#include "toy_game.h"

namespace surface_test {

using namespace toy;

namespace {

std::map<std::string, std::vector<double>> surface_of(const ToyGame& toy) {
  const train::Progress progress(toy.game);
  measure::EvaluationSettings settings;
  settings.audited = true;
  std::map<std::string, std::vector<double>> values;
  measure::add_surface(toy.game, measure::copies_of(toy.game, progress, settings), values);
  return values;
}

}  // namespace

TEST_CASE("surface: a linear critic's rises by its weights, with the slope |w| everywhere") {
  ToyGame toy;
  toy.game.critic =
      std::make_unique<train::Network>("critic", Layers{linear(1).bias(false)}, Shape{2}, Shape{1});
  const auto values = surface_of(toy);
  const auto w = train::Progress(toy.game).critic.values[0].flatten();
  const double x = w[0].item<double>(), y = w[1].item<double>(), reach = values.at("critic_surface_reach")[0];
  CHECK(reach == doctest::Approx(1.25 * toy.samples.test.abs().max().item<double>()));
  const auto& score = values.at("critic_surface");
  const std::int64_t side = measure::kSurfaceSide;
  REQUIRE(score.size() == static_cast<std::size_t>(side * side));
  CHECK(score.front() == doctest::Approx(-reach * (x + y)));            // left, below
  CHECK(score[side - 1] == doctest::Approx(reach * (x - y)));           // right, below
  CHECK(score[side * (side - 1)] == doctest::Approx(reach * (y - x)));  // left, above
  for (const double slope : values.at("critic_surface_slope"))
    CHECK(slope == doctest::Approx(std::hypot(x, y)));
}

TEST_CASE("surface: none where a sample is no point of the plane, or is not judged alone") {
  ToyGame coupled;
  coupled.game.critic = std::make_unique<train::Network>(
      "critic", Layers{linear(4), batch_norm(), relu(), linear(1)}, Shape{2}, Shape{1});
  CHECK(surface_of(coupled).empty());
  ToyGame line;
  line.game.problem.sample = {1};
  CHECK(surface_of(line).empty());
}

}  // namespace surface_test

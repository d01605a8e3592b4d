#include "train/step_numbers.h"

#include <doctest/doctest.h>

#include <cmath>

#include "toy_game.h"

namespace step_numbers_test {

using namespace toy;

TEST_CASE("step numbers: of runs side by side they are each one's") {
  ToyGame toy;
  train::Progress progress(toy.game);
  std::vector<train::StepRecord> steps;
  for (int i = 0; i < 3; ++i) steps.push_back(macro_step(toy.game, progress, true));
  const auto stacked = [&](Tensor train::StepRecord::*field) {
    std::vector<Tensor> each;
    for (const auto& step : steps) each.push_back(step.*field);
    return each[0].defined() ? at::stack(each) : Tensor();
  };
  using Record = train::StepRecord;
  Record all;
  for (const auto field :
       {&Record::critic_loss, &Record::generator_loss, &Record::critic_gradient_norm,
        &Record::generator_gradient_norm, &Record::real, &Record::fake, &Record::own_penalty,
        &Record::slope_norm, &Record::weight_max, &Record::first_bad})
    all.*field = stacked(field);
  const Tensor table = train::table_of(table_of(all), all.first_bad);
  REQUIRE(table.size(0) == 3);
  for (std::size_t k = 0; k < 3; ++k) {
    const auto own = train::read_numbers({.record = steps[k]}),
               got = train::read_numbers({.table = table, .place = k});
    CHECK(got.critic_loss == own.critic_loss);
    CHECK(got.gap == doctest::Approx(steps[k].gap().item<double>()).epsilon(1e-14));
    CHECK(got.gap == doctest::Approx(own.gap).epsilon(1e-14));
    CHECK(got.weight_max == own.weight_max);
    CHECK(own.weight_max == steps[k].weight_max.item<double>());
    CHECK(train::read_first_bad({.table = table, .place = k}) == -1);
  }
}

TEST_CASE("step numbers: what nothing looked at is no number, a penalty that is not there costs nothing") {
  ToyGame toy;
  train::Progress progress(toy.game);
  auto record = macro_step(toy.game, progress, true);
  CHECK_FALSE(record.slope_norm.defined());
  record.generator_loss = Tensor();
  record.first_bad = at::full({}, 7, at::kLong);
  const auto numbers = train::read_numbers({.record = record});
  CHECK(numbers.penalty == 0);
  CHECK(std::isnan(numbers.slope_mean));
  CHECK(std::isnan(numbers.slope_max));
  CHECK(std::isnan(numbers.generator_loss));
  CHECK(numbers.critic_loss == record.critic_loss.item<double>());
  CHECK(train::read_first_bad({.record = record}) == 7);
}

}  // namespace step_numbers_test

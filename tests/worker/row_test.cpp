#include "worker/row.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <stdexcept>

#include "made_rows.h"
#include "record/columns.h"

namespace row_test {

using namespace toy;

TEST_CASE("row: its numbers come in the order of the columns of /train") {
  ToyGame toy;
  toy.game.settings.batch_size = 16;
  toy.game.settings.critic.learning_rate = 0.25;
  toy.game.settings.generator.learning_rate = 0.125;
  const auto numbers = worker::numbers_of(toy.game, made_row(7, 11, 2));
  const std::map<std::string, double> expected = {{"critic_loss", -1},
                                                  {"generator_loss", 1},
                                                  {"penalty", 0},
                                                  {"gap", 7},
                                                  {"critic_gradient_norm", 1},
                                                  {"generator_gradient_norm", 11},
                                                  {"slope_mean", 2},
                                                  {"slope_max", 2},
                                                  {"weight_max", 3},
                                                  {"learning_rate_critic", 0.25},
                                                  {"learning_rate_generator", 0.125},
                                                  {"critic_updates", 35},
                                                  {"samples_seen", 35 * 16},
                                                  {"seconds", 3.5}};
  REQUIRE(numbers.size() == record::columns().size());
  REQUIRE(expected.size() == numbers.size());
  for (const auto& [name, value] : expected) {
    CAPTURE(name);
    CHECK(numbers[record::place_of_column(name)] == value);
  }
  CHECK_THROWS_WITH_AS(record::place_of_column("loss"), "/train has no column loss", std::out_of_range);
}

}  // namespace row_test

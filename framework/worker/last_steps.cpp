#include "worker/last_steps.h"

#include <cmath>

#include "record/access.h"
#include "record/columns.h"
#include "worker/lane.h"

namespace monge::worker {

void LastSteps::add(Row row) {
  if (unread_.size() == 2 * most_) {
    end_at_bad_step();
    while (unread_.size() > most_) unread_.pop_front();
  }
  if (!ended_) unread_.push_back(std::move(row));
}

void LastSteps::end_at_bad_step() {
  settle(device_);
  const std::int64_t bad = unread_.empty() ? -1 : train::read_first_bad(unread_.back().left);
  if (bad < 0) return;
  ended_ = true;
  while (!unread_.empty() && unread_.back().step > bad) unread_.pop_back();
}

void LastSteps::read(const train::Game& game) {
  end_at_bad_step();
  for (const Row& row : unread_) read_.push_back({row.step, numbers_of(game, row)});
  unread_.clear();
  while (read_.size() > most_) read_.pop_front();
}

std::string LastSteps::first_non_finite(const train::Game& game) {
  read(game);
  std::vector<const char*> names = {"penalty", "critic_loss", "critic_gradient_norm", "weight_max"};
  if (!game.fixed_generator()) names.insert(names.end(), {"generator_loss", "generator_gradient_norm"});
  for (const Numbers& row : read_)
    for (const char* name : names) {
      const double value = row.values[record::place_of_column(name)];
      if (std::isfinite(value)) continue;
      const char* shown = std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
      return std::string(name) + " = " + shown + " at step " + std::to_string(row.step);
    }
  return "";
}

record::Group LastSteps::group(const train::Game& game, bool with_seconds) {
  read(game);
  record::Group group;
  group.name = "last_steps";
  group.dimensions = {{"last_step", read_.size()}};
  std::vector<std::int32_t> steps;
  for (const Numbers& row : read_) steps.push_back(static_cast<std::int32_t>(row.step));
  group.variables.push_back({"last_step",
                             {"last_step"},
                             std::move(steps),
                             {{"units", std::string("1")}, {"long_name", std::string("generator steps")}}});
  for (const record::Column& column : record::columns()) {
    if (column.is_volatile && !with_seconds) continue;
    std::vector<double> values;
    for (const Numbers& row : read_) values.push_back(row.values[record::place_of_column(column.name)]);
    group.variables.push_back({column.name, {"last_step"}, std::move(values), record::attributes_of(column)});
  }
  return group;
}

void LastSteps::take_over(const record::Group& snapshot) {
  const record::Group* group = record::find_group(snapshot, "last_steps");
  if (group == nullptr) return;
  const auto steps = record::numbers_of(*group, "last_step");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Numbers row{static_cast<std::int64_t>(steps[i]), {}};
    for (const record::Column& column : record::columns()) {
      const auto values = record::numbers_of(*group, column.name);
      row.values.push_back(values.empty() ? NAN : values.at(i));
    }
    read_.push_back(std::move(row));
  }
}

}  // namespace monge::worker

#include "worker/last_steps.h"

#include <doctest/doctest.h>

#include <cmath>

#include "made_rows.h"
#include "record/access.h"
#include "record/columns.h"

namespace last_steps_test {

using namespace toy;
using record::numbers_of;
using worker::LastSteps;

namespace {

void add(LastSteps& last, std::int64_t from, std::int64_t to) {
  for (std::int64_t step = from; step <= to; ++step) last.add(made_row(step, 1, 2));
}

}  // namespace

TEST_CASE("last steps: the youngest remain, each with every column of /train") {
  ToyGame toy;
  LastSteps last(5, at::kCPU);
  add(last, 1, 12);
  const auto group = last.group(toy.game, true);
  CHECK(numbers_of(group, "last_step") == std::vector<double>{8, 9, 10, 11, 12});
  CHECK(numbers_of(group, "gap") == std::vector<double>{8, 9, 10, 11, 12});
  CHECK(numbers_of(group, "weight_max") == std::vector<double>(5, 3));
  CHECK(numbers_of(group, "seconds").back() == 6);
  for (const auto& column : record::columns()) CHECK(record::find_variable(group, column.name) != nullptr);
}

TEST_CASE("last steps: they end with the first non-finite loss, however late that is noticed") {
  ToyGame toy;
  const auto bad_from = [&toy](LastSteps& last, std::int64_t bad, std::int64_t to) {
    for (std::int64_t step = 1; step <= to; ++step) {
      auto row = made_row(step, 1, 2);
      if (step >= bad) row.left.record.first_bad.fill_(bad);
      last.add(std::move(row));
    }
    return numbers_of(last.group(toy.game, true), "last_step");
  };
  for (const std::int64_t to : {12, 15, 16, 40, 1000}) {
    LastSteps last(5, at::kCPU);
    CHECK(bad_from(last, 12, to) == std::vector<double>{8, 9, 10, 11, 12});
    CHECK(numbers_of(last.group(toy.game, true), "last_step") == std::vector<double>{8, 9, 10, 11, 12});
  }
  LastSteps early(5, at::kCPU);
  CHECK(bad_from(early, 2, 30) == std::vector<double>{1, 2});
}

TEST_CASE("last steps: which number was the first that is not finite, in the order of a step") {
  ToyGame toy;
  LastSteps last(5, at::kCPU);
  add(last, 1, 3);
  CHECK(last.first_non_finite(toy.game).empty());
  auto row = made_row(4, 1, 2);
  row.left.record.generator_loss.fill_(NAN);
  row.left.record.critic_gradient_norm.fill_(INFINITY);
  last.add(std::move(row));
  row = made_row(5, 1, 2);
  row.left.record.critic_loss.fill_(NAN);
  last.add(std::move(row));
  CHECK(last.first_non_finite(toy.game) == "critic_gradient_norm = inf at step 4");
  CHECK(numbers_of(last.group(toy.game, true), "last_step") == std::vector<double>{1, 2, 3, 4, 5});
}

TEST_CASE("last steps: reading them in between, as snapshots do, changes nothing") {
  ToyGame toy;
  LastSteps straight(5, at::kCPU), read(5, at::kCPU);
  add(straight, 1, 8);
  add(read, 1, 3);
  read.group(toy.game, false);
  add(read, 4, 4);
  read.group(toy.game, false);
  add(read, 5, 8);
  CHECK(numbers_of(read.group(toy.game, true), "last_step") ==
        numbers_of(straight.group(toy.game, true), "last_step"));
}

TEST_CASE("last steps: a run that goes on from a snapshot has those of one that was never cut off") {
  ToyGame toy;
  LastSteps straight(5, at::kCPU), first(5, at::kCPU), second(5, at::kCPU);
  add(first, 1, 6);
  record::Group snapshot;
  snapshot.groups.push_back(first.group(toy.game, false));
  CHECK(record::find_variable(snapshot.groups[0], "seconds") == nullptr);
  second.take_over(snapshot);
  add(second, 7, 8);
  add(straight, 1, 8);
  const auto a = straight.group(toy.game, false), b = second.group(toy.game, false);
  for (const auto& variable : a.variables)
    CHECK(numbers_of(b, variable.name) == numbers_of(a, variable.name));
  LastSteps none(5, at::kCPU);
  none.take_over({});
  CHECK(record::length_of(none.group(toy.game, true), "last_step") == 0);
}

}  // namespace last_steps_test

#include "sweep/asked.h"

#include <doctest/doctest.h>

#include "monge/error.h"

namespace asked_test {

using namespace monge;
using namespace monge::sweep;

namespace {

Condition condition(const std::string& text) {
  Faults faults;
  auto parsed = Condition::parse(text, {"f", 1, 1}, Exit::experiment, faults);
  faults.raise();
  return *parsed;
}

std::string met_by(const std::string& text, const std::vector<Json>& cells) {
  const Condition parsed = condition(text);
  Asked asked(parsed);
  Faults faults;
  for (const Json& cell : cells) CHECK_FALSE(asked.holds(cell, faults));
  CHECK_FALSE(asked.ever());
  return asked.met();
}

Json batch(int size) { return {{"train", {{"batch_size", size}}}, {"loss", {{"plugin", "bce"}}}}; }

}  // namespace

TEST_CASE("asked: what the cells have where the condition looks, each value once and in its order") {
  CHECK(met_by("train.batch_size == 7 and loss == 'x'", {batch(64), batch(32), batch(64)}) ==
        ": train.batch_size is 64 or 32; loss is bce");
  CHECK(met_by("loss.margin > 1", {batch(64)}) == ": no cell has loss.margin");
  CHECK(met_by("train.batch_size == 7", {}).empty());
  CHECK(met_by("1 == 2", {batch(64)}).empty());
}

TEST_CASE("asked: of many values some are told") {
  std::vector<Json> cells;
  for (int size = 1; size <= 20; ++size) cells.push_back(batch(size));
  CHECK(met_by("train.batch_size > 100", cells) == ": train.batch_size is 1, 2, 3, 4, 5, 6, 7, 8, ...");
}

TEST_CASE("asked: it has held once it has") {
  const Condition parsed = condition("train.batch_size == 32");
  Asked asked(parsed);
  Faults faults;
  CHECK(asked.holds(batch(32), faults));
  CHECK_FALSE(asked.holds(batch(64), faults));
  CHECK(asked.ever());
}

}  // namespace asked_test

#include "schedule/company.h"

#include <doctest/doctest.h>

namespace company_test {

using namespace monge::schedule;
using Json = nlohmann::json;

TEST_CASE("company: a fingerprint says how its run was trained, where runs are trained that way now") {
  CellFacts::Strategy strategy{8, "faster so", "joint", "packed, joint", "s"};
  const auto slots = [&](const Json& fingerprint) { return slots_of(fingerprint, strategy); };
  CHECK(slots({{"strategy", "joint"}}) == 0);
  CHECK(slots({{"strategy", "packed, joint"}}) == 8);
  CHECK(slots({{"strategy", "packed in 64, joint"}}) == 64);
  CHECK(slots({{"strategy", "packed in 64, split"}}) == std::nullopt);
  CHECK(slots({{"strategy", "packed in 12345678, joint"}}) == std::nullopt);
  CHECK(slots({{"strategy", 3}}) == std::nullopt);
  for (const Json& none : {Json::object(), Json(), Json("joint")}) CHECK(slots(none) == std::nullopt);
  strategy.slots = 0;  // --pack off, now
  CHECK(slots({{"strategy", "packed, joint"}}) == 1);
}

TEST_CASE("company: a run that keeps its way has that for its reason, whatever is asked for") {
  const CellFacts::Strategy strategy{8, "asked for", "joint", "packed, joint", "s"};
  PlannedRun run;
  run.slots = 8;
  CHECK(why_so(run, strategy) == "asked for");
  run.keeps_way = true;
  CHECK(why_so(run, strategy) == "asked for");
  run.slots = 0;
  CHECK(why_so(run, strategy) == "as it began");
}

TEST_CASE("company: a pack has its slots at most, and each worker its share of the runs") {
  Companies companies(2);
  for (int i = 0; i < 5; ++i) companies.add(4, "s");
  companies.add(8, "s");
  for (int i = 0; i < 3; ++i) companies.add(0, "s");
  CHECK(companies.of(4, "s") == 3);
  CHECK(companies.of(8, "s") == 1);
  CHECK(companies.of(0, "s") == 0);
  for (int i = 0; i < 5; ++i) companies.add(4, "s");
  CHECK(companies.of(4, "s") == 4);
}

}  // namespace company_test

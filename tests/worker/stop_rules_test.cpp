#include "worker/stop_rules.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stop_rules_test {

using monge::worker::holds;
using Json = nlohmann::json;

namespace {

bool holds_at(const std::string& rule, double gap) {
  return holds(Json::parse(rule), [&](const std::string& name) { return name == "gap" ? gap : NAN; });
}

}  // namespace

TEST_CASE("stop rules: every comparison, with the name on either side") {
  CHECK(holds_at(R"(["<", "gap", 2])", 1));
  CHECK_FALSE(holds_at(R"(["<", "gap", 2])", 2));
  CHECK(holds_at(R"(["<=", "gap", 2])", 2));
  CHECK(holds_at(R"([">", 2, "gap"])", 1));
  CHECK_FALSE(holds_at(R"([">", "gap", 2])", 2));
  CHECK(holds_at(R"([">=", "gap", 2])", 2));
  CHECK(holds_at(R"(["==", "gap", 2])", 2));
  CHECK_FALSE(holds_at(R"(["!=", "gap", 2])", 2));
  CHECK(holds_at(R"(["!=", "gap", 2])", 3));
}

TEST_CASE("stop rules: and, or and not, in any depth") {
  CHECK(holds_at(R"(["any", [">", "gap", 5], ["all", [">", "gap", 0], ["<", "gap", 2]]])", 1));
  CHECK_FALSE(holds_at(R"(["any", [">", "gap", 5], ["all", [">", "gap", 0], ["<", "gap", 2]]])", 3));
  CHECK(holds_at(R"(["not", [">", "gap", 5]])", 3));
}

TEST_CASE("stop rules: no comparison with NaN holds, and infinity is a number") {
  for (const char* sign : {"<", "<=", ">", ">=", "==", "!="}) {
    CHECK_FALSE(holds_at("[\"" + std::string(sign) + "\", \"gap\", 2]", NAN));
  }
  CHECK(holds_at(R"([">", "gap", 1e300])", INFINITY));
}

TEST_CASE("stop rules: they are read from the configuration, where it has some") {
  CHECK(monge::worker::stop_rules(Json::object()).empty());
  const auto rules = monge::worker::stop_rules(Json::parse(
      R"({"stop": [{"if": "gap < 1", "why": "lost", "reads": "eval", "rule": ["<", "gap", 1.0]}]})"));
  REQUIRE(rules.size() == 1);
  CHECK(rules[0].why == "lost");
  CHECK(rules[0].reads == monge::worker::StopRule::Reads::eval);
}

}  // namespace stop_rules_test

#include "sweep/generator.h"

#include <doctest/doctest.h>

#include "fixture.h"

namespace generator_test {

using namespace monge;
using namespace monge::sweep;

namespace {

Json made(const std::string& table) {
  const Value root = parse_toml("x = " + table, "f");
  Faults faults;
  Json values = Json::array();
  for (const Value& value : generate(root.fields[0].value, faults)) values.push_back(value.scalar);
  faults.raise();
  return values;
}

}  // namespace

TEST_CASE("generator: a range includes its end where a step hits it, free of rounding") {
  CHECK(made("{ range = [0.0, 0.5, 0.1] }") == Json({0.0, 0.1, 0.2, 0.3, 0.4, 0.5}));
  CHECK(made("{ range = [0, 10, 4] }") == Json({0, 4, 8}));
  CHECK(made("{ range = [3, 1, -1] }") == Json({3, 2, 1}));
  CHECK(made("{ range = [0, 10, 4] }")[0].is_number_integer());
}

TEST_CASE("generator: lin and log give n points with exact ends") {
  CHECK(made("{ lin = [0, 1, 5] }") == Json({0, 0.25, 0.5, 0.75, 1}));
  CHECK(made("{ log = [1e-5, 1e-3, 3] }") == Json({1e-5, 1e-4, 1e-3}));
  const Json integers = made("{ log = [1, 1000, 4] }");
  CHECK(integers == Json({1, 10, 100, 1000}));
  CHECK(integers[1].is_number_integer());
}

TEST_CASE("generator: nonsense is a fault, not an endless axis") {
  for (const char* bad :
       {"{ range = [0, 1, 0] }", "{ range = [0, 1, -1] }", "{ range = [0, 1e9, 1] }", "{ range = [0, 1] }",
        "{ lin = [0, 1, 1] }", "{ lin = [0, 1, 2.5] }", "{ lin = 3 }", "{ log = [0, 1, 3] }",
        "{ log = [1, inf, 3] }", "{ log = ['a', 1, 3] }", "{ range = [0, 1, 1], lin = [0, 1, 2] }",
        "{ log = [1, 2, 3], of = 1 }", "{ range = [-1e308, 1e308, 1e-308] }"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(made(bad), Error);
  }
}

}  // namespace generator_test

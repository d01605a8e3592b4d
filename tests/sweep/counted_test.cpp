#include "sweep/counted.h"

#include <doctest/doctest.h>

namespace counted_test {

using namespace monge::sweep;

TEST_CASE("counted: one has no plural, none has") {
  CHECK(counted(1, "run") == "1 run");
  CHECK(counted(0, "run") == "0 runs");
  CHECK(counted(12, "run") == "12 runs");
}

TEST_CASE("counted: times in their two largest units") {
  CHECK(duration_text(0) == "0 s");
  CHECK(duration_text(59.4) == "59 s");
  CHECK(duration_text(60) == "1 min");
  CHECK(duration_text(3599) == "59 min 59 s");
  CHECK(duration_text(7380) == "2 h 3 min");
  CHECK(duration_text(90000) == "1 d 1 h");
}

}  // namespace counted_test

#include "record/changes.h"

#include <doctest/doctest.h>

namespace changes_test {

using monge::record::changes;
using Json = nlohmann::json;

TEST_CASE("changes: nested entries by their own name, nothing for equals") {
  const Json code = {{"libtorch", "2.11.0"}, {"plugins", {{"loss/mine", "p1"}, {"loss/bce", "p2"}}}};
  Json now = code;
  CHECK(changes(code, now) == "");
  now["plugins"]["loss/mine"] = "p9";
  CHECK(changes(code, now) == "loss/mine");
  now["libtorch"] = "2.12.0";
  now["plugins"]["enforcer/new"] = "p3";
  CHECK(changes(code, now) == "libtorch, enforcer/new, loss/mine");
  for (const char* more : {"a", "b"}) now[more] = 1;
  CHECK(changes(code, now) == "a, b, libtorch, enforcer/new and 1 more");
  CHECK(changes(Json(), code) == "the code");
}

}  // namespace changes_test

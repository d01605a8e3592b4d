#include "schedule/fate.h"

#include <doctest/doctest.h>

namespace fate_test {

using namespace monge::schedule;

TEST_CASE("fate: a run that was at work alone breaks, or is saved where the worker was told to stop") {
  CHECK(fate_of({.begun = true}) == Fate::broken);
  CHECK(fate_of({.begun = true, .stopping = true}) == Fate::broken);
  CHECK(fate_of({.begun = true, .told = true, .stopping = true}) == Fate::saved);
  CHECK(fate_of({.told = true, .stopping = true}) == Fate::saved);
}

TEST_CASE("fate: a run that has not begun is to blame only where its worker is new") {
  CHECK(fate_of({}) == Fate::broken);
  CHECK(fate_of({.seasoned = true}) == Fate::waits);
  CHECK(fate_of({.stopping = true, .seasoned = true}) == Fate::broken);
}

TEST_CASE("fate: of a pack those who have not begun wait, the others are tried alone unless one is accused") {
  CHECK(fate_of({.packed = true}) == Fate::waits);
  CHECK(fate_of({.packed = true, .told = true, .stopping = true}) == Fate::waits);
  CHECK(fate_of({.begun = true, .packed = true}) == Fate::alone);
  CHECK(fate_of({.begun = true, .packed = true, .accusable = true}) == Fate::waits);
  CHECK(fate_of({.begun = true, .packed = true, .accusable = true, .accused = true}) == Fate::broken);
  CHECK(fate_of({.begun = true, .packed = true, .stopping = true}) == Fate::broken);
  CHECK(fate_of({.begun = true, .packed = true, .told = true, .stopping = true}) == Fate::saved);
}

TEST_CASE("fate: runs that a GPU was lost with wait for another, whoever they are") {
  CHECK(fate_of({.begun = true, .packed = true, .lost = true}) == Fate::waits);
  CHECK(fate_of({.packed = true, .lost = true}) == Fate::waits);
  CHECK(fate_of({.begun = true, .packed = true, .told = true, .lost = true, .stopping = true}) ==
        Fate::waits);
}

}  // namespace fate_test

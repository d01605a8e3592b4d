// As on a GPU, where a pack keeps its seats and its graph: runs leave, and others take their places.
#include <doctest/doctest.h>

#include "pack/games.h"

namespace seats_test {

using namespace monge;
using namespace monge::test;

TEST_CASE("seats: runs leave their seats, and others take them, and nobody's bits change") {
  Opened opened;
  for (const auto& enforcer : {"clip", "spectral_norm", "lecam"}) {
    const Setup setup{named("wasserstein"), named(enforcer), kMlp, {2}, 0, at::kFloat};
    const Samples samples = samples_of(setup);
    Runs runs(opened, samples, setup, 4), alone(opened, samples, setup, 4);
    pack::Pack pack({runs.members[0], runs.members[1], runs.members[2]}, 4);
    pack.step();
    pack.leave(1);
    pack.step();
    CHECK(pack.join(1, runs.members[3]));
    for (int i = 0; i < 3; ++i) pack.step();
    const auto made = [&](int k, int steps) {
      pack::Pack own({alone.members[k]});
      for (int i = 0; i < steps; ++i) own.step();
      CHECK(runs.progress[k].step == steps);
      CHECK(at::equal(runs.progress[k].critic.flat, alone.progress[k].critic.flat));
      CHECK(at::equal(runs.progress[k].generator.flat, alone.progress[k].generator.flat));
    };
    made(0, 5);
    made(2, 5);
    made(3, 3);
  }
}

TEST_CASE("seats: a seat is given to runs of the same kind only") {
  Opened opened;
  const Setup setup{named("wasserstein"), named("clip"), kMlp};
  const Samples samples = samples_of(setup);
  Runs runs(opened, samples, setup), others(opened, samples, {named("bce"), named("clip"), kMlp});
  pack::Pack pack({runs.members[0]});
  CHECK_FALSE(pack.join(1, others.members[1]));
  CHECK_FALSE(pack.join(1, runs.members[1]));  // its bound is another, and that of the pack is a number
  pack::Pack two({runs.members[0], runs.members[1]});
  two.leave(0);
  CHECK(two.join(0, runs.members[2]));
}

}  // namespace seats_test

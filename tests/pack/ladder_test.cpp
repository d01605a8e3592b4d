// Which way runs are trained, and the reason that is recorded.
#include "pack/ladder.h"

#include <doctest/doctest.h>

#include "pack/memory.h"
#include "toy_game.h"

namespace ladder_test {

using namespace toy;
using pack::rung_of;

namespace {

/// Fails a test in which the plugins are examined for nothing.
std::string never_asked() {
  FAIL("the plugins need not be examined");
  return "";
}
std::string pure() { return ""; }
std::string impure() { return "loss/x: critic() reads"; }

ToyGame images(bool smooth) {
  ToyGame toy;
  const Layers layers =
      smooth ? Layers{conv(2, 3), tanh(), flatten(), linear(1)} : Layers{conv(2, 3), flatten(), linear(1)};
  toy.game.critic = std::make_unique<train::Network>("critic", layers, Shape{1, 8, 8}, Shape{1});
  return toy;
}

}  // namespace

TEST_CASE("ladder: on a CPU runs are trained alone, unless packs are asked for") {
  const ToyGame toy;
  CHECK(rung_of(toy.game, never_asked, "cpu", 0, 0).slots == 0);
  CHECK(rung_of(toy.game, never_asked, "cpu", 0, 0).why == "on a CPU packs pay for tiny networks only");
  CHECK(rung_of(toy.game, never_asked, "cpu", 0, -1).why == "asked for");
  CHECK(rung_of(toy.game, pure, "cpu", 0, 8).slots == 8);
  CHECK(rung_of(toy.game, pure, "cpu", 0, 8).why == "asked for");
}

TEST_CASE("ladder: on a GPU runs are packed, but images only where they are differentiated by hand") {
  const ToyGame dense, convolving = images(/*smooth=*/false), smooth = images(true);
  CHECK(rung_of(dense.game, pure, "NVIDIA H100", 0, 0).slots == 64);
  CHECK(rung_of(convolving.game, pure, "NVIDIA H100", 0, 0).slots == 64);
  CHECK(rung_of(smooth.game, pure, "NVIDIA H100", 0, 0).slots == 1);
  CHECK(rung_of(convolving.game, pure, "NVIDIA H100", 0, 4).slots == 4);
  CHECK(rung_of(dense.game, never_asked, "NVIDIA H100", 0, -1).slots == 0);
}

TEST_CASE("ladder: of a table's slots as many as the memory holds, of those asked for all") {
  const ToyGame toy;
  const auto memory =
      20 * pack::bytes_of_run(toy.game, train::choose_strategy(toy.game, /*on_gpu=*/true, 64));
  const auto rung = rung_of(toy.game, pure, "NVIDIA H100", memory, 0);
  CHECK(rung.slots == 16);
  CHECK(rung.why == "on a GPU products of many runs fill it together; more than 16 may not fit its memory");
  CHECK(rung_of(toy.game, pure, "NVIDIA H100", memory, 64).slots == 64);
  CHECK(rung_of(toy.game, pure, "NVIDIA H100", 1000 * memory, 0).slots == 64);
  CHECK(rung_of(toy.game, pure, "cpu", memory, 0).slots == 0);
}

TEST_CASE("ladder: plugins that are not pure are trained alone, and told why") {
  const ToyGame toy;
  for (const std::int64_t wanted : {0, 8}) {
    const pack::Rung rung = rung_of(toy.game, impure, "NVIDIA H100", 0, wanted);
    CHECK(rung.slots == 0);
    CHECK(rung.why == "loss/x: critic() reads");
  }
}

}  // namespace ladder_test

// What is replayed is what was captured, so a capture is held against a step before it counts.
#include "pack/replayed.h"

#include <doctest/doctest.h>

#include <stdexcept>

namespace replayed_test {

using namespace monge;
using pack::Replay;
using pack::Replayed;

namespace {

struct Again final : Replay {
  explicit Again(Replayed::Step step_) : step(std::move(step_)) {}
  void replay() const override { step(); }
  Replayed::Step step;
};

/// x <- 2 x + 1, at most as often as it is made.
struct Game {
  Tensor x = at::ones({2});
  int made = 0, captured = 0;
  Replayed::Step step = [this] {
    ++made;
    x.mul_(2).add_(1);
  };

  double after(Replayed& replayed, int steps) {
    for (int i = 0; i < steps; ++i) replayed(step, [&] { return std::vector<Tensor>{x}; });
    return x[0].item<double>();
  }
};

double expected(int steps) {
  double x = 1;
  for (int i = 0; i < steps; ++i) x = 2 * x + 1;
  return x;
}

}  // namespace

TEST_CASE("replayed: without a capture every step is made") {
  Game game;
  Replayed replayed;
  CHECK(game.after(replayed, 6) == expected(6));
  CHECK(game.made == 6);
  CHECK(replayed.verdict() == "");
}

TEST_CASE("replayed: a step is captured after three, compared in two, and replayed from then on") {
  Game game;
  Replayed replayed([&](const Replayed::Step&, std::string&) {
    ++game.captured;
    return std::make_unique<Again>([&] { game.x.mul_(2).add_(1); });
  });
  CHECK(game.after(replayed, 8) == expected(8));
  CHECK(game.captured == 1);
  CHECK(game.made == 5);
  CHECK(replayed.verdict() == "captured");
}

TEST_CASE("replayed: a replay that differs from a step is not used") {
  Game game;
  Replayed replayed([&](const Replayed::Step&, std::string&) {
    return std::make_unique<Again>([&] { game.x.fill_(31); });  // the value of this step, frozen
  });
  CHECK(game.after(replayed, 8) == expected(8));
  CHECK(replayed.verdict() == "a replay gives other numbers than a step");
}

TEST_CASE("replayed: what cannot be captured goes on without, and says why") {
  for (const bool throws : {false, true}) {
    Game game;
    Replayed replayed([&](const Replayed::Step&, std::string& why) -> std::unique_ptr<Replay> {
      ++game.captured;
      if (throws) throw std::runtime_error("it cannot");
      why = "it cannot";
      return nullptr;
    });
    CHECK(game.after(replayed, 8) == expected(8));
    CHECK(game.captured == 1);
    CHECK(replayed.verdict() == "it cannot");
  }
}

TEST_CASE("replayed: a lack of memory in a capture is the pack's to mend") {
  Game game;
  Replayed replayed([](const Replayed::Step&, std::string&) -> std::unique_ptr<Replay> {
    TORCH_CHECK_WITH(OutOfMemoryError, false, "no room for a graph");
    return nullptr;
  });
  game.after(replayed, 3);
  CHECK_THROWS_WITH_AS(game.after(replayed, 1), doctest::Contains("no room for a graph"),
                       c10::OutOfMemoryError);
}

}  // namespace replayed_test

#include "train/batches.h"

#include <doctest/doctest.h>

#include "toy_game.h"

namespace batches_test {

using namespace toy;

namespace {

// All fakes of a macro-step of five critic updates, and the generator's running averages after it.
std::vector<Tensor> fakes_of(train::Game& game, std::int64_t ahead) {
  game.strategy.updates_ahead = ahead;
  train::Progress progress(game);
  progress.updates = 10;
  train::Fakes fakes(game, progress, 5);
  std::vector<Tensor> all;
  for (int i = 0; i < 5; ++i) all.push_back(fakes.next({}).x.clone());
  all.push_back(progress.generator.flat_buffers);
  return all;
}

void check_same(train::Game& game) {
  const auto one_by_one = fakes_of(game, 1);
  CHECK_FALSE(one_by_one[0].allclose(one_by_one[1]));
  for (const std::int64_t ahead : {2, 5}) {  // in batches of 2, 2 and 1; in one of 5
    const auto together = fakes_of(game, ahead);
    for (std::size_t i = 0; i < together.size(); ++i)
      CHECK(at::allclose(together[i], one_by_one[i], /*rtol=*/1e-12, /*atol=*/1e-12));
  }
}

}  // namespace

TEST_CASE("batches: fakes made for several updates at once are those of one update after another") {
  ToyGame toy;
  SUBCASE("by hand") { toy.game.strategy.generator_by_hand = true; }
  SUBCASE("by the forward pass") {}
  SUBCASE("with batch norm, which takes each batch by itself and averages in their order") {
    toy.game.generator = std::make_unique<train::Network>(
        "generator", Layers{linear(16), batch_norm(), relu(), linear(2)}, Shape{3}, Shape{2});
  }
  check_same(toy.game);
}

}  // namespace batches_test

#include "train/game.h"

#include <doctest/doctest.h>

#include "toy_game.h"
#include "train/calling.h"

namespace game_test {

using namespace toy;

namespace {

enum class Player { critic, generator };

template <Player faulty, bool one>
struct Shaped final : Loss {
  static void describe(Describe<Shaped>& d) { d.doc("costs of another shape"); }
  Tensor critic(const Scores& s) const override { return cost(s, Player::critic); }
  Tensor generator(const Scores& s) const override { return cost(s, Player::generator); }

 private:
  static Tensor cost(const Scores& s, Player player) {
    if (player != faulty) return s.fake.mean();
    return one ? s.fake.mean().unsqueeze(0) : s.fake;
  }
};

struct Vector final : Enforcer {
  static void describe(Describe<Vector>& d) { d.doc("a penalty of each sample"); }
  Tensor penalty(const Look& look, State&) const override { return look.at.real.square(); }
};

template <class T>
std::string fault_of_loss() {
  ToyGame toy;
  toy.set_loss<T>();
  try {
    train::probe(toy.game);
  } catch (const train::PluginFault& fault) {
    return fault.what();
  }
  return "";
}

}  // namespace

TEST_CASE("game: a cost that is not one number is found by the probe") {
  CHECK(fault_of_loss<Shaped<Player::critic, false>>() ==
        "in loss/toy: critic() gives a tensor [4], not one number");
  CHECK(fault_of_loss<Shaped<Player::critic, true>>() ==
        "in loss/toy: critic() gives a tensor [1], not one number");
  CHECK(fault_of_loss<Shaped<Player::generator, false>>() ==
        "in loss/toy: generator() gives a tensor [4], not one number");
  CHECK(fault_of_loss<Wasserstein>().empty());
  ToyGame toy;
  toy.add_enforcer<Vector>();
  CHECK_THROWS_WITH_AS(train::probe(toy.game),
                       "in enforcer/toy: penalty() gives a tensor [4], not one number", train::PluginFault);
}

}  // namespace game_test

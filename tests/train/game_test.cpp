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

template <int samples, bool detached>
struct Looker final : Enforcer {
  static void describe(Describe<Looker>& d) { d.doc("looks at some of a batch"); }
  Tensor points(const Scores& s, Draw&) const override { return s.real_x.narrow(0, 0, samples); }
  Tensor penalty(const Look& look, State&) const override {
    return (detached ? look.slope.detach() : look.slope).square().mean();
  }
};

struct Half final : Enforcer {
  static void describe(Describe<Half>& d) { d.doc("looks at points that are no samples"); }
  Tensor points(const Scores& s, Draw&) const override { return s.real_x.narrow(1, 0, 1); }
  Tensor penalty(const Look& look, State&) const override { return look.slope.square().mean(); }
};

std::string fault_of(ToyGame& toy) {
  try {
    train::probe(toy.game);
  } catch (const train::PluginFault& fault) {
    return fault.what();
  }
  return "";
}

template <class T>
std::string fault_of_enforcer() {
  ToyGame toy;
  toy.add_enforcer<T>();
  return fault_of(toy);
}

template <class T>
std::string fault_of_loss() {
  ToyGame toy;
  toy.set_loss<T>();
  return fault_of(toy);
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
  CHECK(fault_of_enforcer<Vector>() == "in enforcer/toy: penalty() gives a tensor [4], not one number");
}

TEST_CASE(
    "game: points that are no samples, and a penalty that nothing is learnt from, are found by the probe") {
  CHECK(fault_of_enforcer<Looker<4, false>>().empty());
  CHECK(fault_of_enforcer<Looker<3, false>>() ==
        "in enforcer/toy: points() gives [3, 2] for a batch [4, 2]; a point has the shape of a sample, and "
        "there "
        "are one, two, ... times as many as samples");
  CHECK(fault_of_enforcer<Half>().starts_with("in enforcer/toy: points() gives [4, 1] for a batch [4, 2]; "));
  CHECK(fault_of_enforcer<Looker<4, true>>() ==
        "in enforcer/toy: penalty() has a gradient neither to the scores nor to the slopes at its points: "
        "detach() cuts it");
}

namespace {

struct Unlicensed final : Loss {
  Unlicensed() { throw std::runtime_error("no licence"); }
  static void describe(Describe<Unlicensed>& d) { d.doc("cannot be made"); }
  Tensor critic(const Scores& s) const override { return s.real.mean(); }
  Tensor generator(const Scores& s) const override { return s.fake.mean(); }
};

}  // namespace

TEST_CASE("game: a plugin whose constructor throws is named") {
  const auto library = toy::library<Unlicensed>("toy");
  static PluginHeader header{};
  header.make = []() -> void* { return new Unlicensed; };
  library->header = &header;
  CHECK_THROWS_WITH_AS(plugin::made(*library), "in loss/toy: its constructor threw no licence", Error);
}

}  // namespace game_test

#include "train/guard.h"

#include <doctest/doctest.h>
#include <monge/error.h>

#include "toy_game.h"

namespace guard_test {

using namespace toy;

namespace {

struct Slope final : Enforcer {
  static void describe(Describe<Slope>& d) { d.doc("squared slope at real samples"); }
  Tensor points(const Scores& s, Draw&) const override { return s.real_x; }
  Tensor penalty(const Look& look, State&) const override { return look.slope.square().mean(); }
};

struct Halved final : Enforcer {
  static void describe(Describe<Halved>& d) { d.doc("half of every weight"); }
  Tensor weight(const Tensor& w, const Role&, State&) const override { return w / 2; }
};

struct WeightBox final : Enforcer {
  static void describe(Describe<WeightBox>& d) { d.doc("weights alone within 1"); }
  Tensor project(const Tensor& w, const Role& role) const override {
    return role.part == Role::Part::weight ? w.clamp(-1, 1) : w;
  }
};

struct WholeBox final : Enforcer {
  static void describe(Describe<WholeBox>& d) { d.doc("everything within 1"); }
  Tensor project(const Tensor& w, const Role&) const override { return w.clamp(-1, 1); }
};

std::unique_ptr<train::Network> critic(const Layers& layers) {
  return std::make_unique<train::Network>("critic", layers, Shape{2}, Shape{1});
}

std::unique_ptr<train::Network> generator(const Layers& layers) {
  return std::make_unique<train::Network>("generator", layers, Shape{3}, Shape{2});
}

std::string warned(const ToyGame& toy, double lowest = -1, double highest = 1) {
  std::string all;
  for (const auto& warning : train::warnings_of(toy.game, lowest, highest)) all += warning + "\n";
  return all;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("guard: batch norm of one number is refused, of the pixels of one image not") {
  ToyGame toy;
  toy.game.generator = generator({linear(4), batch_norm(), relu(), linear(2)});
  train::probe(toy.game);
  CHECK_NOTHROW(train::refuse_nonsense(toy.game));
  toy.game.settings.batch_size = 1;
  CHECK_THROWS_WITH_AS(train::refuse_nonsense(toy.game),
                       doctest::Contains("train.batch_size is 1, and generator has batch norm of vectors"),
                       Error);
  toy.game.generator = generator({linear(16), reshape({4, 2, 2}), batch_norm(), flatten(), linear(2)});
  CHECK_NOTHROW(train::refuse_nonsense(toy.game));
}

TEST_CASE("guard: batch norm in a critic whose slope is penalised is refused, with the enforcer's name") {
  ToyGame toy;
  toy.game.critic = critic({linear(4), batch_norm(), relu(), linear(1)});
  train::probe(toy.game);
  CHECK_NOTHROW(train::refuse_nonsense(toy.game));
  toy.add_enforcer<Slope>();
  train::probe(toy.game);
  CHECK_THROWS_AS_MESSAGE(train::refuse_nonsense(toy.game), Error, "enforcer/toy");
  toy.game.critic = critic({linear(4), layer_norm(), relu(), linear(1)});
  CHECK_NOTHROW(train::refuse_nonsense(toy.game));
}

TEST_CASE("guard: an ordinary game gives no warning") {
  ToyGame toy;
  toy.add_enforcer<Halved>();
  CHECK(warned(toy, -1e9, 1e9) == "");
}

TEST_CASE("guard: a critic that ends in a sigmoid is warned of") {
  ToyGame toy;
  toy.game.critic = critic({linear(1), monge::sigmoid()});
  CHECK(says(warned(toy), "critic ends in a sigmoid"));
}

TEST_CASE("guard: gains that a bound on weights does not hold are warned of, held ones are not") {
  ToyGame toy;
  toy.game.critic = critic({linear(4), layer_norm(), relu(), linear(1)});
  toy.add_enforcer<Halved>();
  CHECK(says(warned(toy), "learned gains"));
  toy.game.enforcers.clear();
  toy.add_enforcer<WeightBox>();
  CHECK(says(warned(toy), "learned gains"));
  toy.game.enforcers.clear();
  toy.add_enforcer<WholeBox>();
  CHECK(warned(toy) == "");
}

TEST_CASE("guard: samples that the generator's last activation cannot reach are warned of") {
  ToyGame toy;
  toy.game.generator = generator({linear(2), monge::sigmoid(), reshape({2})});
  CHECK(says(warned(toy), "makes [0, 1], but the samples lie in [-1, 1]"));
  CHECK(warned(toy, 0, 1) == "");
  toy.game.generator = generator({linear(2), monge::tanh()});
  CHECK(warned(toy) == "");
  CHECK(says(warned(toy, -1, 7), "[-1, 7]"));
}

TEST_CASE("guard: a fixed generator's samples have no classes, so a conditional network is refused") {
  ToyGame toy;
  toy.samples.fake = toy.samples.fake_test = toy.samples.train;
  train::probe(toy.game);
  CHECK_NOTHROW(train::refuse_nonsense(toy.game));
  toy.game.reads.labels = true;
  CHECK_THROWS_AS_MESSAGE(train::refuse_nonsense(toy.game), Error, "no classes");
}

}  // namespace guard_test

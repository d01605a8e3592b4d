// The same games on CPU and GPU. Where no GPU is at hand these cases say so and pass; benchmarks/gpu_check.sh
// runs them.
#include "worker/gpu.h"

#include <doctest/doctest.h>

#include <cmath>

#include "measure/evaluator.h"
#include "toy_game.h"
#include "train/step.h"
#include "worker/snapshot.h"

namespace gpu_test {

using namespace toy;
using train::Progress;

namespace {

struct Penalty final : Enforcer {
  static void describe(Describe<Penalty>& d) { d.doc("squared slope on lines between real and fake"); }
  Tensor points(const Scores& s, Draw& draw) const override {
    const auto t = draw.uniform({s.real_x.size(0), 1});
    return t * s.real_x + (1 - t) * s.fake_x;
  }
  Tensor penalty(const Look& look, State&) const override {
    return (look.slope.norm(2, 1) - 1).square().mean();
  }
};

bool has_gpu() {
  if (worker::open_gpu().devices > 0) return true;
  MESSAGE("no GPU here: nothing was compared");
  return false;
}

/// The game on `device`, in double precision.
struct PlacedGame : ToyGame {
  explicit PlacedGame(at::Device device) {
    game.options = game.options.device(device);
    samples.train = samples.train.to(device);
    samples.test = samples.train;
    game.generator = std::make_unique<train::Network>(
        "generator", Layers{linear(16).bias(false), batch_norm(), relu(), linear(2)}, Shape{3}, Shape{2});
    add_enforcer<Penalty>();
    train::probe(game);
  }
};

}  // namespace

TEST_SUITE("gpu") {
  TEST_CASE("gpu: draws are the CPU's, uniforms bit for bit") {
    if (!has_gpu()) return;
    const auto options = at::TensorOptions().dtype(at::kFloat);
    train::Draws cpu(1, train::Purpose::enforcer, 5, options),
        gpu(1, train::Purpose::enforcer, 5, options.device(at::kCUDA));
    CHECK(cpu.uniform({1000}).equal(gpu.uniform({1000}).cpu()));
    CHECK(cpu.normal({1000}).allclose(gpu.normal({1000}).cpu(), 1e-6, 1e-6));
  }

  TEST_CASE("gpu: twenty steps end where the CPU's do, in double precision") {
    if (!has_gpu()) return;
    PlacedGame cpu(at::kCPU), gpu(at::Device(at::kCUDA, 0));
    Progress one(cpu.game), other(gpu.game);
    for (int i = 0; i < 20; ++i) {
      const auto a = train::macro_step(cpu.game, one, true);
      const auto b = train::macro_step(gpu.game, other, true);
      CHECK(a.critic_loss.item<double>() == doctest::Approx(b.critic_loss.item<double>()).epsilon(1e-8));
      CHECK(a.penalty().item<double>() == doctest::Approx(b.penalty().item<double>()).epsilon(1e-8));
    }
    CHECK(one.critic.flat.allclose(other.critic.flat.cpu(), 1e-8, 1e-10));
    CHECK(one.generator.flat.allclose(other.generator.flat.cpu(), 1e-8, 1e-10));
  }

  TEST_CASE("gpu: one batch of both players' samples equals two") {
    if (!has_gpu()) return;
    PlacedGame split(at::Device(at::kCUDA, 0)), joint(at::Device(at::kCUDA, 0));
    joint.game.strategy.joint_batch = true;
    Progress one(split.game), other(joint.game);
    for (int i = 0; i < 3; ++i) {
      train::macro_step(split.game, one, false);
      train::macro_step(joint.game, other, false);
    }
    CHECK(one.critic.flat.allclose(other.critic.flat, 1e-9, 1e-11));
  }

  TEST_CASE("gpu: the audit's numbers are the CPU's") {
    if (!has_gpu()) return;
    PlacedGame cpu(at::kCPU), gpu(at::Device(at::kCUDA, 0));
    measure::EvaluationSettings settings;
    settings.samples = 64;
    settings.audited = true;
    const auto values_of = [&](const PlacedGame& toy) {
      Progress progress(toy.game);
      train::macro_step(toy.game, progress, true);
      return measure::evaluate(toy.game, settings, measure::copies_of(toy.game, progress, settings)).values;
    };
    const auto one = values_of(cpu), other = values_of(gpu);
    for (const auto& [name, values] : one) {
      CAPTURE(name);
      if (name.find("histogram") != std::string::npos)
        continue;  // a value may fall on the other side of an edge
      for (std::size_t i = 0; i < values.size(); ++i)
        CHECK((std::isnan(values[i]) ? std::isnan(other.at(name)[i])
                                     : other.at(name)[i] == doctest::Approx(values[i]).epsilon(1e-7)));
    }
  }

  TEST_CASE("gpu: a snapshot goes on bit for bit") {
    if (!has_gpu()) return;
    PlacedGame toy(at::Device(at::kCUDA, 0));
    Progress straight(toy.game), first(toy.game), second(toy.game);
    for (int i = 0; i < 4; ++i) train::macro_step(toy.game, straight, false);
    for (int i = 0; i < 2; ++i) train::macro_step(toy.game, first, false);
    worker::restore(worker::snapshot(toy.game, first, "{}"), toy.game, second);
    for (int i = 0; i < 2; ++i) train::macro_step(toy.game, second, false);
    CHECK(second.critic.flat.equal(straight.critic.flat));
    CHECK(second.generator.flat.equal(straight.generator.flat));
  }
}

}  // namespace gpu_test

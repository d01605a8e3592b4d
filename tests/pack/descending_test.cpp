// A packed step whose products update the large weights, against the same step of each run alone. CTest runs
// it with MONGE_PRODUCTS=everywhere, where products are the own kernels of a GPU.
#include <doctest/doctest.h>

#include "kernels/product.h"
#include "pack/penalised.h"
#include "train/step_numbers.h"

namespace descending_test {

using namespace monge;
using namespace monge::test;

namespace {

// Layers of 260 x 260: more weights than kernels::Update leaves to itself.
PenalisedPack started(Opened& opened, const Samples& samples) {
  const auto set = [](train::Settings& settings, std::int64_t k) {
    settings.critic.beta1 = settings.generator.beta1 = 0;
    settings.critic.learning_rate = 1e-3 * static_cast<double>(k + 1);
    settings.critic.epsilon = settings.generator.epsilon = 1e-4;  // steps of rounding stay small
    settings.critic_steps = 2;
    settings.ema = 0;
  };
  return {opened, samples, {{"plugin", "mlp"}, {"width", 260}, {"depth", 2}}, /*latent=*/2, /*runs=*/2, set};
}

bool close(const Tensor& a, const Tensor& b) { return a.allclose(b, 1e-4, 1e-6); }

// Each parameter's has the right length, as the audit reads it; the second layer's weight's has no more.
void check_gradients(const train::Moments& packed, const train::Moments& alone) {
  for (std::size_t i = 0; i < alone.gradients.size(); ++i)
    CHECK(close(packed.gradients[i].norm(), alone.gradients[i].norm()));
  const auto weight = packed.gradients[2].flatten();
  CHECK(weight.narrow(0, 1, weight.numel() - 1).eq(0).all().item<bool>() == kernels::is_ours(weight));
}

}  // namespace

TEST_CASE(
    "descending: a packed step is each run's alone, with its record, and leaves large gradients unwritten") {
  Opened opened;
  Samples samples;
  samples.train = samples.test = draws(1).normal({64, 2}).to(at::kFloat);
  samples.range = Range::unbounded;
  const auto together = started(opened, samples);
  auto alone = started(opened, samples);
  together.pack->step();
  const auto table = together.pack->table(/*read=*/true);
  for (std::size_t k = 0; k < alone.games.size(); ++k) {
    const auto own = train::read_numbers({.record = macro_step(alone.games[k], alone.progress[k], true)});
    const auto got = train::read_numbers({.table = table, .place = k});
    const auto &one = together.progress[k], &other = alone.progress[k];
    CHECK(close(one.critic.flat, other.critic.flat));
    CHECK(close(one.generator.flat, other.generator.flat));
    CHECK(close(one.critic_moments.second, other.critic_moments.second));
    CHECK(got.critic_gradient_norm == doctest::Approx(own.critic_gradient_norm).epsilon(1e-4));
    CHECK(got.generator_gradient_norm == doctest::Approx(own.generator_gradient_norm).epsilon(1e-4));
    CHECK(got.weight_max == doctest::Approx(own.weight_max).epsilon(1e-4));
    check_gradients(one.critic_moments, other.critic_moments);
    check_gradients(one.generator_moments, other.generator_moments);
  }
}

TEST_CASE("descending: a run whose optimiser has first moments gets no seat among those that have none") {
  Opened opened;
  Samples samples;
  samples.train = samples.test = draws(1).normal({64, 2}).to(at::kFloat);
  samples.range = Range::unbounded;
  auto together = started(opened, samples), others = started(opened, samples);
  together.pack->step();
  together.pack->leave(1);
  auto& settings = others.games[0].settings;
  settings.generator.beta1 = 0.5;
  CHECK_FALSE(together.pack->join(1, others.members[0]));
  settings.generator.beta1 = 0;
  others.progress[0].critic_moments.gradient.fill_(1);  // of an update by other means
  CHECK(together.pack->join(1, others.members[0]));
  together.pack->step();
  auto alone = started(opened, samples);
  macro_step(alone.games[0], alone.progress[0], true);
  CHECK(close(others.progress[0].critic.flat, alone.progress[0].critic.flat));
  check_gradients(others.progress[0].critic_moments, alone.progress[0].critic_moments);
}

}  // namespace descending_test

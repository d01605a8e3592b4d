// A packed step whose products update the large weights, against the same step of each run alone. CTest runs
// it with MONGE_PRODUCTS=everywhere, where products are the own kernels of a GPU.
#include <doctest/doctest.h>

#include "kernels/product.h"
#include "pack/penalised.h"
#include "train/step_numbers.h"

using namespace monge;
using namespace monge::test;

namespace {

// Layers of 260 x 260: more weights than kernels::Update leaves to itself.
PenalisedPack started(Opened& opened, const Samples& samples) {
  PenalisedPack runs(opened, samples, {{"plugin", "mlp"}, {"width", 260}, {"depth", 2}}, /*latent=*/2,
                     /*runs=*/2);
  for (std::size_t k = 0; k < runs.games.size(); ++k) {
    auto& settings = runs.games[k].settings;
    settings.critic.beta1 = settings.generator.beta1 = 0;
    settings.critic.learning_rate = 1e-3 * static_cast<double>(k + 1);
    settings.critic.epsilon = settings.generator.epsilon = 1e-4;  // steps of rounding stay small
    settings.critic_steps = 2;
    settings.ema = 0;
  }
  return runs;
}

bool close(const Tensor& a, const Tensor& b) { return a.allclose(b, 1e-4, 1e-6); }

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
    const bool ours = kernels::is_ours(one.critic.flat);
    for (const auto* moments : {&one.critic_moments, &one.generator_moments})
      CHECK(moments->gradients[2].eq(0).all().item<bool>() == ours);  // the second layer's weight
  }
}

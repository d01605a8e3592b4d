// The estimate beside what a packed step really allocates, on the CPU, where images' patches are laid out,
// too.
#include "pack/memory.h"

#include <ATen/Parallel.h>
#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "pack/pack.h"
#include "plugins/opened.h"
#include "train/guard.h"

using namespace monge;
using namespace monge::test;

namespace {

/// What this thread's tensors hold while it lives.
class Held final : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void*, std::int64_t size, std::size_t, std::size_t, c10::Device) override {
    now += size;
    most = std::max(most, now);
  }
  bool memoryProfilingEnabled() const override { return true; }

  std::int64_t now = 0, most = 0;
};

Samples images(const Shape& sample) {
  Samples samples;
  Shape shape = sample;
  shape.insert(shape.begin(), 64);
  samples.train = draws(1).normal(shape).tanh().to(at::kFloat);
  samples.test = samples.train;
  samples.range = sample.size() == 1 ? Range::unbounded : Range::symmetric;
  return samples;
}

train::Game game_of(Opened& opened, const Samples& samples, const Json& architecture, std::int64_t slots) {
  train::Game game;
  game.settings.generator_steps = 20;
  game.settings.batch_size = 16;
  game.settings.critic_steps = 5;
  game.settings.latent = 16;
  game.options = at::kFloat;
  game.data = &samples;
  game.problem = {samples.train.sizes().slice(1).vec(), 16, 0, samples.range};
  game.loss = plugin::bind<Loss>(opened.catalog, {{"plugin", "wasserstein"}});
  game.enforcers = train::bind_enforcers(opened.catalog, Json::array({{{"plugin", "gradient_penalty"}}}));
  const auto bound = plugin::bind<Architecture>(opened.catalog, architecture);
  game.generator = std::make_unique<train::Network>("generator", bound->generator(game.problem), Shape{16},
                                                    game.problem.sample);
  game.critic =
      std::make_unique<train::Network>("critic", bound->critic(game.problem), game.problem.sample, Shape{1});
  train::probe(game);
  game.strategy = train::choose_strategy(game, /*on_gpu=*/true, slots);
  return game;
}

/// The most that a pack of `runs` of them holds in two steps.
std::int64_t most_of(Opened& opened, const Samples& samples, const Json& architecture, std::int64_t runs) {
  const auto held = std::make_shared<Held>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, held);
  std::vector<train::Game> games;
  std::vector<train::Progress> progress;
  std::vector<pack::Member> members;
  for (std::int64_t k = 0; k < runs; ++k) games.push_back(game_of(opened, samples, architecture, runs));
  for (const auto& game : games) progress.emplace_back(game);
  for (std::size_t k = 0; k < games.size(); ++k) members.push_back({&games[k], &progress[k]});
  std::optional<pack::Pack> pack(std::in_place, members, static_cast<std::size_t>(runs));
  held->most = 0;
  for (int step = 0; step < 2; ++step) pack->step();
  return held->most;
}

}  // namespace

TEST_CASE("memory: a run's estimate is what it takes, or up to three times that") {
  at::set_num_threads(1);
  Opened opened;
  const Json plane = {{"plugin", "mlp"}, {"width", 64}, {"depth", 3}};
  const Json dense = {{"plugin", "mlp"},
                      {"generator_widths", {64, 128}},
                      {"critic_widths", {128, 64}},
                      {"batch_norm", true},
                      {"activation", "leaky_relu"}};
  const Json convolving = {{"plugin", "dcgan"}, {"width", 8}},
             smooth = {{"plugin", "mlp"}, {"activation", "tanh"}};
  for (const auto& [architecture, sample] :
       {std::pair{plane, Shape{2}}, std::pair{smooth, Shape{2}}, std::pair{dense, Shape{1, 28, 28}},
        std::pair{convolving, Shape{1, 28, 28}}}) {
    CAPTURE(architecture.dump());
    const auto samples = images(sample);
    const auto taken =
        (most_of(opened, samples, architecture, 4) - most_of(opened, samples, architecture, 2)) / 2;
    const auto game = game_of(opened, samples, architecture, 4);
    const auto estimate = pack::bytes_of_run(game, game.strategy);
    CAPTURE(taken);
    CHECK(estimate >= taken);
    CHECK(estimate <= 3 * taken);
  }
}

TEST_CASE("memory: as many runs as fit, one at least, all where nobody knows") {
  Opened opened;
  const auto samples = images({2});
  const auto game = game_of(opened, samples, {{"plugin", "mlp"}}, 64);
  const auto each = pack::bytes_of_run(game, game.strategy);
  CHECK(pack::slots_within(0, 64, game) == 64);
  CHECK(pack::slots_within(each * 1000, 64, game) == 64);
  CHECK(pack::slots_within(each * 10, 64, game) == 8);  // a fifth of the memory is not the pack's
  CHECK(pack::slots_within(each / 2, 64, game) == 1);
}

// The estimate beside what a packed step really allocates, on the CPU, where images' patches are laid out,
// too.
#include "pack/memory.h"

#include <ATen/Parallel.h>
#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <doctest/doctest.h>

#include <algorithm>

#include "pack/penalised.h"

namespace memory_test {

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

constexpr std::int64_t kLatent = 16;

/// What a pack of `runs` of them would hold while a graph of its step is held against the step: the step's
/// memory twice, and what stays between steps three times.
std::int64_t held_by(Opened& opened, const Samples& samples, const Json& architecture, std::int64_t runs) {
  const auto held = std::make_shared<Held>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, held);
  const PenalisedPack all(opened, samples, architecture, kLatent, runs);
  held->most = 0;
  for (int step = 0; step < 2; ++step) all.pack->step();
  return 2 * (held->most - held->now) + 3 * held->now;
}

}  // namespace

TEST_CASE("memory: a run's estimate is what it takes, or up to twice that") {
  at::set_num_threads(1);
  Opened opened;
  const Json plane = {{"plugin", "mlp"}, {"width", 64}, {"depth", 3}};
  const Json dense = {{"plugin", "mlp"},
                      {"generator_widths", {64, 128}},
                      {"critic_widths", {128, 64}},
                      {"batch_norm", true},
                      {"activation", "leaky_relu"}};
  const Json convolving = {{"plugin", "dcgan"}, {"width", 8}},
             smooth = {{"plugin", "mlp"}, {"activation", "tanh"}},
             thin = {{"plugin", "layers"},
                     {"generator",
                      {"linear(4096)", "reshape({16, 16, 16})", "relu()", "conv(1, 3).pad(1)", "tanh()"}},
                     {"critic", {"flatten()", "linear(16)", "leaky_relu(0.2)", "linear(1)"}}};
  for (const auto& [architecture, sample] :
       {std::pair{plane, Shape{2}}, std::pair{smooth, Shape{2}}, std::pair{dense, Shape{1, 28, 28}},
        std::pair{convolving, Shape{1, 28, 28}}, std::pair{thin, Shape{1, 16, 16}}}) {
    CAPTURE(architecture.dump());
    const auto samples = images(sample);
    const auto taken =
        (held_by(opened, samples, architecture, 4) - held_by(opened, samples, architecture, 2)) / 2;
    const auto game = penalised(opened, samples, architecture, kLatent, 4);
    const auto estimate = pack::bytes_of_run(game, game.strategy);
    CAPTURE(taken);
    CHECK(estimate >= taken);
    CHECK(estimate <= 2 * taken);
  }
}

TEST_CASE("memory: as many runs as fit, one at least, all where nobody knows") {
  Opened opened;
  const auto samples = images({2});
  const auto game = penalised(opened, samples, {{"plugin", "mlp"}}, kLatent, 64);
  const auto each = pack::bytes_of_run(game, game.strategy);
  CHECK(pack::slots_within(0, 64, game) == 64);
  CHECK(pack::slots_within(each * 1000, 64, game) == 64);
  CHECK(pack::slots_within(each * 10, 64, game) == 8);  // a fifth of the memory is not the pack's
  CHECK(pack::slots_within(each / 2, 64, game) == 1);
}

}  // namespace memory_test

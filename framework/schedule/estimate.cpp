#include "schedule/estimate.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "record/columns.h"
#include "sweep/counted.h"

namespace monge::schedule {
namespace {

using Json = nlohmann::json;

// A speed in FLOP/s, and what a step takes that has hardly anything to compute, whether for one run or for a
// pack. Float32 training of small networks on one AVX2 core; on an H100 (docs/performance.md), where the step
// of a run that is alone mostly waits for launches, and a pack's is a graph.
struct Speed {
  double flops, step_seconds;
};
constexpr Speed kCpu = {20e9, 1e-3}, kGpuAlone = {10e12, 30e-3}, kGpuPack = {40e12, 1e-3};
constexpr double kGpuRun = 5e12;  // of each run in a pack, before there are enough to fill the GPU

double assumed_seconds(double flops, std::size_t company, bool on_gpu) {
  const auto runs = static_cast<double>(std::max<std::size_t>(1, company));
  Speed speed = !on_gpu ? kCpu : company == 0 ? kGpuAlone : kGpuPack;
  if (on_gpu && company > 0) speed.flops = std::min(speed.flops, kGpuRun * runs);
  return flops / speed.flops + speed.step_seconds / runs;
}

constexpr double kGridSamples = 64;                 // images in the grid of one evaluation
constexpr double kFrame = 80'000, kState = 40'000;  // a run.h5 without rows, a state.h5 without weights
// Of one evaluation of data of the plane: in run.h5 points and two surfaces, in samples.gif a frame.
constexpr double kPlane = 15'000, kPlaneFrame = 20'000;
constexpr double kMostFrames = 64;

double number(const Json& config, const char* section, const char* key, double fallback) {
  const Json table = config.value(section, Json::object());
  const Json value = table.is_object() ? table.value(key, Json()) : Json();
  return value.is_number() ? value.get<double>() : fallback;
}

}  // namespace

std::int64_t steps_of(const Json& config) {
  return static_cast<std::int64_t>(number(config, "train", "generator_steps", 0));
}

Estimates::Estimates(const std::vector<CellFacts>& facts, const std::string& device)
    : facts_(facts), on_gpu_(device != "cpu") {}

void Estimates::learn(std::size_t cell, std::int64_t steps, double seconds, std::size_t company) {
  if (steps <= 0 || !(seconds > 0)) return;
  seconds /= static_cast<double>(std::max<std::size_t>(1, company));
  const Spent spent{static_cast<double>(steps), seconds};
  spent_[cell] += spent;
  all_ += spent;
  if (flops(cell) > 0) {
    timed_seconds_ += seconds;
    done_flops_ += flops(cell) * spent.steps;
  }
  ++learned_;
}

double Estimates::flops(std::size_t cell) const { return cell < facts_.size() ? facts_[cell].step_flops : 0; }

double Estimates::seconds_per_step(std::size_t cell, std::size_t company) const {
  if (const auto own = spent_.find(cell); own != spent_.end()) return own->second.seconds / own->second.steps;
  if (done_flops_ > 0 && flops(cell) > 0) return flops(cell) * timed_seconds_ / done_flops_;
  if (all_.steps > 0) return all_.seconds / all_.steps;
  return flops(cell) > 0 ? assumed_seconds(flops(cell), company, on_gpu_) : 0;
}

double Estimates::sample_numbers(std::size_t cell) const {
  if (cell >= facts_.size() || facts_[cell].sample.empty()) return 0;
  const auto& lengths = facts_[cell].sample;
  return std::accumulate(lengths.begin(), lengths.end(), 1.0, std::multiplies<>());
}

double Estimates::bytes(std::size_t cell, const Json& config) const {
  const auto steps = static_cast<double>(steps_of(config));
  const double rows = steps / std::max(1.0, number(config, "record", "every", 10));
  const double evaluations = 1 + steps / std::max(1.0, number(config, "evaluate", "every", 500));
  const double numbers = sample_numbers(cell), grid = kGridSamples * numbers;
  const bool plane = numbers == 2;
  const double run = kFrame + rows * 8 * static_cast<double>(record::columns().size()) +
                     evaluations * (plane ? kPlane : grid);
  const bool animated = config.value("record", Json::object()).value("animation", true);
  const double frames = animated ? std::min(evaluations, kMostFrames) : 0;
  const double state = cell < facts_.size() ? static_cast<double>(facts_[cell].state_bytes) : 0;
  return 2 * run + kState + state + frames * (plane ? kPlaneFrame : grid);
}

std::string Estimates::basis() const {
  if (learned_ > 0) return "from " + sweep::counted(learned_, "earlier run");
  for (const CellFacts& facts : facts_) {
    if (facts.step_flops > 0)
      return on_gpu_ ? "assuming an H100" : "assuming 20 GFLOP/s a worker and 1 ms a step";
  }
  return "";
}

}  // namespace monge::schedule

// How steep a clipped network can be: with L layers of ReLU, every |w| <= c and n_i units, |slope| is at most
// c^L sqrt(n_0) n_1 ... n_{L-1}, which the network of equal weights reaches where all its units are active.
#include <algorithm>
#include <cmath>

#include "verify/answer.h"
#include "verify/trial.h"

namespace monge::verify {
namespace {

constexpr const char* kSource = "c^L sqrt(n_0) prod n_i, by the chain rule at equal weights";

// Two coordinates, `depth` hidden layers of that width, one score.
Setup clipped(std::int64_t width, int depth, double bound) {
  Layers critic;
  for (int i = 0; i < depth; ++i) critic.add(linear(width)).add(relu());
  critic.add(linear(1));
  Setup setup{.data = drawn_uniform({64, 2}, 1) + 0.5,  // where every unit of equal weights is active
              .generator = Layers{constant({2})},
              .critic = critic,
              .enforcers = {{{"plugin", "clip"}, {"bound", bound}},
                            {{"plugin", "gradient_penalty"}, {"where", "real"}, {"weight", 0}}}};
  setup.critic_steps = 2;  // clipped after the first, looked at in the second
  return setup;
}

// Weights far outside the box, biases of 0: what is seen is what clipping has left of them.
Answer reached(plugin::Catalog& catalog, std::int64_t width, int depth, double bound, double slope,
               double tolerance) {
  std::string name = "capacity: clipping at " + std::to_string(bound);
  name.erase(name.find_last_not_of('0') + 1);
  return {name + " leaves 2-" + std::to_string(width) + "x" + std::to_string(depth) +
              "-1 a slope of at most this",
          kSource,
          {"enforcer/clip"},
          [&catalog, width, depth, bound, slope, tolerance] {
            Trial trial(catalog, clipped(width, depth, bound));
            trial.begin(at::ones({2}), {});
            for (auto& value : trial.progress->critic.values) value.fill_(value.dim() > 1 ? 1 : 0);
            return Finding{{slope}, {trial.step().slope_max().item<double>()}, tolerance};
          }};
}

// No network in the box is steeper: its weights drawn at random, half of them at the corners.
Answer never_exceeded(plugin::Catalog& catalog) {
  constexpr std::int64_t kWidth = 32;
  constexpr double kBound = 0.1;
  return {"capacity: clipped networks that are steeper than possible, of 200",
          kSource,
          {"enforcer/clip"},
          [&catalog] {
            Trial trial(catalog, clipped(kWidth, 2, kBound));
            const double most = std::pow(kBound, 3) * std::sqrt(2.0) * kWidth * kWidth;
            double steeper = 0, steepest = 0;
            for (std::uint64_t i = 0; i < 200; ++i) {
              const auto weights = drawn_uniform({trial.game.critic->size()}, 10 + i) * 4 - 1;
              trial.begin(at::ones({2}), kBound * weights);
              const double slope = trial.step().slope_max().item<double>();
              steepest = std::max(steepest, slope);
              if (slope > most * (1 + 1e-9)) ++steeper;
            }
            return Finding{{0}, {steepest > 0.02 * most ? steeper : 200}, 0};  // flat ones would say nothing
          }};
}

// The bound that leaves just slope 1, as found for widths of 512 and 128.
Answer for_slope_one(plugin::Catalog& catalog, std::int64_t width) {
  const auto n = static_cast<double>(width);
  const double bound = std::pow(std::sqrt(2.0) * n * n * n, -0.25);
  const std::string units = std::to_string(width);
  return {"capacity: the bound that leaves 2-" + units + "x3-1 just slope 1",
          kSource,
          {"enforcer/clip"},
          [&catalog, width, bound] {
            Trial trial(catalog, clipped(width, 3, bound));
            trial.begin(at::ones({2}), {});
            for (auto& value : trial.progress->critic.values) value.fill_(value.dim() > 1 ? 1 : 0);
            return exactly({1}, {trial.step().slope_max().item<double>()});
          }};
}

}  // namespace

Answers capacity_answers(plugin::Catalog& catalog) {
  return {reached(catalog, 512, 3, 0.01, 1.898, 5e-4),
          reached(catalog, 128, 3, 0.01, 0.02966, 5e-6),
          reached(catalog, 64, 1, 0.01, 0.0001 * std::sqrt(2.0) * 64, 1e-12),
          for_slope_one(catalog, 512),
          for_slope_one(catalog, 128),
          never_exceeded(catalog)};
}

}  // namespace monge::verify

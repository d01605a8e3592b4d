#include "train/guard.h"

#include <monge/error.h>

#include <algorithm>
#include <limits>
#include <sstream>

namespace monge::train {
namespace {

using Kind = Layer::Kind;

struct Interval {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
};

// The layer that makes the numbers; what follows it only moves them.
const PlacedLayer* last_of(const Network& network) {
  const auto& layers = network.layers();
  const auto moves = [](const PlacedLayer& placed) {
    return placed.layer.kind == Kind::reshape || placed.layer.kind == Kind::flatten ||
           placed.layer.kind == Kind::upsample;
  };
  const auto found = std::find_if_not(layers.rbegin(), layers.rend(), moves);
  return found == layers.rend() ? nullptr : &*found;
}

Interval output_of(const PlacedLayer& placed) {
  if (placed.layer.kind == Kind::tanh) return {-1, 1};
  if (placed.layer.kind == Kind::sigmoid) return {0, 1};
  if (placed.layer.kind == Kind::relu) return {0, std::numeric_limits<double>::infinity()};
  return {};
}

bool has_gains(const Network& network) {
  return std::any_of(network.parameters().begin(), network.parameters().end(),
                     [](const Parameter& parameter) { return parameter.role.part == Role::Part::gain; });
}

// It holds weights down and lets a normalisation's gain pass.
bool spares_gains(const BoundEnforcer& enforcer) {
  if (enforcer.schema().has_weight) return true;
  if (!enforcer.schema().has_project) return false;
  const auto huge = at::full({1, 1}, 1e6, at::kDouble);
  Role gain;
  gain.part = Role::Part::gain;
  return !enforcer.plugin->project(huge, Role{}).equal(huge) &&
         enforcer.plugin->project(huge, gain).equal(huge);
}

// Of a batch of one: batch norm of one number a channel.
bool norms_one_number(const std::vector<PlacedLayer>& layers) {
  return std::any_of(layers.begin(), layers.end(), [](const PlacedLayer& placed) {
    return (placed.layer.kind == Kind::batch_norm &&
            c10::multiply_integers(placed.out) == placed.out.front()) ||
           norms_one_number(placed.body) || norms_one_number(placed.shortcut);
  });
}

std::string interval_text(double low, double high) {
  std::ostringstream text;
  text.precision(3);
  text << '[' << low << ", " << high << ']';
  return text.str();
}

}  // namespace

void refuse_nonsense(const Game& game) {
  if (game.fixed_generator() && game.reads.labels) {
    throw Error(
        Exit::experiment,
        "the data have a fixed generator, whose samples have no classes, but a network is conditional");
  }
  for (const Network* network : {game.generator.get(), game.critic.get()}) {
    if (game.settings.batch_size > 1 || network == nullptr || !norms_one_number(network->layers())) continue;
    throw Error(Exit::experiment, "train.batch_size is 1, and " + network->name() +
                                      " has batch norm of vectors: one number has no variance; give it an "
                                      "architecture without, or with layer_norm, or larger batches");
  }
  if (!game.critic->couples_batch()) return;
  for (const auto& enforcer : game.enforcers) {
    if (!enforcer.reads_slope) continue;
    throw Error(Exit::experiment,
                "critic has batch norm, which couples the samples of a batch, but " + enforcer.plugin.key() +
                    " bounds the slope of each sample alone (Gulrajani et al. 2017, sec. 4); "
                    "give it an architecture without, or with layer_norm");
  }
}

std::vector<std::string> warnings_of(const Game& game, double lowest, double highest) {
  std::vector<std::string> warnings;
  const PlacedLayer* score = last_of(*game.critic);
  if (score != nullptr && (score->layer.kind == Kind::sigmoid || score->layer.kind == Kind::tanh)) {
    warnings.push_back(std::string("critic ends in a ") + name_of(score->layer.kind) +
                       ", but losses take scores without bounds and make probabilities of them themselves");
  }
  for (const auto& enforcer : game.enforcers) {
    if (!has_gains(*game.critic) || !spares_gains(enforcer)) continue;
    warnings.push_back("critic has a normalisation with learned gains, which " + enforcer.plugin.key() +
                       " does not hold: they can undo its bound on the slope");
  }
  const PlacedLayer* made = last_of(*game.generator);
  const Interval reach = made == nullptr ? Interval{} : output_of(*made);
  constexpr double kSlack = 0.01;
  if (lowest < reach.low - kSlack || highest > reach.high + kSlack) {
    warnings.push_back(std::string("generator ends in a ") + name_of(made->layer.kind) + " and makes " +
                       interval_text(reach.low, reach.high) + ", but the samples lie in " +
                       interval_text(lowest, highest));
  }
  return warnings;
}

}  // namespace monge::train

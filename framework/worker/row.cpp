#include "worker/row.h"

#include <cmath>

namespace monge::worker {
namespace {

double number(const Tensor& value) { return value.defined() ? value.item<double>() : NAN; }

}  // namespace

std::map<std::string, double> numbers_of(const train::Game& game, const Row& row) {
  const train::StepRecord& record = row.record;
  return {
      {"critic_loss", number(record.critic_loss)},
      {"generator_loss", number(record.generator_loss)},
      {"penalty", number(record.penalty())},
      {"gap", number(record.gap())},
      {"critic_gradient_norm", number(record.critic_gradient_norm)},
      {"generator_gradient_norm", number(record.generator_gradient_norm)},
      {"slope_mean", number(record.slope_mean())},
      {"slope_max", number(record.slope_max())},
      {"weight_max", number(record.weight_max())},
      {"learning_rate_critic", train::learning_rate_at(game.settings.critic, row.step)},
      {"learning_rate_generator", train::learning_rate_at(game.settings.generator, row.step)},
      {"critic_updates", static_cast<double>(row.updates)},
      {"samples_seen", static_cast<double>(row.updates * game.settings.batch_size)},
      {"seconds", row.seconds},
  };
}

}  // namespace monge::worker

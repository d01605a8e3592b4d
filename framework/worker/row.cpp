#include "worker/row.h"

namespace monge::worker {

std::map<std::string, double> numbers_of(const train::Game& game, const Row& row) {
  const train::StepNumbers numbers = train::read_numbers(row.left);
  return {
      {"critic_loss", numbers.critic_loss},
      {"generator_loss", numbers.generator_loss},
      {"penalty", numbers.penalty},
      {"gap", numbers.gap},
      {"critic_gradient_norm", numbers.critic_gradient_norm},
      {"generator_gradient_norm", numbers.generator_gradient_norm},
      {"slope_mean", numbers.slope_mean},
      {"slope_max", numbers.slope_max},
      {"weight_max", numbers.weight_max},
      {"learning_rate_critic", train::learning_rate_at(game.settings.critic, row.step)},
      {"learning_rate_generator", train::learning_rate_at(game.settings.generator, row.step)},
      {"critic_updates", static_cast<double>(row.updates)},
      {"samples_seen", static_cast<double>(row.updates * game.settings.batch_size)},
      {"seconds", row.seconds},
  };
}

}  // namespace monge::worker

#include "worker/row.h"

namespace monge::worker {

std::vector<double> numbers_of(const train::Game& game, const Row& row) {
  const train::StepNumbers numbers = train::read_numbers(row.left);
  return {numbers.critic_loss,
          numbers.generator_loss,
          numbers.penalty,
          numbers.gap,
          numbers.critic_gradient_norm,
          numbers.generator_gradient_norm,
          numbers.slope_mean,
          numbers.slope_max,
          numbers.weight_max,
          train::learning_rate_at(game.settings.critic, row.step),
          train::learning_rate_at(game.settings.generator, row.step),
          static_cast<double>(row.updates),
          static_cast<double>(row.updates * game.settings.batch_size),
          row.seconds};
}

}  // namespace monge::worker

#include "pack/sheet.h"

#include "train/step_numbers.h"

namespace monge::pack {
void Sheet::write(const train::CriticCost& cost, const Tensor& generator_loss, Stack& critics,
                  Stack& generators, const Tensor& weight_max) {
  at::NoGradGuard no_grad;
  train::StepRecord record;
  record.critic_loss = cost.loss;
  record.own_penalty = cost.penalty;
  record.real = cost.real;
  record.fake = cost.fake;
  // Of each point over all its dimensions.
  if (cost.slope.defined()) record.slope_norm = cost.slope.flatten(2).norm(2, 2);
  record.critic_gradient_norm = critics.gradient_norm();
  record.generator_loss = generator_loss;
  if (generator_loss.defined()) record.generator_gradient_norm = generators.gradient_norm();
  record.weight_max = weight_max;
  const Tensor numbers = train::table_of(record);
  if (numbers_.defined())
    numbers_.copy_(numbers);
  else
    numbers_ = numbers;
}

}  // namespace monge::pack

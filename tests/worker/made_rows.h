// Rows of a run that never ran.
#pragma once

#include "toy_game.h"
#include "worker/recording.h"

namespace toy {

/// A row whose numbers are the given ones.
inline worker::Row made_row(std::int64_t step, double generator_gradient_norm, double slope) {
  const auto number = [](double value) { return at::full({1}, value, at::kDouble); };
  const auto scalar = [](double value) { return at::full({}, value, at::kDouble); };
  train::StepRecord record;
  record.critic_loss = scalar(-1);
  record.generator_loss = scalar(1);
  record.critic_gradient_norm = scalar(1);
  record.generator_gradient_norm = scalar(generator_gradient_norm);
  record.real = number(static_cast<double>(step));
  record.fake = number(0);
  record.slope_norm = number(slope);
  record.weight_max = scalar(3);
  record.first_bad = at::full({}, -1, at::kLong);
  return {step, 5 * step, 0.5 * static_cast<double>(step), {.record = record}};
}

inline measure::Evaluation made_evaluation(std::int64_t step, std::map<std::string, double> values) {
  measure::Evaluation evaluation;
  evaluation.step = step;
  for (const auto& [name, value] : values) evaluation.values[name] = {value};
  return evaluation;
}

}  // namespace toy

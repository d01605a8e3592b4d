#include "train/step_numbers.h"

#include <cmath>

namespace monge::train {

StepTable table_of(const StepRecord& record) {
  at::NoGradGuard no_grad;
  std::vector<Tensor> columns = {
      record.critic_loss,  record.generator_loss,       record.penalty(),
      record.gap(),        record.critic_gradient_norm, record.generator_gradient_norm,
      record.slope_mean(), record.slope_max(),          record.weight_max()};
  for (Tensor& column : columns)
    if (!column.defined()) column = at::full_like(record.critic_loss, NAN);
  return {at::stack(columns, -1).view({-1, static_cast<std::int64_t>(columns.size())}),
          record.first_bad.view({-1})};
}

StepNumbers numbers_of(const StepTable& table, std::size_t k) {
  const auto row = static_cast<std::int64_t>(k);
  const Tensor here = table.numbers[row].to(at::kCPU, at::kDouble);
  const auto n = here.accessor<double, 1>();
  return {n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], table.first_bad[row].item<std::int64_t>()};
}

}  // namespace monge::train

#include "train/step_numbers.h"

#include <cmath>
#include <cstring>

namespace monge::train {

Tensor table_of(const StepRecord& record) {
  at::NoGradGuard no_grad;
  std::vector<Tensor> columns = {
      record.critic_loss,  record.generator_loss,       record.penalty(),
      record.gap(),        record.critic_gradient_norm, record.generator_gradient_norm,
      record.slope_mean(), record.slope_max(),          record.weight_max};
  TORCH_CHECK(static_cast<std::int64_t>(columns.size()) == kStepNumbers, "a column for each of StepNumbers");
  for (Tensor& column : columns)
    if (!column.defined()) column = at::full_like(record.critic_loss, NAN);
  return at::stack(columns, -1).view({-1, kStepNumbers});
}

StepNumbers read_numbers(const StepLeft& left) {
  const Tensor table =
      left.table.numbers.defined() ? left.table.numbers : table_of(left.record).to(at::kCPU, at::kDouble);
  StepNumbers numbers;
  const double* row = table.const_data_ptr<double>() + left.place * kStepNumbers;
  std::memcpy(&numbers, row, sizeof numbers);
  return numbers;
}

std::int64_t read_first_bad(const StepLeft& left) {
  const Tensor& all = left.table.first_bad;
  return all.defined() ? all.const_data_ptr<std::int64_t>()[left.place]
                       : left.record.first_bad.item<std::int64_t>();
}

}  // namespace monge::train

#include "train/step_numbers.h"

#include <cmath>
#include <cstring>

namespace monge::train {

StepTable table_of(const StepRecord& record) {
  at::NoGradGuard no_grad;
  std::vector<Tensor> columns = {
      record.critic_loss,  record.generator_loss,       record.penalty(),
      record.gap(),        record.critic_gradient_norm, record.generator_gradient_norm,
      record.slope_mean(), record.slope_max(),          record.weight_max()};
  TORCH_CHECK(static_cast<std::int64_t>(columns.size()) == kStepNumbers, "a column for each of StepNumbers");
  for (Tensor& column : columns)
    if (!column.defined()) column = at::full_like(record.critic_loss, NAN);
  return {at::stack(columns, -1).view({-1, kStepNumbers}),
          record.first_bad.defined() ? record.first_bad.view({-1}) : Tensor()};
}

StepNumbers read_numbers(const StepLeft& left) {
  const StepTable table = left.table.numbers.defined() ? left.table : table_of(left.record);
  const auto row = static_cast<std::int64_t>(left.place);
  const Tensor here = table.numbers[row].to(at::kCPU, at::kDouble);
  StepNumbers numbers;
  std::memcpy(&numbers, here.const_data_ptr<double>(), kStepNumbers * sizeof(double));
  numbers.first_bad = table.first_bad[row].item<std::int64_t>();
  return numbers;
}

}  // namespace monge::train

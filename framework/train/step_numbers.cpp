#include "train/step_numbers.h"

#include <cmath>
#include <cstring>

namespace monge::train {
namespace {

const double* row_of(const StepLeft& left) {
  return left.table.const_data_ptr<double>() + static_cast<std::int64_t>(left.place) * (kStepNumbers + 1);
}

}  // namespace

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

Tensor table_of(const Tensor& numbers, const Tensor& first_bad) {
  at::NoGradGuard no_grad;
  return at::cat({numbers, first_bad.to(at::kDouble).view({-1, 1})}, 1);  // double, as the wider of the two
}

StepNumbers read_numbers(const StepLeft& left) {
  StepNumbers numbers;
  if (left.table.defined()) {
    std::memcpy(&numbers, row_of(left), sizeof numbers);
  } else {
    const Tensor row = table_of(left.record).to(at::kCPU, at::kDouble);
    std::memcpy(&numbers, row.const_data_ptr<double>(), sizeof numbers);
  }
  return numbers;
}

std::int64_t read_first_bad(const StepLeft& left) {
  return left.table.defined() ? static_cast<std::int64_t>(row_of(left)[kStepNumbers])
                              : left.record.first_bad.item<std::int64_t>();
}

}  // namespace monge::train

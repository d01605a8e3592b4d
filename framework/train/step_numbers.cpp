#include "train/step_numbers.h"

#include <cmath>

namespace monge::train {

std::vector<StepNumbers> numbers_of(const StepRecord& record) {
  at::NoGradGuard no_grad;
  std::vector<Tensor> columns = {
      record.critic_loss,  record.generator_loss,       record.penalty(),
      record.gap(),        record.critic_gradient_norm, record.generator_gradient_norm,
      record.slope_mean(), record.slope_max(),          record.weight_max(),
      record.first_bad};
  for (Tensor& column : columns)
    column = column.defined() ? column.to(at::kDouble) : at::full_like(record.critic_loss, NAN, at::kDouble);
  const auto table = at::stack(columns, -1).cpu().view({-1, static_cast<std::int64_t>(columns.size())});
  const auto all = table.accessor<double, 2>();
  std::vector<StepNumbers> rows;
  for (std::int64_t k = 0; k < table.size(0); ++k) {
    const auto row = all[k];
    rows.push_back({row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8],
                    static_cast<std::int64_t>(row[9])});
  }
  return rows;
}

}  // namespace monge::train

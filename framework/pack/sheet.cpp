#include "pack/sheet.h"

namespace monge::pack {
namespace {

using train::StepRecord;

Tensor norms(const Tensor& rows) { return at::linalg_vector_norm(rows, 2, {1}); }

}  // namespace

// `value` [K, ...] as the next columns, or none where it is undefined.
void Sheet::add(Tensor StepRecord::*field, const Tensor& value) {
  if (!value.defined()) return;
  const Tensor columns = value.reshape({value.size(0), -1});
  const std::int64_t begin = places_.empty() ? 0 : places_.back().begin + places_.back().width;
  places_.push_back({field, begin, columns.size(1), value.dim() == 1});
  columns_.push_back(columns);
}

void Sheet::write(const train::CriticCost& cost, const Tensor& generator_loss, const Stack& critics,
                  const Stack& generators) {
  at::NoGradGuard no_grad;
  places_.clear();
  add(&StepRecord::critic_loss, cost.loss);
  add(&StepRecord::own_penalty, cost.penalty);
  add(&StepRecord::real, cost.real);
  add(&StepRecord::fake, cost.fake);
  // Of each point over all its dimensions.
  if (cost.slope.defined()) add(&StepRecord::slope_norm, cost.slope.flatten(2).norm(2, 2));
  add(&StepRecord::critic_gradient_norm, norms(critics.gradient()));
  if (generator_loss.defined()) {
    add(&StepRecord::generator_loss, generator_loss);
    add(&StepRecord::generator_gradient_norm, norms(generators.gradient()));
  }
  const auto [least, most] = at::aminmax(critics.flat(), 1);
  add(&StepRecord::weight_least, least);
  add(&StepRecord::weight_most, most);
  if (all_.defined())
    at::cat_out(all_, columns_, 1);
  else
    all_ = at::cat(columns_, 1);
  columns_.clear();
}

std::vector<StepRecord> Sheet::records(bool read) const {
  const Tensor all = read ? all_.to(at::kCPU, /*non_blocking=*/false, /*copy=*/true) : all_.clone();
  std::vector<StepRecord> records(static_cast<std::size_t>(all.size(0)));
  for (const Place& place : places_) {
    const Tensor columns = all.narrow(1, place.begin, place.width);
    // All rows by one call: there are thousands in a second.
    const std::vector<Tensor> rows = (place.scalar ? columns.squeeze(1) : columns).unbind(0);
    for (std::size_t k = 0; k < records.size(); ++k) records[k].*place.field = rows[k];
  }
  return records;
}

}  // namespace monge::pack

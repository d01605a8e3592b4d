#include "pack/sheet.h"

namespace monge::pack {
namespace {

using train::StepRecord;

Tensor norms(const Tensor& rows) { return at::linalg_vector_norm(rows, 2, {1}); }

struct Columns {
  std::vector<Place> places;
  std::vector<Tensor> all;

  // `value` [K, ...] as the next columns, or none where it is undefined.
  void add(Tensor StepRecord::*field, const Tensor& value) {
    if (!value.defined()) return;
    const Tensor columns = value.reshape({value.size(0), -1});
    const std::int64_t begin = places.empty() ? 0 : places.back().begin + places.back().width;
    places.push_back({field, begin, columns.size(1), value.dim() == 1});
    all.push_back(columns);
  }
};

}  // namespace

void Sheet::write(const train::CriticCost& cost, const Tensor& generator_loss, const Stack& critics,
                  const Stack& generators) {
  at::NoGradGuard no_grad;
  Columns columns;
  columns.add(&StepRecord::critic_loss, cost.loss);
  columns.add(&StepRecord::own_penalty, cost.penalty);
  columns.add(&StepRecord::real, cost.real);
  columns.add(&StepRecord::fake, cost.fake);
  // Of each point over all its dimensions.
  if (cost.slope.defined()) columns.add(&StepRecord::slope_norm, cost.slope.flatten(2).norm(2, 2));
  columns.add(&StepRecord::critic_gradient_norm, norms(critics.gradient()));
  if (generator_loss.defined()) {
    columns.add(&StepRecord::generator_loss, generator_loss);
    columns.add(&StepRecord::generator_gradient_norm, norms(generators.gradient()));
  }
  const auto [least, most] = at::aminmax(critics.flat(), 1);
  columns.add(&StepRecord::weight_least, least);
  columns.add(&StepRecord::weight_most, most);
  if (all_.defined())
    at::cat_out(all_, columns.all, 1);
  else
    all_ = at::cat(columns.all, 1);
  places_ = std::make_shared<const std::vector<Place>>(std::move(columns.places));
}

std::shared_ptr<const Records> Sheet::records(const Tensor& first_bad) const {
  return std::make_shared<const Records>(all_.clone(), places_, first_bad);
}

const train::StepNumbers& Records::of(std::size_t seat) const {
  if (read_.empty()) {
    const Tensor here = sheet_.cpu();
    StepRecord record;
    for (const Place& place : *places_) {
      const Tensor columns = here.narrow(1, place.begin, place.width);
      record.*place.field = place.scalar ? columns.squeeze(1) : columns;
    }
    record.first_bad = first_bad_.cpu();
    read_ = train::numbers_of(record);
  }
  return read_.at(seat);
}

}  // namespace monge::pack

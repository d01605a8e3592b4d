#include "pack/sheet.h"

namespace monge::pack {
namespace {

using train::StepRecord;

/// Columns of one tensor [K, n], laid side by side and taken apart again.
class Sheet {
 public:
  /// `value` [K, ...] as the next columns, or none where it is undefined.
  void add(Tensor StepRecord::*field, const Tensor& value) {
    if (!value.defined()) return;
    places_.push_back({field, width_, value.dim() == 1, value[0].numel()});
    width_ += value[0].numel();
    columns_.push_back(value.flatten(1 < value.dim() ? 1 : 0).view({value.size(0), -1}));
  }

  std::vector<StepRecord> records(std::size_t members, bool read) const {
    Tensor all = at::cat(columns_, 1);
    if (read) all = all.cpu();
    std::vector<StepRecord> records(members);
    for (std::size_t k = 0; k < members; ++k) {
      for (const Place& place : places_) {
        const Tensor value = row(all, k).narrow(0, place.begin, place.width);
        records[k].*place.field = place.scalar ? value[0] : value;
      }
    }
    return records;
  }

 private:
  struct Place {
    Tensor StepRecord::*field;
    std::int64_t begin;
    bool scalar;
    std::int64_t width;
  };
  std::vector<Place> places_;
  std::vector<Tensor> columns_;
  std::int64_t width_ = 0;
};

Tensor norms(const Tensor& rows) { return at::linalg_vector_norm(rows, 2, {1}); }

}  // namespace

std::vector<StepRecord> records_of(const Left& left, std::size_t members, bool read) {
  at::NoGradGuard no_grad;
  Sheet sheet;
  sheet.add(&StepRecord::critic_loss, left.cost.loss);
  sheet.add(&StepRecord::own_penalty, left.cost.penalty);
  sheet.add(&StepRecord::real, left.cost.real);
  sheet.add(&StepRecord::fake, left.cost.fake);
  // Of each point over all its dimensions.
  if (left.cost.slope.defined()) sheet.add(&StepRecord::slope_norm, left.cost.slope.flatten(2).norm(2, 2));
  sheet.add(&StepRecord::critic_gradient_norm, norms(left.critics.gradient()));
  if (left.generator_loss.defined()) {
    sheet.add(&StepRecord::generator_loss, left.generator_loss);
    sheet.add(&StepRecord::generator_gradient_norm, norms(left.generators.gradient()));
  }
  const auto [least, most] = at::aminmax(left.critics.flat(), 1);
  sheet.add(&StepRecord::weight_least, least);
  sheet.add(&StepRecord::weight_most, most);
  std::vector<StepRecord> records = sheet.records(members, read);
  const Tensor bad = read ? left.first_bad.cpu() : left.first_bad;
  for (std::size_t k = 0; k < members; ++k) records[k].first_bad = row(bad, k);
  return records;
}

}  // namespace monge::pack

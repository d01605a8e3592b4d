#include "worker/recording.h"

#include <algorithm>
#include <cmath>

#include "record/columns.h"

namespace monge::worker {

void Recording::add(const train::Game& game, const Row& row) {
  steps_.push_back(static_cast<std::int32_t>(row.step));
  const std::vector<double> numbers = numbers_of(game, row);
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].push_back(numbers[i]);
}

void Recording::add(measure::Evaluation evaluation) { evaluations_.push_back(std::move(evaluation)); }

void Recording::add_event(std::int64_t step, std::string kind, std::string text) {
  events_.push_back({step, std::move(kind), std::move(text)});
}

bool Recording::has_event(const std::string& kind) const {
  return std::any_of(events_.begin(), events_.end(), [&](const Event& event) { return event.kind == kind; });
}

const std::vector<double>& Recording::column(const std::string& name) const {
  return rows_[record::place_of_column(name)];
}

double Recording::last(const std::string& name) const {
  const auto& values = column(name);
  return values.empty() ? NAN : values.back();
}

double Recording::last_evaluation(const std::string& value) const {
  if (evaluations_.empty()) return NAN;
  const auto found = evaluations_.back().values.find(value);
  const bool one = found != evaluations_.back().values.end() && found->second.size() == 1;
  return one ? found->second.front() : NAN;
}

}  // namespace monge::worker

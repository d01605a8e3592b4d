#include "worker/recording.h"

#include <cmath>

#include "record/columns.h"

namespace monge::worker {
namespace {

double number(const Tensor& value) { return value.defined() ? value.item<double>() : NAN; }

}  // namespace

Recording::Recording() {
  for (const auto& column : record::columns()) rows_[column.name];
}

void Recording::add(const train::Game& game, const train::Progress& progress, const train::StepRecord& record,
                    double seconds) {
  const std::map<std::string, double> row = {
      {"critic_loss", number(record.critic_loss)},
      {"generator_loss", number(record.generator_loss)},
      {"penalty", number(record.penalty)},
      {"gap", number(record.gap)},
      {"critic_gradient_norm", number(record.critic_gradient_norm)},
      {"generator_gradient_norm", number(record.generator_gradient_norm)},
      {"slope_mean", number(record.slope_mean)},
      {"slope_max", number(record.slope_max)},
      {"weight_max", number(record.weight_max)},
      {"learning_rate_critic", train::learning_rate_at(game.settings.critic, progress.step)},
      {"learning_rate_generator", train::learning_rate_at(game.settings.generator, progress.step)},
      {"critic_updates", static_cast<double>(progress.updates)},
      {"samples_seen", static_cast<double>(progress.updates * game.settings.batch_size)},
      {"seconds", seconds},
  };
  steps_.push_back(static_cast<std::int32_t>(progress.step));
  for (const auto& [name, value] : row) rows_.at(name).push_back(value);
}

void Recording::add(measure::Evaluation evaluation) { evaluations_.push_back(std::move(evaluation)); }

void Recording::add_event(std::int64_t step, std::string kind, std::string text) {
  events_.push_back({step, std::move(kind), std::move(text)});
}

double Recording::last(const std::string& column) const {
  const auto& values = rows_.at(column);
  return values.empty() ? NAN : values.back();
}

double Recording::last_evaluation(const std::string& value) const {
  if (evaluations_.empty()) return NAN;
  const auto found = evaluations_.back().values.find(value);
  const bool one = found != evaluations_.back().values.end() && found->second.size() == 1;
  return one ? found->second.front() : NAN;
}

}  // namespace monge::worker

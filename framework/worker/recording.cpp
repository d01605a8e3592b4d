#include "worker/recording.h"

#include <cmath>

namespace monge::worker {
namespace {

double number(const Tensor& value) { return value.defined() ? value.item<double>() : NAN; }

}  // namespace

const std::vector<Column>& columns() {
  static const std::vector<Column> all = {
      {"critic_loss", "1", "critic's loss of its last update, without penalties", "none"},
      {"generator_loss", "1", "generator's loss", "none"},
      {"penalty", "1", "sum of the enforcers' penalties", "min"},
      {"gap", "1", "mean score of real less fake samples", "none"},
      {"critic_gradient_norm", "1", "Euclidean norm of the critic's gradient", "none"},
      {"generator_gradient_norm", "1", "Euclidean norm of the generator's gradient", "none"},
      {"slope_mean", "1", "mean norm of the critic's slope where an enforcer looks", "none"},
      {"slope_max", "1", "largest norm of the critic's slope where an enforcer looks", "none"},
      {"weight_max", "1", "largest absolute parameter of the critic", "none"},
      {"learning_rate_critic", "1", "learning rate of the critic", "none"},
      {"learning_rate_generator", "1", "learning rate of the generator", "none"},
      {"critic_updates", "1", "critic updates made", "none"},
      {"samples_seen", "1", "real samples the critic was trained on", "none"},
      {"seconds", "s", "time of training, evaluations included", "none", true},
  };
  return all;
}

Recording::Recording() {
  for (const auto& column : columns()) rows_[column.name];
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

}  // namespace monge::worker

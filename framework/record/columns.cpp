#include "record/columns.h"

#include <stdexcept>
#include <string>

namespace monge::record {

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

std::size_t place_of_column(std::string_view name) {
  for (std::size_t i = 0; i < columns().size(); ++i) {
    if (columns()[i].name == name) return i;
  }
  throw std::out_of_range("/train has no column " + std::string(name));
}

Attributes attributes_of(const Column& column) {
  Attributes attributes = {{"units", std::string(column.unit)},
                           {"long_name", std::string(column.doc)},
                           {"goal", std::string(column.goal)}};
  if (column.is_volatile) attributes.emplace_back("volatile", std::int64_t{1});
  return attributes;
}

}  // namespace monge::record

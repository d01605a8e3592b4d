// Networks that are told the class of each sample, for an architecture's parameter `conditional`.
#pragma once

#include <monge/architecture.h>
#include <monge/error.h>

#include <string>
#include <utility>
#include <vector>

namespace monge::plugins {

/// embed: an embedding of the class is a further input of both networks (Mirza & Osindero 2014). projection:
/// of the generator only, and the critic's last layer adds e(class) . x (Miyato & Koyama 2018, eq. 3).
enum class Conditional { none, embed, projection };

inline constexpr const char* kConditionalDoc =
    "how the networks are told a sample's class: as a further input of both, or in the critic by projection";

inline std::vector<std::pair<std::string, Conditional>> conditional_choices() {
  return {
      {"none", Conditional::none}, {"embed", Conditional::embed}, {"projection", Conditional::projection}};
}

/// The generator's first layer: as many features as a one-hot class would have.
inline void add_class_to_generator(Layers& net, Conditional how, const Problem& problem,
                                   const std::string& architecture) {
  if (how == Conditional::none) return;
  if (problem.classes < 1) {
    throw Error(Exit::experiment, "architecture '" + architecture +
                                      "': 'conditional' needs the samples' classes, but the dataset has no "
                                      "labels; set conditional = \"none\" or use a dataset with labels");
  }
  net.add(embed_label(problem.classes));
}

/// The critic's first layer: the class as one more channel of the image.
inline void add_class_to_critic(Layers& net, Conditional how) {
  if (how == Conditional::embed) net.add(embed_label(1));
}

/// The critic's last layer, of a vector.
inline void add_score(Layers& net, Conditional how) {
  net.add(how == Conditional::projection ? project_label() : linear(1));
}

}  // namespace monge::plugins

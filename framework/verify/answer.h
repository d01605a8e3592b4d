// A known answer: a number that is known by other means, and the code of a run that must give it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "plugin/catalog.h"

namespace monge::verify {

struct Finding {
  std::vector<double> expected, got;
  double tolerance = 0;    // of each number, absolute
  bool in_errors = false;  // the tolerance is four standard errors of what was got by chance

  /// As many numbers as expected, each of them within the tolerance.
  bool holds() const;
};

/// Within rounding of double precision: 1e-9 of the largest expected number, or of 1.
Finding exactly(std::vector<double> expected, std::vector<double> got);

/// Of random numbers with a fixed seed; `error`: the standard error of each.
Finding by_chance(std::vector<double> expected, std::vector<double> got, double error);

struct Answer {
  std::string name;                  // "subject: what it is", told apart from all others
  std::string source;                // where the expected number is from
  std::vector<std::string> plugins;  // whose answer it is ("loss/bce"); none: the framework's own
  /// Throws conform::Spared where it is not known for this plugin, with the reason.
  std::function<Finding()> find;
};

using Answers = std::vector<Answer>;

// Those of the built-in plugins and of the framework, one file a subject.
Answers loss_answers(plugin::Catalog& catalog);
Answers dirac_answers(plugin::Catalog& catalog);
Answers penalty_answers(plugin::Catalog& catalog);
Answers capacity_answers(plugin::Catalog& catalog);
Answers weight_answers(plugin::Catalog& catalog);
Answers training_answers(plugin::Catalog& catalog);
Answers optimizer_answers();
Answers draw_answers();
Answers dataset_answers(plugin::Catalog& catalog);
Answers architecture_answers(plugin::Catalog& catalog);
Answers metric_answers(plugin::Catalog& catalog);
Answers transport_answers(plugin::Catalog& catalog);
Answers feature_answers(plugin::Catalog& catalog);

/// What is known of any plugin of its kind, from its own values: for those that have no answers above.
Answers answers_of_kind(plugin::Catalog& catalog, const std::string& key);

}  // namespace monge::verify

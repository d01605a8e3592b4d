// What goes wrong with a run, from the numbers that it recorded: a pure function of rows and evaluations, so
// that a resumed run finds the same at the same step.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "worker/recording.h"

namespace monge::worker {

/// [detect] of an experiment. 0 turns one off.
struct DetectSettings {
  double diverged_slope = 1e8;        // a slope of the critic beyond it ends the run as diverged
  double collapsed_variance = 0.05;   // audit_sample_variance below it is a collapse
  double collapsed_entropy = 0.5;     // audit_mode_entropy below it is one
  double vanished_gradient = 1e-6;    // generator_gradient_norm below it ...
  std::int64_t vanished_steps = 500;  // ... in all rows for so many steps is a vanished gradient
  std::int64_t last_steps = 200;      // kept at full rate for when the run diverges
};
DetectSettings detect_settings(const nlohmann::json& config);

/// Of a failure the step, and the evidence with its threshold.
struct Failure {
  std::int64_t step;
  std::string text;
};

/// The newest row has a slope beyond `diverged_slope` where an enforcer looked.
std::optional<Failure> exploded_in_training(const Recording& recording, const DetectSettings& settings);

/// The newest evaluation has one at real or generated samples, between them, or of a pair.
std::optional<Failure> exploded_in_evaluation(const Recording& recording, const DetectSettings& settings);

/// The last two evaluations both show samples without variance, or on few of the known modes: one alone may
/// be a generator that has just begun.
std::optional<Failure> collapsed(const Recording& recording, const DetectSettings& settings);

/// The generator's gradient has been below the threshold in every row for long enough.
std::optional<Failure> vanished(const Recording& recording, const DetectSettings& settings);

/// Kinds of events that are found in rows: "collapsed" and "vanished".
bool is_seen_in_rows(const std::string& kind);

}  // namespace monge::worker

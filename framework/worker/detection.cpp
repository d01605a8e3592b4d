#include "worker/detection.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace monge::worker {
namespace {

std::string shown(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

// NaN where the run has no such value.
double value_of(const measure::Evaluation& evaluation, const char* name) {
  const auto found = evaluation.values.find(name);
  return found == evaluation.values.end() ? NAN : found->second.at(0);
}

bool exceeds(double slope, double limit) { return limit > 0 && slope > limit; }

Failure exploded(std::int64_t step, const std::string& name, double slope, const DetectSettings& settings) {
  return {step, "slope of the critic exploded at step " + std::to_string(step) + ": " + name + " = " +
                    shown(slope) + " (limit " + shown(settings.diverged_slope) + ")"};
}

// What shows a collapse, or nothing.
std::string narrow(const measure::Evaluation& evaluation, const DetectSettings& settings) {
  std::string text;
  const auto below = [&](const char* name, double limit) {
    const double value = value_of(evaluation, name);
    if (value < limit) text = std::string(name) + " = " + shown(value) + " (limit " + shown(limit) + ")";
  };
  below("audit_mode_entropy", settings.collapsed_entropy);
  below("audit_sample_variance", settings.collapsed_variance);
  return text;
}

}  // namespace

DetectSettings detect_settings(const nlohmann::json& config) {
  const auto table = config.value("detect", nlohmann::json::object());
  DetectSettings settings;
  settings.diverged_slope = table.value("diverged_slope", settings.diverged_slope);
  settings.collapsed_variance = table.value("collapsed_variance", settings.collapsed_variance);
  settings.collapsed_entropy = table.value("collapsed_entropy", settings.collapsed_entropy);
  settings.vanished_gradient = table.value("vanished_gradient", settings.vanished_gradient);
  settings.vanished_steps = table.value("vanished_steps", settings.vanished_steps);
  settings.last_steps = table.value("last_steps", settings.last_steps);
  return settings;
}

std::optional<Failure> exploded_in_training(const Recording& recording, const DetectSettings& settings) {
  const double slope = recording.last("slope_max");
  if (!exceeds(slope, settings.diverged_slope)) return std::nullopt;
  return exploded(recording.steps().back(), "slope_max", slope, settings);
}

std::optional<Failure> exploded_in_evaluation(const Recording& recording, const DetectSettings& settings) {
  if (!recording.has_evaluations()) return std::nullopt;
  const auto& last = recording.evaluations().back();
  for (const char* name :
       {"audit_slope_real_max", "audit_slope_fake_max", "audit_slope_between_max", "audit_slope_pairs_max"}) {
    const double slope = value_of(last, name);
    if (exceeds(slope, settings.diverged_slope)) return exploded(last.step, name, slope, settings);
  }
  return std::nullopt;
}

std::optional<Failure> collapsed(const Recording& recording, const DetectSettings& settings) {
  const auto& evaluations = recording.evaluations();
  if (evaluations.size() < 2) return std::nullopt;
  const auto &last = evaluations.back(), &before = evaluations[evaluations.size() - 2];
  const std::string now = narrow(last, settings), then = narrow(before, settings);
  if (now.empty() || then.empty()) return std::nullopt;
  return Failure{last.step, now + ", at step " + std::to_string(before.step) + " " + then};
}

std::optional<Failure> vanished(const Recording& recording, const DetectSettings& settings) {
  const auto& steps = recording.steps();
  const auto& norms = recording.column("generator_gradient_norm");
  std::size_t begin = steps.size();
  double largest = 0;
  while (begin > 0 && norms[begin - 1] < settings.vanished_gradient) {
    --begin;
    largest = std::max(largest, norms[begin]);
    if (steps.back() - steps[begin] < settings.vanished_steps) continue;
    return Failure{steps.back(), "gradient of the generator at most " + shown(largest) + " from step " +
                                     std::to_string(steps[begin]) + " to " + std::to_string(steps.back()) +
                                     " (limit " + shown(settings.vanished_gradient) + ")"};
  }
  return std::nullopt;
}

bool is_seen_in_rows(const std::string& kind) { return kind == "collapsed" || kind == "vanished"; }

}  // namespace monge::worker

// Recording <-> the groups of run.h5; its layout is in results/README.md.
#include <algorithm>
#include <cmath>

#include "measure/values.h"
#include "record/access.h"
#include "record/columns.h"
#include "worker/detection.h"
#include "worker/recording.h"

namespace monge::worker {
namespace {

using record::Attribute;
using record::Group;
using record::Variable;

Group& subgroup(Group& root, const std::string& name) {
  for (auto& group : root.groups) {
    if (group.name == name) return group;
  }
  root.groups.emplace_back().name = name;
  return root.groups.back();
}

template <class T>
const std::vector<T>* find_values(const Group& group, const std::string& name) {
  const Variable* variable = record::find_variable(group, name);
  return variable == nullptr ? nullptr : std::get_if<std::vector<T>>(&variable->values);
}

void set_text(Group& root, const std::string& name, const std::string& text) {
  for (auto& variable : root.variables) {
    if (variable.name == name) variable.values = std::vector<std::string>{text};
  }
}

record::Attributes described(const std::string& unit, const std::string& doc, const std::string& goal,
                             bool is_volatile) {
  record::Attributes attributes = {{"units", unit}, {"long_name", doc}, {"goal", goal}};
  if (is_volatile) attributes.emplace_back("volatile", std::int64_t{1});
  return attributes;
}

void reset(Group& group, const std::string& dimension, const std::string& coordinate,
           std::vector<std::int32_t> values, const std::string& doc) {
  group.dimensions = {{dimension, values.size()}};
  group.variables = {
      {coordinate, {dimension}, std::move(values), {{"units", std::string("1")}, {"long_name", doc}}}};
}

// The axis of a list along `name`: shared by the values of this length, else with the value's name before it.
std::string list_axis(Group& eval, const std::string& value, std::string name, std::size_t length) {
  const record::Dimension* found = record::find_dimension(eval, name);
  if (found != nullptr && found->length != length) name = value + "_" + name;
  if (record::find_dimension(eval, name) == nullptr) eval.dimensions.push_back({name, length});
  return name;
}

// All evaluations of a run have values of one length.
void add_values(Group& eval, const measure::Recorded& recorded,
                const std::vector<measure::Evaluation>& evaluations) {
  const Reported& reported = *recorded.reported;
  std::vector<double> flat;
  std::size_t length = 1;
  for (const auto& evaluation : evaluations) {
    const auto& values = evaluation.values.at(recorded.name);
    length = values.size();
    flat.insert(flat.end(), values.begin(), values.end());
  }
  std::vector<std::string> dims = {"eval_step"};
  if (!reported.dims.empty()) dims.push_back(list_axis(eval, recorded.name, reported.dims, length));
  auto attributes = described(reported.unit, reported.doc, reported.goal, false);
  attributes.emplace_back("definition", recorded.definition);
  attributes.emplace_back("samples", recorded.samples);
  if (recorded.extractor != nullptr) {
    attributes.emplace_back("extractor", recorded.extractor->name);
    attributes.emplace_back("extractor_hash", recorded.extractor->hash);
  }
  eval.variables.push_back({recorded.name, dims, std::move(flat), std::move(attributes)});
}

template <class T>
void add_pictures(Group& eval, const std::string& name, const std::vector<std::string>& axes,
                  const std::vector<measure::Evaluation>& evaluations,
                  const std::vector<std::int64_t> measure::Evaluation::*shape,
                  const std::vector<T> measure::Evaluation::*data, record::Attributes attributes) {
  if (evaluations.empty() || (evaluations.front().*data).empty()) return;
  std::vector<T> all;
  for (const auto& evaluation : evaluations)
    all.insert(all.end(), (evaluation.*data).begin(), (evaluation.*data).end());
  std::vector<std::string> dims = {"eval_step"};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t side = (evaluations.front().*shape).at(i);
    if (axes[i] == "rgb" && side == 1) continue;
    eval.dimensions.push_back({axes[i], static_cast<std::size_t>(side)});
    dims.push_back(axes[i]);
  }
  eval.variables.push_back({name, dims, std::move(all), std::move(attributes)});
}

record::Attributes image_attributes(bool colour) {
  record::Attributes attributes = {
      {"units", std::string("1")},
      {"long_name",
       std::string("samples of fixed latents, eight in a row; a row a class of a conditional generator")},
      {"CLASS", std::string("IMAGE")},
      {"IMAGE_VERSION", std::string("1.2")},
      {"IMAGE_SUBCLASS", std::string(colour ? "IMAGE_TRUECOLOR" : "IMAGE_GRAYSCALE")}};
  if (colour) attributes.emplace_back("INTERLACE_MODE", std::string("INTERLACE_PIXEL"));
  return attributes;
}

std::vector<std::int64_t> shape_of(const Group& group, const Variable& variable) {
  std::vector<std::int64_t> shape;
  for (std::size_t d = 1; d < variable.dims.size(); ++d) {
    shape.push_back(static_cast<std::int64_t>(record::length_of(group, variable.dims[d])));
  }
  return shape;
}

/// The i-th of the rows that `all` holds.
template <class T>
std::vector<T> slice(const std::vector<T>& all, std::size_t i, std::size_t rows) {
  const auto length = static_cast<std::ptrdiff_t>(all.size() / rows);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(i) * length;
  return {begin, begin + length};
}

measure::Evaluation evaluation_at(const Group& eval, std::size_t i, const std::vector<std::int32_t>& steps) {
  measure::Evaluation evaluation;
  evaluation.step = steps[i];
  for (const auto& variable : eval.variables) {
    if (variable.dims.empty() || variable.dims.front() != "eval_step") continue;  // edges of bins
    if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&variable.values)) {
      evaluation.image = slice(*bytes, i, steps.size());
      evaluation.image_shape = shape_of(eval, variable);
      if (evaluation.image_shape.size() == 2) evaluation.image_shape.push_back(1);  // grey
    } else if (const auto* points = std::get_if<std::vector<float>>(&variable.values)) {
      evaluation.points = slice(*points, i, steps.size());
      evaluation.points_shape = shape_of(eval, variable);
    } else if (const auto* values = std::get_if<std::vector<double>>(&variable.values)) {
      if (variable.name == "seconds")
        evaluation.seconds = values->at(i);
      else
        evaluation.values[variable.name] = slice(*values, i, steps.size());
    }
  }
  return evaluation;
}

}  // namespace

Group Recording::group(const record::MarkedStatus& status, const std::string& provenance,
                       const std::string& fingerprint, const measure::EvaluationSettings& settings,
                       const AuditFrame* audit) const {
  Group root = record::empty_run(status);
  set_text(root, "provenance", provenance);
  set_text(root, "fingerprint", fingerprint);
  if (!created_.empty()) record::set_attribute(root.attributes, "created", created_);

  Group& train = subgroup(root, "train");
  reset(train, "step", "step", steps_, "generator steps");
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const record::Column& column = record::columns()[i];
    train.variables.push_back({column.name, {"step"}, rows_[i], record::attributes_of(column)});
  }

  Group& eval = subgroup(root, "eval");
  std::vector<std::int32_t> steps;
  std::vector<double> seconds;
  for (const auto& evaluation : evaluations_) {
    steps.push_back(static_cast<std::int32_t>(evaluation.step));
    seconds.push_back(evaluation.seconds);
  }
  reset(eval, "eval_step", "eval_step", steps, "generator steps at an evaluation");
  for (const auto& recorded : measure::recorded_values(settings)) add_values(eval, recorded, evaluations_);
  if (audit != nullptr) add_audit(eval, *audit, evaluations_);
  eval.variables.push_back(
      {"seconds", {"eval_step"}, std::move(seconds), described("s", "time of the evaluation", "none", true)});
  const bool colour = !evaluations_.empty() && evaluations_.front().image_shape.size() == 3 &&
                      evaluations_.front().image_shape[2] == 3;
  add_pictures(eval, "samples", {"y", "x", "rgb"}, evaluations_, &measure::Evaluation::image_shape,
               &measure::Evaluation::image, image_attributes(colour));
  add_pictures(eval, "points", {"point", "coordinate"}, evaluations_, &measure::Evaluation::points_shape,
               &measure::Evaluation::points, described("1", "samples of fixed latents", "none", false));

  Group& event = subgroup(root, "event");
  std::vector<std::int32_t> at;
  std::vector<std::string> kinds, texts;
  for (const auto& e : events_) {
    at.push_back(static_cast<std::int32_t>(e.step));
    kinds.push_back(e.kind);
    texts.push_back(e.text);
  }
  event.dimensions = {{"event", events_.size()}};
  event.variables[0].values = at;  // in empty_run's order: event_step, event_kind, event_text
  event.variables[1].values = kinds;
  event.variables[2].values = texts;
  return root;
}

void Recording::take_over(const Group& earlier, const Kept& kept,
                          const measure::EvaluationSettings& settings) {
  if (const Group* train = record::find_group(earlier, "train")) take_over_rows(*train, kept);
  const Group* eval = record::find_group(earlier, "eval");
  const auto* steps = eval ? find_values<std::int32_t>(*eval, "eval_step") : nullptr;
  for (std::size_t i = 0; steps && i < steps->size(); ++i) {
    if (!kept.evaluation((*steps)[i])) continue;
    evaluations_.push_back(evaluation_at(*eval, i, *steps));
    // The large evaluation of a run that has been made longer is no longer its last.
    if ((*steps)[i] != kept.last) clear_final_values(settings, evaluations_.back());
  }
  for (Event& event : events_of(earlier)) {
    const bool again = kept.row(event.step) || kept.evaluation(event.step);
    if (is_seen_in_rows(event.kind) && again) events_.push_back(std::move(event));
  }
}

void Recording::take_over_rows(const Group& train, const Kept& kept) {
  const auto* steps = find_values<std::int32_t>(train, "step");
  for (std::size_t i = 0; steps && i < steps->size(); ++i) {
    if (!kept.row((*steps)[i])) continue;
    steps_.push_back((*steps)[i]);
    for (std::size_t c = 0; c < rows_.size(); ++c) {
      const auto* values = find_values<double>(train, record::columns()[c].name);
      rows_[c].push_back(values ? values->at(i) : NAN);
    }
  }
}

std::vector<Recording::Event> Recording::events_of(const Group& earlier) {
  const Group* event = record::find_group(earlier, "event");
  const auto* at = event ? find_values<std::int32_t>(*event, "event_step") : nullptr;
  const auto* kinds = event ? find_values<std::string>(*event, "event_kind") : nullptr;
  const auto* texts = event ? find_values<std::string>(*event, "event_text") : nullptr;
  std::vector<Event> events;
  for (std::size_t i = 0; at && kinds && texts && i < at->size(); ++i) {
    events.push_back({(*at)[i], (*kinds)[i], (*texts)[i]});
  }
  return events;
}

void Recording::take_over_history(const Group& earlier) {
  created_ = record::text_of(earlier.attributes, "created");
  for (Event& event : events_of(earlier)) {
    if (!is_seen_in_rows(event.kind)) events_.push_back(std::move(event));
  }
}

}  // namespace monge::worker

#include "worker/audit_group.h"

#include <doctest/doctest.h>

#include <set>

#include "record/access.h"
#include "record/audit_columns.h"
#include "record/equal.h"
#include "record/group_check.h"
#include "toy_game.h"
#include "worker/recording.h"

namespace audit_group_test {

using namespace toy;

namespace {

measure::EvaluationSettings audited() {
  measure::EvaluationSettings settings;
  settings.samples = 64;
  settings.audited = true;
  return settings;
}

record::Group group_of(const worker::Recording& recording, const worker::AuditFrame& frame) {
  return recording.group({"running", "", 2, "id", "cell", "sweep", "label", 1, "{}"}, "{}", "{}", {}, &frame);
}

}  // namespace

TEST_CASE("audit group: every value that is measured is described, and nothing else") {
  ToyGame toy;
  train::Progress progress(toy.game);
  const auto values =
      measure::evaluate(toy.game, audited(), measure::copies_of(toy.game, progress, audited())).values;
  std::set<std::string> measured, described;
  for (const auto& [name, value] : values) {
    if (!name.starts_with("critic_surface")) measured.insert(name);  // measure/surface.h
  }
  for (const auto& column : record::audit_columns()) described.insert(column.name);
  CHECK(measured == described);
  CHECK(described.size() == record::audit_columns().size());
}

TEST_CASE("audit group: a valid file with edges and layers as coordinates, the same after a resumption") {
  ToyGame toy;
  train::Progress progress(toy.game);
  const auto frame = worker::audit_frame(toy.game, audited());
  worker::Recording recording;
  for (int i = 0; i < 2; ++i) {
    train::macro_step(toy.game, progress, false);
    recording.add(measure::evaluate(toy.game, audited(), measure::copies_of(toy.game, progress, audited())));
  }
  const auto group = group_of(recording, frame);
  CHECK(record::contradiction(group) == "");
  const auto& eval = *record::find_group(group, "eval");
  CHECK(record::length_of(eval, "audit_slope_bin") == record::numbers_of(eval, "audit_slope_bin").size());
  CHECK(record::texts_of(eval, "audit_critic_layer") == std::vector<std::string>{"0.linear", "2.linear"});
  const auto* norm = record::find_variable(eval, "audit_critic_spectral_norm");
  REQUIRE(norm != nullptr);
  CHECK(norm->dims == std::vector<std::string>{"eval_step", "audit_critic_layer"});
  CHECK(record::number_of(record::find_variable(eval, "audit_gap_test")->attributes, "samples") == 64);
  CHECK(record::number_of(record::find_variable(eval, "audit_slope_far_mean")->attributes, "samples") == 16);

  worker::Recording again;
  again.take_over(group, {1, 1, 2, 2}, {});
  const auto resumed = group_of(again, frame);
  CHECK(record::differences(eval, *record::find_group(resumed, "eval"), "").empty());
}

TEST_CASE("audit group: a run without an evaluation yet has its axes and no rows") {
  ToyGame toy;
  const auto group = group_of(worker::Recording(), worker::audit_frame(toy.game, audited()));
  CHECK(record::contradiction(group) == "");
}

}  // namespace audit_group_test

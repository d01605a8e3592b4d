#include "worker/detection.h"

#include <doctest/doctest.h>

#include <cmath>

#include "made_rows.h"

namespace detection_test {

using namespace toy;
using worker::Recording;

namespace {

const worker::DetectSettings defaults;

void add_rows(Recording& recording, const ToyGame& toy, std::int64_t from, std::int64_t to, double gradient) {
  for (std::int64_t step = from; step <= to; step += 10) recording.add(toy.game, made_row(step, gradient, 1));
}

}  // namespace

TEST_CASE("vanished: a gradient under the threshold for 500 steps, told with its steps and its size") {
  ToyGame toy;
  Recording recording;
  CHECK_FALSE(worker::vanished(recording, defaults));
  add_rows(recording, toy, 10, 200, 1e-3);
  add_rows(recording, toy, 210, 700, 2e-8);
  CHECK_FALSE(worker::vanished(recording, defaults));  // 490 steps
  add_rows(recording, toy, 710, 710, 1e-8);
  const auto failure = worker::vanished(recording, defaults);
  REQUIRE(failure);
  CHECK(failure->step == 710);
  CHECK(failure->text == "gradient of the generator at most 2e-08 from step 210 to 710 (limit 1e-06)");
  add_rows(recording, toy, 720, 720, 1e-3);
  CHECK_FALSE(worker::vanished(recording, defaults));
}

TEST_CASE("vanished: a gradient of exactly zero counts, one that is not finite does not, 0 turns it off") {
  ToyGame toy;
  Recording zero, broken;
  add_rows(zero, toy, 10, 600, 0);
  CHECK(worker::vanished(zero, defaults));
  worker::DetectSettings off;
  off.vanished_gradient = 0;
  CHECK_FALSE(worker::vanished(zero, off));
  add_rows(broken, toy, 10, 600, NAN);
  CHECK_FALSE(worker::vanished(broken, defaults));
}

TEST_CASE("collapsed: two evaluations in succession without variance or modes, not one") {
  Recording recording;
  recording.add(made_evaluation(100, {{"audit_sample_variance", 0.001}, {"audit_mode_entropy", 0.9}}));
  CHECK_FALSE(worker::collapsed(recording, defaults));
  recording.add(made_evaluation(200, {{"audit_sample_variance", 0.9}, {"audit_mode_entropy", 0.9}}));
  CHECK_FALSE(worker::collapsed(recording, defaults));
  recording.add(made_evaluation(300, {{"audit_sample_variance", 0.9}, {"audit_mode_entropy", 0.25}}));
  CHECK_FALSE(worker::collapsed(recording, defaults));
  recording.add(made_evaluation(400, {{"audit_sample_variance", 0.002}, {"audit_mode_entropy", NAN}}));
  const auto failure = worker::collapsed(recording, defaults);
  REQUIRE(failure);
  CHECK(failure->step == 400);
  CHECK(failure->text ==
        "audit_sample_variance = 0.002 (limit 0.05), at step 300 audit_mode_entropy = 0.25 (limit 0.5)");
  worker::DetectSettings off;
  off.collapsed_variance = off.collapsed_entropy = 0;
  CHECK_FALSE(worker::collapsed(recording, off));
}

TEST_CASE("collapsed: a run without audit has nothing to see it by") {
  Recording recording;
  recording.add(made_evaluation(100, {{"sliced_wasserstein", 0}}));
  recording.add(made_evaluation(200, {{"sliced_wasserstein", 0}}));
  CHECK_FALSE(worker::collapsed(recording, defaults));
  CHECK_FALSE(worker::exploded_in_evaluation(recording, defaults));
}

TEST_CASE(
    "exploded: a slope beyond the limit in the newest row or evaluation, with the number and the limit") {
  ToyGame toy;
  Recording recording;
  CHECK_FALSE(worker::exploded_in_training(recording, defaults));
  CHECK_FALSE(worker::exploded_in_evaluation(recording, defaults));
  recording.add(toy.game, made_row(10, 1, 9.9e7));
  CHECK_FALSE(worker::exploded_in_training(recording, defaults));
  recording.add(toy.game, made_row(20, 1, 1.5e8));
  const auto row = worker::exploded_in_training(recording, defaults);
  REQUIRE(row);
  CHECK(row->step == 20);
  CHECK(row->text == "slope of the critic exploded at step 20: slope_max = 1.5e+08 (limit 1e+08)");
  recording.add(made_evaluation(500, {{"audit_slope_real_max", 3}, {"audit_slope_pairs_max", 2e9}}));
  const auto evaluation = worker::exploded_in_evaluation(recording, defaults);
  REQUIRE(evaluation);
  CHECK(evaluation->step == 500);
  CHECK(evaluation->text.find("audit_slope_pairs_max = 2e+09") != std::string::npos);
  worker::DetectSettings off;
  off.diverged_slope = 0;
  CHECK_FALSE(worker::exploded_in_training(recording, off));
  CHECK_FALSE(worker::exploded_in_evaluation(recording, off));
}

TEST_CASE("detection: settings come from the configuration, and are the defaults where it has none") {
  const auto given = worker::detect_settings(
      {{"detect", {{"diverged_slope", 3.0}, {"vanished_steps", 7}, {"last_steps", 0}}}});
  CHECK(given.diverged_slope == 3);
  CHECK(given.vanished_steps == 7);
  CHECK(given.last_steps == 0);
  CHECK(given.collapsed_variance == defaults.collapsed_variance);
  CHECK(worker::detect_settings(nlohmann::json::object()).vanished_gradient == defaults.vanished_gradient);
}

TEST_CASE("detection: what is seen in rows goes on with the rows it was seen in, other events always") {
  ToyGame toy;
  Recording recording;
  add_rows(recording, toy, 10, 60, 0);
  recording.add_event(20, "vanished", "early");
  recording.add_event(50, "collapsed", "late");
  recording.add_event(50, "begins again", "because");
  const auto group =
      recording.group({"running", "", 60, "id", "cell", "sweep", "label", 1, "{}"}, "{}", "{}", {});
  Recording resumed;
  resumed.take_over_history(group);
  CHECK(resumed.has_event("begins again"));
  CHECK_FALSE(resumed.has_event("vanished"));
  resumed.take_over(group, {10, 50, 40, 100}, {});
  CHECK(resumed.has_event("vanished"));
  CHECK_FALSE(resumed.has_event("collapsed"));  // it is after the snapshot's step: it will be seen again
}

}  // namespace detection_test

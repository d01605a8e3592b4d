#include <doctest/doctest.h>
#include <monge/metric.h>

#include "plugin/schema.h"
#include "record/access.h"
#include "record/columns.h"
#include "record/group_check.h"
#include "toy_game.h"
#include "worker/audit_group.h"
#include "worker/recording.h"

namespace run_group_test {

using namespace toy;

namespace {

/// Lists of two and of three numbers along one name, as two metrics by two authors would have.
struct Lists final : Metric {
  static void describe(Describe<Lists>& d) {
    d.doc("lists");
    d.value("pair", "1", "two numbers", "none", "bin");
    d.value("triple", "1", "three numbers", "none", "bin");
    d.value("other_pair", "1", "two numbers", "none", "bin");
  }
  void measure(const Snapshot&, Values& values) const override {
    values.set("pair", std::vector<double>{1, 2});
    values.set("triple", std::vector<double>{3, 4, 5});
    values.set("other_pair", std::vector<double>{6, 7});
  }
};

}  // namespace

TEST_CASE("run group: lists of unlike length along one name get dimensions of their own") {
  ToyGame toy;
  measure::EvaluationSettings settings;
  settings.samples = 32;
  toy.libraries.push_back(library<Lists>("lists"));
  settings.metrics.push_back({toy.libraries.back().get(), std::make_unique<Lists>()});
  const train::Progress progress(toy.game);
  worker::Recording recording;
  recording.add(measure::evaluate(toy.game, settings, measure::copies_of(toy.game, progress, settings)));
  const auto group = recording.group({"done", "", 1, "id", "cell", "sweep", "label", 1, "{}"}, "{}", "{}",
                                     settings, nullptr);
  CHECK(record::contradiction(group) == "");
  const auto& eval = *record::find_group(group, "eval");
  const auto dims = [&](const char* name) { return record::find_variable(eval, name)->dims; };
  CHECK(dims("pair") == std::vector<std::string>{"eval_step", "bin"});
  CHECK(dims("other_pair") == dims("pair"));
  CHECK(dims("triple") == std::vector<std::string>{"eval_step", "triple_bin"});
  CHECK(record::numbers_of(eval, "triple") == std::vector<double>{3, 4, 5});
}

TEST_CASE("run group: no value of a metric can have the name of what else a run records") {
  ToyGame toy;
  measure::EvaluationSettings settings;
  settings.samples = 32;
  settings.audited = true;
  train::Progress progress(toy.game);
  train::macro_step(toy.game, progress, false);  // an audit reads its gradients
  worker::Recording recording;
  recording.add(measure::evaluate(toy.game, settings, measure::copies_of(toy.game, progress, settings)));
  const auto audit = worker::audit_frame(toy.game, settings);
  const auto group =
      recording.group({"done", "", 1, "id", "cell", "sweep", "label", 1, "{}"}, "{}", "{}", settings, &audit);
  const auto& eval = *record::find_group(group, "eval");
  CHECK(eval.variables.size() > 20);
  for (const auto& variable : eval.variables) CHECK_MESSAGE(plugin::is_taken(variable.name), variable.name);
  for (const auto& dimension : eval.dimensions)
    CHECK_MESSAGE(plugin::is_taken(dimension.name), dimension.name);
  for (const auto& column : record::columns())
    CHECK_MESSAGE(plugin::is_taken(column.name), column.name);  // a [[stop]] reads either
}

}  // namespace run_group_test

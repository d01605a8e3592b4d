#include "report/compare.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <sstream>

#include "record/collect.h"
#include "record/sample_sweep.h"
#include "record/storage_error.h"
#include "scratch.h"
#include "sweep/label.h"

namespace compare_test {

using namespace monge;
using namespace monge::report;

namespace {

Comparison sample() {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  record::collect_to(test::sample_plan(), scratch.path());
  return compare(scratch / "sweep.h5");
}

}  // namespace

TEST_CASE("compare: statistics are over the seeds that are done, the rest is listed") {
  const Comparison comparison = sample();
  CHECK(comparison.parameters == std::vector<std::string>{"loss", "bound"});
  REQUIRE(comparison.metrics.size() == 3);
  CHECK(comparison.metrics[0].name == "sliced_wasserstein");
  REQUIRE(comparison.cells.size() == 4);
  const CellResult& best = comparison.cells[0];
  CHECK(best.label == "loss=bce bound=0.01");
  CHECK(best.metrics[0].last.median == doctest::Approx(0.13));
  CHECK(best.metrics[0].last.least == doctest::Approx(0.08));
  CHECK(best.metrics[0].last.greatest == doctest::Approx(0.18));
  CHECK(best.metrics[0].last.count == 2);
  const CellResult& second = comparison.cells[1];
  CHECK(second.metrics[0].last.count == 1);
  CHECK(second.runs.at("diverged") == 1);
  REQUIRE(comparison.left_out.size() == 3);
  CHECK(comparison.left_out[0].status_text == "the critic's loss is not finite at step 20");
}

TEST_CASE("compare: cells are sorted by the primary metric, also where more is better") {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  record::Plan plan = test::sample_plan();
  plan.primary_goal = "max";
  record::collect_to(plan, scratch.path());
  std::vector<int> order;
  for (const CellResult& cell : compare(scratch / "sweep.h5").cells) order.push_back(cell.cell);
  CHECK(order == std::vector<int>{3, 2, 1, 0});
}

TEST_CASE("compare: a metric's heading says of how many samples and of which features it is") {
  Comparison comparison = sample();
  CHECK(comparison.metrics[0].samples == 1024);
  comparison.metrics[0].extractor = "classifier(mnist)";
  CHECK(table(comparison).find("less is better, of 1024 samples by classifier(mnist) (primary)\n") !=
        std::string::npos);
  comparison.metrics[1].samples = 1;
  CHECK(table(comparison).find(", of 1 sample\n") != std::string::npos);
  const auto metric = to_json(comparison)["metrics"][0];
  CHECK(metric["samples"] == 1024);
  CHECK(metric["extractor"] == "classifier(mnist)");
  CHECK_FALSE(to_json(comparison)["metrics"][2].contains("samples"));
}

TEST_CASE("compare: the table is as in the golden file and at most 110 columns wide") {
  const std::string text = table(sample());
  const std::string golden = test::read_file(MONGE_SOURCE_DIR "/tests/golden/compare.txt");
  CHECK_MESSAGE(text == golden, "The table is now:\n" << text);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 110);
}

TEST_CASE("compare: JSON has null where there is no value") {
  const nlohmann::json json = to_json(sample());
  CHECK(json["cells"].size() == 4);
  CHECK(json["cells"][0]["parameters"] == nlohmann::json{{"loss", "bce"}, {"bound", 0.01}});
  CHECK(json["cells"][0]["metrics"]["gap"]["last"]["runs"] == 2);
  CHECK(json["cells"][0]["metrics"]["gap"]["best"]["median"].is_null());
  CHECK(json["left_out"][1]["status"] == "missing");
  CHECK_NOTHROW(json.dump());
}

TEST_CASE("compare: CSV has a row for each cell, metric and statistic") {
  const std::string csv = to_csv(sample());
  CHECK(csv.starts_with(
      "cell,label,loss,bound,planned,done,diverged,other,steps_min,steps_max,metric,statistic,median,min,max,"
      "runs\n0,loss=bce bound=0.01,bce,0.01,2,2,0,0,50,50,sliced_wasserstein,last,"));
  CHECK(csv.find("\n1,loss=bce bound=0.1,bce,0.1,2,1,1,0,50,50,") != std::string::npos);
  CHECK(csv.find("\n3,loss=wasserstein bound=0.1,wasserstein,0.1,2,1,0,1,50,50,") != std::string::npos);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 4 * 3 * 3);
  CHECK(std::count(csv.begin(), csv.end(), ',') == 15 * (1 + 4 * 3 * 3));
}

TEST_CASE("compare: JSON has infinity as text, which is another thing than no value") {
  Comparison comparison = sample();
  const double infinity = std::numeric_limits<double>::infinity();
  comparison.cells[0].metrics[0].last = {-infinity, -infinity, infinity, 2};
  const auto last = to_json(comparison)["cells"][0]["metrics"]["sliced_wasserstein"]["last"];
  CHECK(last["median"] == "-inf");
  CHECK(last["max"] == "inf");
  CHECK(to_csv(comparison).find(",last,-inf,-inf,inf,2\n") != std::string::npos);
}

TEST_CASE("compare: parameters in JSON have the types of sweep.h5, and null where a cell has none") {
  const test::Scratch scratch;
  record::Plan plan = test::sample_plan();
  plan.full_product = false;
  plan.axes = {{"architecture.batch_norm", "batch_norm", {}},
               {"train.every", "every", {}},
               {"loss.weight", "weight", {}},
               {"enforcer", "enforcer", {}}};
  for (record::PlannedRun& run : plan.runs) run.coordinates = {run.cell > 0, 10, nullptr, "clip"};
  plan.runs[2].coordinates = plan.runs[3].coordinates = {true, 20, 1e-4, nullptr};
  test::seal_sample(scratch.path());
  record::collect_to(plan, scratch.path());
  const Comparison comparison = compare(scratch / "sweep.h5");
  const auto cells = to_json(comparison)["cells"];
  CHECK(cells[0]["parameters"].dump() ==
        R"({"batch_norm":false,"enforcer":"clip","every":10,"weight":null})");
  CHECK(cells[1]["parameters"].dump() == R"({"batch_norm":true,"enforcer":null,"every":20,"weight":0.0001})");
  CHECK(table(comparison).find("  true        20     1e-4              1/2 ") != std::string::npos);
}

TEST_CASE("compare: a value that not all runs have that are done says how many have it") {
  Comparison comparison = sample();
  CHECK(table(comparison).find("(n)") == std::string::npos);
  comparison.cells[0].metrics[0].last.count = 1;
  const std::string text = table(comparison);
  CHECK(text.find("(n): only n of the cell's runs that are done have the value.\n") != std::string::npos);
  CHECK(text.find("bce          0.01   2/2   0.13 (1)  ") != std::string::npos);
  comparison.cells[0].runs["done"] = 3;
  CHECK(table(comparison).find("3/2   0.13 (1)  0.13  0.08..0.18 (2)  0.13  0.08..0.18 (2)\n") !=
        std::string::npos);
  for (Metric& metric : comparison.metrics) metric.name = "audit_" + metric.name;
  CHECK(table(comparison).find("(n)") == std::string::npos);
}

TEST_CASE("compare: a label of a row's own is in the table, and those that the parameters make are not") {
  const test::Scratch scratch;
  record::Plan plan = test::sample_plan();
  for (record::PlannedRun& run : plan.runs) {
    if (run.cell == 1) run.label = "second";
    if (run.cell == 2) run.label = "third, with loss=wasserstein";
  }
  test::seal_sample(scratch.path());
  record::collect_to(plan, scratch.path());
  const std::string text = table(compare(scratch / "sweep.h5"));
  CHECK(text.find("\nlabel        loss         bound  runs  ") != std::string::npos);
  CHECK(text.find("\n             bce          0.01   2/2 ") != std::string::npos);
  CHECK(text.find("\nsecond       bce          0.1    1/2 ") != std::string::npos);
  CHECK(text.find("\nthird, with  wasserstein  0.01   1/2 ") != std::string::npos);
  for (record::PlannedRun& run : plan.runs)
    run.label = run.coordinates[0].get<std::string>() + (run.cell % 2 == 0 ? " bound=0.01" : " bound=0.1");
  record::collect_to(plan, scratch.path());
  CHECK_FALSE(compare(scratch / "sweep.h5").own_labels);  // of a zip, which stands for its axes' values
}

TEST_CASE("compare: no axis is given the name of a column") {
  Comparison comparison;
  comparison.parameters.clear();
  std::istringstream columns(to_csv(comparison));
  std::vector<sweep::GridAxis> axes;
  std::set<std::string> names;
  for (std::string name; std::getline(columns, name, ',');) {
    if (name.ends_with('\n')) name.pop_back();
    names.insert(name);
    axes.push_back({"loss." + name, {}, {}});
  }
  CHECK(names.size() == 14);
  for (const std::string& name : sweep::axis_names(axes, {})) CHECK_MESSAGE(!names.contains(name), name);
}

TEST_CASE("compare: runs of unlike length are told of, with their steps") {
  const test::Scratch scratch;
  record::Plan plan = test::sample_plan();
  test::seal_sample(scratch.path());
  CHECK_FALSE(sample().unlike_steps);
  test::seal_run(scratch.path(), {"run1", "done", "", 7, 9, 4, 0.2, true});
  record::collect_to(plan, scratch.path());
  const Comparison unlike = compare(scratch / "sweep.h5");
  const std::string text = table(unlike);
  CHECK(text.find("with a value; best: over all evaluations; tail: mean over the last tenth of the "
                  "steps.\nThe runs are of unlike length: steps says of how many generator steps.\n") !=
        std::string::npos);
  CHECK(text.find("loss         bound  runs  steps   last") != std::string::npos);
  CHECK(text.find("bce          0.01   2/2   50..90  ") != std::string::npos);
  CHECK(text.find("bce          0.1    1/2   50      ") != std::string::npos);
  CHECK(to_json(unlike)["cells"][0]["steps"] == nlohmann::json{{"min", 50}, {"max", 90}});
  CHECK(to_csv(unlike).find(",2,2,0,0,50,90,sliced_wasserstein,last,") != std::string::npos);
}

TEST_CASE("compare: an axis of generator_steps tells the lengths by itself, where they are as it says") {
  const test::Scratch scratch;
  record::Plan plan = test::sample_plan();
  plan.axes[1] = {"train.generator_steps", "generator_steps", {50, 90}};
  for (record::PlannedRun& run : plan.runs) {
    const int steps = run.cell % 2 == 0 ? 50 : 90;
    run.coordinates[1] = steps;
    test::seal_run(scratch.path(), {run.id, "done", "", run.seed, steps / 10, 2, 0.1, true});
  }
  record::collect_to(plan, scratch.path());
  CHECK_FALSE(compare(scratch / "sweep.h5").unlike_steps);
  test::seal_run(scratch.path(), {"run2", "done", "", 0, 5, 2, 0.1, true});
  test::seal_run(scratch.path(), {"run3", "done", "", 7, 5, 2, 0.1, true});
  record::collect_to(plan, scratch.path());
  CHECK(compare(scratch / "sweep.h5").unlike_steps);
}

TEST_CASE("compare: a sweep of which nothing ran says so") {
  const test::Scratch scratch;
  record::collect_to(test::sample_plan(), scratch.path());
  const Comparison nothing = compare(scratch / "sweep.h5");
  CHECK(table(nothing).starts_with("sample: 8 missing\n"));
  CHECK(to_json(nothing)["cells"][0]["steps"].is_null());
}

TEST_CASE("compare: a run's file and a missing file are errors with what to do") {
  const test::Scratch scratch;
  test::seal_run(scratch.path(), {});
  CHECK(test::storage_error([&] {
          compare(scratch / "runs/run0/run.h5");
        }).ends_with("run.h5: is not the result of a sweep; `runner collect` makes one"));
  CHECK(test::storage_error([&] { compare("/nowhere/sweep.h5"); }) ==
        "/nowhere/sweep.h5: cannot be read: No such file or directory");
}

TEST_CASE("compare: the table leaves the audit's values to the other forms, but for the primary one") {
  Comparison comparison;
  comparison.name = "sweep";
  comparison.metrics = {{"audit_gap_test", "1", "none", true, 0, ""},
                        {"audit_slope_far_max", "1", "none", true, 0, ""}};
  CellResult cell;
  cell.label = "only";
  cell.metrics.resize(2, {{1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}});
  comparison.cells = {cell};
  CHECK(table(comparison).find("audit_gap_test") == std::string::npos);
  CHECK(table(comparison).find("2 values of the critic's audit: see --csv or --json.") != std::string::npos);
  comparison.primary_metric = "audit_gap_test";
  CHECK(table(comparison).find("1 value of the critic's audit: see --csv or --json.") != std::string::npos);
  CHECK(table(comparison).find("audit_gap_test (primary)") != std::string::npos);
  CHECK(to_csv(comparison).find("audit_slope_far_max,last,1,1,1,1") != std::string::npos);
}

}  // namespace compare_test

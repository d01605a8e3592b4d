#include "record/collect.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "record/access.h"
#include "record/group_file.h"
#include "record/groups_equal.h"
#include "record/sample_sweep.h"
#include "record/storage_error.h"
#include "scratch.h"

namespace collect_test {

using namespace monge;
using namespace monge::record;

namespace {

Group collected(const std::filesystem::path& results) {
  test::seal_sample(results);
  collect_to(test::sample_plan(), results);
  return read(results / "sweep.h5");
}

const Group& group(const Group& root, const char* name) {
  const Group* found = find_group(root, name);
  REQUIRE(found != nullptr);
  return *found;
}

const Variable& variable(const Group& in, const char* name) {
  const Variable* found = find_variable(in, name);
  REQUIRE_MESSAGE(found != nullptr, name);
  return *found;
}

}  // namespace

TEST_CASE("collect: the root is the table of runs with typed coordinates") {
  const test::Scratch scratch;
  const Group root = collected(scratch.path());
  CHECK(text_of(root.attributes, "question") ==
        "Does a gradient penalty train where weight clipping stalls?");
  CHECK(number_of(root.attributes, "format") == 1);
  CHECK(numbers_of(root, "run") == std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(texts_of(root, "loss")[3] == "bce");
  CHECK(numbers_of(root, "bound") == std::vector<double>{0.01, 0.01, 0.1, 0.1, 0.01, 0.01, 0.1, 0.1});
  CHECK(texts_of(root, "status") ==
        std::vector<std::string>{"done", "done", "done", "diverged", "done", "missing", "killed", "done"});
  CHECK(numbers_of(root, "status_code") == std::vector<double>{0, 0, 0, 1, 0, 8, 5, 0});
  CHECK(texts_of(root, "status_text")[3] == "the critic's loss is not finite at step 20");
  CHECK(numbers_of(root, "step") == std::vector<double>{50, 50, 50, 20, 50, 0, 0, 50});
  CHECK(numbers_of(root, "last_sliced_wasserstein")[0] == doctest::Approx(0.08));
  CHECK(numbers_of(root, "best_sliced_wasserstein")[0] == doctest::Approx(0.08));
  CHECK(std::isnan(numbers_of(root, "tail_sliced_wasserstein")[5]));
}

TEST_CASE("collect: what runs were trained with, and plugins that the grid does not vary") {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  Group run = test::sample_run(test::SampleRun());
  run.variables[0].values = std::vector<std::string>{
      R"({"loss": {"plugin": "bce"}, "enforcer": [{"plugin": "clip", "bound": 0.01}, {"plugin": "lecam"}]})"};
  seal(scratch / "runs/run0/run.h5", run, Compression::gzip);
  const Group sweep = collect(test::sample_plan(), scratch.path());
  CHECK(texts_of(sweep, "config")[0] == std::get<std::vector<std::string>>(run.variables[0].values)[0]);
  CHECK(texts_of(sweep, "config")[5].empty());  // it is missing
  CHECK(texts_of(sweep, "fingerprint")[0] == "{}");
  CHECK(texts_of(sweep, "enforcer")[0] == "clip + lecam");
  CHECK(texts_of(sweep, "enforcer")[1].empty());  // its configuration has none
  CHECK(find_variable(sweep, "loss")->dims == std::vector<std::string>{"run"});
  CHECK(texts_of(sweep, "loss")[0] == "bce");  // the axis
}

TEST_CASE("collect: a file of another run is none of this one") {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  std::filesystem::copy_file(scratch / "runs/run1/run.h5", scratch / "runs/run0/run.h5",
                             std::filesystem::copy_options::overwrite_existing);
  const Group sweep = collect(test::sample_plan(), scratch.path());
  CHECK(texts_of(sweep, "status")[0] == "missing");
  CHECK(texts_of(sweep, "status_text")[0] ==
        (scratch / "runs/run0/run.h5").string() + ": is of run run1, not of the one whose folder it lies in");
  CHECK(texts_of(sweep, "status")[1] != "missing");
}

TEST_CASE("collect: curves are dense over runs and the union of steps, NaN where a run has none") {
  const test::Scratch scratch;
  const Group root = collected(scratch.path());
  const Group& train = group(root, "train");
  CHECK(numbers_of(train, "step") == std::vector<double>{10, 20, 30, 40, 50});
  CHECK(variable(train, "critic_loss").dims == std::vector<std::string>{"run", "step"});
  const std::vector<double> loss = numbers_of(train, "critic_loss");
  CHECK(loss[0 * 5 + 4] == doctest::Approx(5.1));
  CHECK(loss[3 * 5 + 1] == doctest::Approx(11.0));
  CHECK(std::isnan(loss[3 * 5 + 2]));
  CHECK(std::isnan(loss[5 * 5]));
  CHECK(text_of(variable(train, "critic_loss").attributes, "long_name") == "critic's loss");
  CHECK(is_volatile(variable(train, "seconds")));
  CHECK(texts_of(train, "run_id") == texts_of(root, "run_id"));
  const Group& eval = group(root, "eval");
  CHECK(variable(eval, "slopes").dims == std::vector<std::string>{"run", "eval_step", "bin"});
  CHECK(variable(eval, "bin").dims == std::vector<std::string>{"bin"});
  CHECK(variable(eval, "samples").dims == std::vector<std::string>{"run", "eval_step", "y", "x"});
  const std::vector<double> samples = numbers_of(eval, "samples");
  CHECK(samples[0] == 200);
  CHECK(samples[(3 * 2 + 1) * 24] == 0);  // the diverged run has no second evaluation
  CHECK(variable(eval, "evaluated").dims == std::vector<std::string>{"run", "eval_step"});
  CHECK(text_of(variable(eval, "evaluated").attributes, "dtype") == "bool");
  CHECK(numbers_of(eval, "evaluated") == std::vector<double>{1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1});
}

TEST_CASE("collect: events are flattened with the index of their run") {
  const test::Scratch scratch;
  const Group root = collected(scratch.path());
  CHECK(numbers_of(group(root, "event"), "event_run") == std::vector<double>{6});
  CHECK(texts_of(group(root, "event"), "event_kind") == std::vector<std::string>{"killed"});
}

TEST_CASE("collect: a full product has last values over its axes and seeds") {
  const test::Scratch scratch;
  const Group root = collected(scratch.path());
  const Group& grid = group(root, "grid");
  CHECK(variable(grid, "sliced_wasserstein").dims == std::vector<std::string>{"loss", "bound", "seed"});
  CHECK(numbers_of(grid, "seed") == std::vector<double>{0, 7});
  const std::vector<double> values = numbers_of(grid, "sliced_wasserstein");
  CHECK(values[1] == doctest::Approx(0.18));
  CHECK(values[7] == doctest::Approx(0.78));
  CHECK(std::isnan(values[5]));
  const std::vector<double> codes = numbers_of(grid, "status_code"), steps = numbers_of(grid, "step");
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(std::isnan(values[i]) == (codes[i] != 0));
  CHECK(std::count(codes.begin(), codes.end(), 1) == 1);  // diverged, after an evaluation
  CHECK(std::count(steps.begin(), steps.end(), 50) == 5);
  Plan plan = test::sample_plan();
  plan.full_product = false;
  CHECK(find_group(collect(plan, scratch.path()), "grid") == nullptr);
}

TEST_CASE("collect: where a grid has no run it is `absent`, not done") {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  Plan plan = test::sample_plan();
  plan.runs.erase(plan.runs.begin() + 1);
  const Group root = collect(plan, scratch.path());
  const Variable& codes = variable(group(root, "grid"), "status_code");
  CHECK(codes.values == Values(std::vector<std::uint8_t>{0, 9, 0, 1, 0, 8, 5, 0}));
  CHECK(text_of(codes.attributes, "flag_meanings").ends_with(" missing absent"));
  CHECK(numbers_of(group(root, "grid"), "step")[1] == 0);
}

TEST_CASE("collect: a metric that is named as the table of evaluations keeps its name") {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  Group run = test::sample_run({"run0", "done", "", 0, 5, 2, 0, true});
  for (Variable& one : run.groups[1].variables)
    if (one.name == "sliced_wasserstein") one.name = "evaluated";
  Plan plan = test::sample_plan();
  plan.full_product = false;
  plan.runs.resize(1);
  seal(scratch / "runs/run0/run.h5", run, Compression::gzip);
  const Group root = collect(plan, scratch.path());
  CHECK(numbers_of(group(root, "eval"), "evaluated")[0] == doctest::Approx(-0.01));
}

TEST_CASE("collect: an unreadable run is missing and its fault is told") {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  std::ofstream(scratch / "runs/run0/run.h5") << "not HDF5";
  const Group root = collect(test::sample_plan(), scratch.path());
  CHECK(texts_of(root, "status")[0] == "missing");
  CHECK(texts_of(root, "status_text")[0].find("not an HDF5 file") != std::string::npos);
}

TEST_CASE("collect: a sweep of which nothing ran yet is a valid file") {
  const test::Scratch scratch;
  collect_to(test::sample_plan(), scratch.path());
  const Group root = read(scratch / "sweep.h5");
  CHECK(texts_of(root, "status") == std::vector<std::string>(8, "missing"));
  CHECK(length_of(group(root, "train"), "step") == 0);
}

TEST_CASE("collect: runs that disagree on a metric's definition are named with both values") {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  Group run = test::sample_run({"run7", "done", "", 0, 5, 2, 0, true});
  for (Variable& metric : run.groups[1].variables) {
    if (metric.name == "sliced_wasserstein") set_attribute(metric.attributes, "samples", std::int64_t{64});
  }
  seal(scratch / "runs/run7/run.h5", run, Compression::gzip);
  CHECK(test::storage_error([&] { collect(test::sample_plan(), scratch.path()); }) ==
        "runs run0 and run7 disagree on what eval/sliced_wasserstein is: its attribute 'samples' is 1024 and "
        "64; "
        "give the one definition to all cells, or sweep them apart; runs made by earlier code or data are "
        "trained again by --redo stale");
}

TEST_CASE("collect: a variable along a dimension of the root is refused with run and dimension") {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  Group run = test::sample_run({"run7", "done", "", 0, 5, 2, 0, true});
  run.dimensions.push_back({"outer", 2});
  run.groups[0].variables.push_back({"odd", {"outer"}, std::vector<double>{1, 2}, {}});
  seal(scratch / "runs/run7/run.h5", run, Compression::gzip);
  CHECK(test::storage_error([&] { collect(test::sample_plan(), scratch.path()); }) ==
        "run run7: train/odd lies along 'outer', which is not a dimension of its group");
}

TEST_CASE("collect: a coordinate of another type is one that differs") {
  const test::Scratch scratch;
  Plan plan = test::sample_plan();
  plan.runs.resize(2);
  plan.full_product = false;
  for (const std::string id : {"run0", "run1"}) {
    Group run = test::sample_run({id, "done", "", 0, 2, 1, 0, false});
    for (Variable& one : run.groups[1].variables) {
      if (one.name != "bin") continue;
      if (id == "run0") one.values = std::vector<std::int32_t>{1, 2, 3};
      if (id == "run1") one.values = std::vector<std::int64_t>{1, 2, 3};
    }
    std::filesystem::create_directories(scratch / "runs" / id);
    seal(scratch / "runs" / id / "run.h5", run, Compression::gzip);
  }
  const Group root = collect(plan, scratch.path());
  CHECK(numbers_of(group(root, "eval"), "bin_of_run") == std::vector<double>{1, 2, 3, 1, 2, 3});
}

TEST_CASE("collect: runs with other steps, longer dimensions and no images share one layout") {
  const test::Scratch scratch;
  Plan plan = test::sample_plan();
  plan.runs.resize(3);
  plan.full_product = false;
  test::seal_run(scratch.path(), {"run0", "done", "", 0, 2, 1, 0, false});
  Group wide = test::sample_run({"run1", "done", "", 0, 2, 1, 0, true});
  Group& eval = wide.groups[1];
  eval.dimensions[1].length = 4;
  for (Variable& one : eval.variables) {
    if (one.name == "bin") one.values = std::vector<double>{0.5, 1.5, 2.5, 3.5};
    if (one.name == "slopes") one.values = std::vector<double>(4, 1.0);
  }
  wide.groups[0].variables[0].values = std::vector<std::int32_t>{5, 20};
  std::filesystem::create_directories(scratch / "runs/run1");
  seal(scratch / "runs/run1/run.h5", wide, Compression::gzip);
  const Group root = collect(plan, scratch.path());
  CHECK(numbers_of(group(root, "train"), "step") == std::vector<double>{5, 10, 20});
  CHECK(std::isnan(numbers_of(group(root, "train"), "gap")[1 * 3 + 1]));
  CHECK(numbers_of(group(root, "eval"), "bin") == std::vector<double>{0.5, 1.5, 2.5, 3.5});
  const std::vector<double> slopes = numbers_of(group(root, "eval"), "slopes");
  CHECK(slopes[0] == 0);
  CHECK(std::isnan(slopes[3]));
  CHECK(slopes[4 + 3] == 1);
}

TEST_CASE("collect: what is to look into one run stays with it") {
  const test::Scratch scratch;
  Plan plan = test::sample_plan();
  plan.runs.resize(1);
  plan.full_product = false;
  Group run = test::sample_run({"run0", "done", "", 0, 2, 1, 0, false});
  run.groups[1].dimensions.push_back({"surface_x", 2});
  run.groups[1].variables.push_back(
      {"critic_surface", {"eval_step", "surface_x"}, std::vector<float>{1, 2}, {}});
  run.groups.push_back({"last_steps", {}, {{"last_step", 1}}, {}, {}});
  run.groups.back().variables = {{"last_step", {"last_step"}, std::vector<std::int32_t>{20}, {}}};
  std::filesystem::create_directories(scratch / "runs/run0");
  seal(scratch / "runs/run0/run.h5", run, Compression::gzip);
  const Group root = collect(plan, scratch.path());
  CHECK(find_group(root, "last_steps") == nullptr);
  CHECK(find_variable(group(root, "eval"), "critic_surface") == nullptr);
  CHECK(length_of(group(root, "eval"), "surface_x") == 0);
}

TEST_CASE("collect: axes of truth values, gaps and lists keep a type that every reader knows") {
  const test::Scratch scratch;
  Plan plan = test::sample_plan();
  plan.full_product = false;
  plan.runs.resize(2);
  plan.axes = {
      {"a", "flag", {}}, {"b", "gappy", {}}, {"c", "betas", {}}, {"e", "word", {}}, {"d", "size", {}}};
  plan.runs[0].coordinates = {true, nullptr, {0.5, 0.9}, "x", 16};
  plan.runs[1].coordinates = {false, 3, nullptr, "y", 1};
  const Group root = collect(plan, scratch.path());
  CHECK(text_of(variable(root, "flag").attributes, "dtype") == "bool");
  CHECK(std::isnan(numbers_of(root, "gappy")[0]));
  CHECK(variable(root, "size").values == Values(std::vector<std::int64_t>{16, 1}));
  CHECK(texts_of(root, "betas") == std::vector<std::string>{"[0.5,0.9]", ""});
  CHECK(texts_of(root, "word") == std::vector<std::string>{"x", "y"});
}

TEST_CASE("collect: two hundred runs of twenty curves are merged within seconds") {
  const test::Scratch scratch;
  Plan plan;
  plan.name = "large";
  Group run = test::sample_run({"r", "done", "", 0, 500, 10, 0, true});
  for (int i = 0; i < 18; ++i) {
    Variable copy = *find_variable(run.groups[0], "gap");
    copy.name += std::to_string(i);
    run.groups[0].variables.push_back(copy);
  }
  for (int i = 0; i < 200; ++i) {
    plan.runs.push_back({"r" + std::to_string(i), "c", "l", 0, i, {}});
    std::filesystem::create_directories(scratch.path() / "runs" / plan.runs.back().id);
    write(scratch.path() / "runs" / plan.runs.back().id / "run.h5", run, Compression::gzip);
  }
  const auto begin = std::chrono::steady_clock::now();
  collect_to(plan, scratch.path());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  MESSAGE("collected in " << seconds.count() << " s");
#ifdef __SANITIZE_ADDRESS__
  CHECK(seconds.count() < 200);
#else
  CHECK(seconds.count() < 20);  // 1 s alone; busy machines need more
#endif
}

}  // namespace collect_test

// A small sweep on disk as a worker would leave it: two losses by two enforcers by two seeds.
#pragma once

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "record/group_file.h"
#include "record/plan.h"
#include "record/run_file.h"

namespace monge::test {

struct SampleRun {
  std::string id = "run0", status = "done", status_text;
  std::int64_t seed = 0;
  int rows = 5;         // every 10 generator steps
  int evaluations = 2;  // every 20
  double offset = 0;    // added to every metric
  bool image = true;
};

inline record::Group sample_run(const SampleRun& sample) {
  using record::Attributes;
  record::Group run = record::empty_run({sample.status, sample.status_text, 10 * sample.rows, sample.id,
                                         "cell_of_" + sample.id, "sample", "label of " + sample.id,
                                         sample.seed, R"({"train":{}})"});
  const auto metric = [&](const char* name, const char* dim, int count, double step, Attributes attributes) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(sample.offset + step * (i + 1));
    attributes.insert(attributes.begin(), {"units", "1"});
    return record::Variable{name, {dim}, values, attributes};
  };
  const auto steps = [](int count, int every) {
    std::vector<std::int32_t> values;
    for (int i = 1; i <= count; ++i) values.push_back(every * i);
    return values;
  };
  const auto rows = static_cast<std::size_t>(sample.rows),
             evaluations = static_cast<std::size_t>(sample.evaluations);
  record::Group& train = run.groups[0];
  train.dimensions[0].length = rows;
  train.variables[0].values = steps(sample.rows, 10);
  train.variables.push_back(metric("critic_loss", "step", sample.rows, 1, {{"long_name", "critic's loss"}}));
  train.variables.push_back(metric("gap", "step", sample.rows, 0.5, {{"long_name", "score real - fake"}}));
  train.variables.push_back(
      metric("seconds", "step", sample.rows, 0.1, {{"units_of_time", "s"}, {"volatile", std::int64_t{1}}}));
  record::Group& eval = run.groups[1];
  eval.dimensions = {{"eval_step", evaluations}, {"bin", 3}};
  eval.variables[0].values = steps(sample.evaluations, 20);
  eval.variables.push_back({"bin", {"bin"}, std::vector<double>{0.5, 1.5, 2.5}, {{"units", "1"}}});
  eval.variables.push_back(
      metric("sliced_wasserstein", "eval_step", sample.evaluations, -0.01,
             {{"long_name", "sliced W1"}, {"goal", "min"}, {"samples", std::int64_t{1024}}}));
  eval.variables.push_back(
      {"slopes", {"eval_step", "bin"}, std::vector<double>(3 * evaluations, sample.offset), {}});
  if (sample.image) {
    eval.dimensions.push_back({"y", 4});
    eval.dimensions.push_back({"x", 6});
    eval.variables.push_back(
        {"samples",
         {"eval_step", "y", "x"},
         std::vector<std::uint8_t>(24 * evaluations, 200),
         {{"CLASS", "IMAGE"}, {"IMAGE_VERSION", "1.2"}, {"IMAGE_SUBCLASS", "IMAGE_GRAYSCALE"}}});
  }
  return run;
}

inline void seal_run(const std::filesystem::path& results, const SampleRun& sample) {
  const auto folder = results / "runs" / sample.id;
  std::filesystem::create_directories(folder);
  record::seal(folder / "run.h5", sample_run(sample), record::Compression::gzip);
}

inline record::Plan sample_plan() {
  record::Plan plan;
  plan.name = "sample";
  plan.question = "Does a gradient penalty train where weight clipping stalls?";
  plan.primary_metric = "sliced_wasserstein";
  plan.primary_goal = "min";
  plan.axes = {{"loss", "loss", {"bce", "wasserstein"}}, {"enforcer.bound", "bound", {0.01, 0.1}}};
  plan.seeds = {0, 7};
  plan.full_product = true;
  for (std::size_t cell = 0; cell < 4; ++cell) {
    for (const std::int64_t seed : plan.seeds) {
      const auto& loss = plan.axes[0].values[cell / 2];
      const auto& bound = plan.axes[1].values[cell % 2];
      plan.runs.push_back({"run" + std::to_string(plan.runs.size()),
                           "c" + std::to_string(cell),
                           "loss=" + loss.get<std::string>() + " bound=" + bound.dump(),
                           cell,
                           seed,
                           {loss, bound}});
    }
  }
  return plan;
}

/// run3 diverged after two rows, run5 was never made, run6 was killed before its first row.
inline void seal_sample(const std::filesystem::path& results) {
  const record::Plan plan = sample_plan();
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    if (i == 5) continue;
    SampleRun run{
        plan.runs[i].id, "done", "", plan.runs[i].seed, 5, 2, 0.1 * static_cast<double>(i + 1), true};
    if (i == 3)
      run = {run.id, "diverged", "the critic's loss is not finite at step 20", run.seed, 2, 1, 9, true};
    if (i == 6) {
      record::mark(results / "runs" / run.id,
                   {"killed", "signal 9", 0, run.id, "c3", "sample", "x", run.seed, "{}"});
    } else {
      seal_run(results, run);
    }
  }
}

}  // namespace monge::test

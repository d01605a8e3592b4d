#include "cli/tally.h"

#include <algorithm>
#include <cmath>

namespace monge::cli {
namespace {

constexpr double kLeastElapsed = 2;  // seconds before a guess at the rest is worth showing

bool all_estimated(const schedule::Work& work) {
  return std::all_of(work.runs.begin(), work.runs.end(), [](const schedule::PlannedRun& run) {
    return !run.works() || run.steps <= run.done_steps || run.seconds > 0;
  });
}

}  // namespace

std::string title(const std::string& label, std::int64_t seed) {
  return (label.empty() ? "" : label + ", ") + "seed " + std::to_string(seed);
}

std::string title(const schedule::Job& job) {
  const auto run = job.request.find("run");
  if (run == job.request.end() || !run->contains("seed")) return job.label;
  return title(job.label, run->at("seed").get<std::int64_t>());
}

Tally::Tally(const std::string& name, const schedule::Work& work) {
  board_.name = name;
  board_.runs = work.runs.size();
  const bool estimated = all_estimated(work);
  for (const schedule::PlannedRun& planned : work.runs) {
    if (!planned.works()) {
      ++board_.ended;
      continue;
    }
    const auto left = static_cast<double>(std::max<std::int64_t>(1, planned.steps - planned.done_steps));
    Run& run = runs_[planned.run.id];
    run.step_cost = estimated ? planned.seconds / left : 1;
    run.begin = planned.done_steps;
    run.steps = planned.steps;
    total_ += left * run.step_cost;
  }
}

void Tally::move(Run& run, std::int64_t step) {
  const double trained = static_cast<double>(std::max<std::int64_t>(0, step - run.begin)) * run.step_cost;
  trained_ += trained - run.trained;
  run.trained = trained;
}

void Tally::started(const schedule::Job& job, const schedule::Progress& progress) {
  Run& run = runs_[job.id];
  // A worker that may not continue the snapshot begins again: there is more to do than was planned.
  total_ += static_cast<double>(run.begin - progress.step) * run.step_cost;
  run.begin = progress.step;
  // Nor does it keep the line of a worker that has died.
  active_.erase({run.worker, job.id});
  run.worker = progress.worker;
  active_[{progress.worker, job.id}] = {title(job), progress.step, job.steps, NAN, NAN, NAN};
}

void Tally::progressed(const schedule::Job& job, const schedule::Progress& progress) {
  move(runs_[job.id], progress.step);
  active_[{progress.worker, job.id}] = {
      title(job),           progress.step,           job.steps,
      progress.critic_loss, progress.generator_loss, progress.steps_per_second};
}

void Tally::ended(const schedule::Job& job, const schedule::Outcome& outcome) {
  Run& run = runs_[job.id];
  active_.erase({run.worker, job.id});
  move(run, outcome.step);
  if (outcome.status == "interrupted") return;
  const auto whole = static_cast<double>(std::max<std::int64_t>(1, run.steps - run.begin));
  settled_ += std::max(0.0, whole * run.step_cost - run.trained);
  ++board_.ended;
  if (outcome.status == "diverged") ++board_.diverged;
  if (outcome.status != "diverged" && outcome.status != "done") ++board_.broken;
}

Board Tally::board(double seconds) const {
  Board board = board_;
  board.elapsed = seconds;
  const double finished = trained_ + settled_;
  board.share = total_ > 0 ? std::min(1.0, finished / total_) : 1.0;
  if (trained_ > 0 && seconds >= kLeastElapsed) {
    board.left = std::max(0.0, total_ - finished) * seconds / trained_;
  }
  for (const auto& [key, run] : active_) board.active.push_back(run);
  return board;
}

}  // namespace monge::cli

#include <cmath>

#include "cli/progress.h"
#include "report/format.h"
#include "sweep/counted.h"

namespace monge::cli {
namespace {

constexpr double kSilence = 5;  // seconds between two lines of one run

}  // namespace

std::string end_text(const schedule::Outcome& outcome) {
  // What is seen from outside says all: "killed by SIGKILL (out of memory?) at step 2040".
  const bool says_all = outcome.text.starts_with(outcome.status) &&
                        outcome.text.ends_with(" at step " + std::to_string(outcome.step));
  if (says_all) return report::one_line(outcome.text);
  const std::string text = outcome.text.empty() ? "" : ": " + report::one_line(outcome.text);
  if (outcome.status == "done") return "done, " + std::to_string(outcome.step) + " steps";
  return outcome.status + " at step " + std::to_string(outcome.step) + text;
}

PlainProgress::PlainProgress(std::ostream& out, Tally tally, Clock clock)
    : out_(out), tally_(std::move(tally)), clock_(std::move(clock)), began_(clock_()) {}

void PlainProgress::say(const std::string& line) { out_ << line << std::endl; }

void PlainProgress::started(const schedule::Job& job, const schedule::Progress& progress,
                            const std::string& note) {
  tally_.started(job, progress);
  said_[job.id] = {job.steps > 0 ? progress.step * 10 / job.steps : 0, clock_()};
  say("started   " + title(job) + (progress.step > 0 ? ", from step " + std::to_string(progress.step) : "") +
      (note.empty() ? "" : ": " + note));
}

void PlainProgress::progress(const schedule::Job& job, const schedule::Progress& progress) {
  tally_.progressed(job, progress);
  Said& said = said_[job.id];
  const std::int64_t tenth = progress.steps > 0 ? progress.step * 10 / progress.steps : 0;
  const double now = clock_();
  if (tenth <= said.tenth || now < said.at + kSilence) return;
  said = {tenth, now};
  std::string line = "training  " + title(job) + ": step " + std::to_string(progress.step) + "/" +
                     std::to_string(progress.steps);
  if (!std::isnan(progress.critic_loss)) line += ", critic " + four_digits(progress.critic_loss);
  if (!std::isnan(progress.generator_loss)) line += ", generator " + four_digits(progress.generator_loss);
  if (progress.steps_per_second > 0) line += ", " + four_digits(progress.steps_per_second) + " steps/s";
  say(line);
}

void PlainProgress::ended(const schedule::Job& job, const schedule::Outcome& outcome) {
  tally_.ended(job, outcome);
  said_.erase(job.id);
  const double elapsed = clock_() - began_;
  const Board board = tally_.board(elapsed);
  std::string line = "ended     " + title(job) + ": " + end_text(outcome) + "  (" +
                     std::to_string(board.ended) + "/" + std::to_string(board.runs) + " runs, " +
                     sweep::duration_text(elapsed);
  if (board.left && *board.left > 0) line += ", about " + sweep::duration_text(*board.left) + " left";
  say(line + ")");
}

void PlainProgress::note(const std::string& text) { say("note: " + text); }

void QuietProgress::started(const schedule::Job& job, const schedule::Progress&, const std::string& why) {
  if (!why.empty()) note(title(job) + ": " + why);
}

}  // namespace monge::cli

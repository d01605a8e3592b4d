#include <algorithm>
#include <chrono>

#include "cli/progress.h"

namespace monge::cli {
namespace {

constexpr double kRedraw = 0.1;       // seconds between two drawings
constexpr std::size_t kMostRuns = 8;  // lines for active runs

}  // namespace

Clock steady_clock() {
  return [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  };
}

LiveProgress::LiveProgress(std::ostream& out, bool colour, Tally tally, Clock clock,
                           std::function<TerminalSize()> size)
    : out_(out),
      colour_(colour),
      tally_(std::move(tally)),
      clock_(std::move(clock)),
      size_(std::move(size)),
      began_(clock_()) {}

LiveProgress::~LiveProgress() { out_ << erased() << std::flush; }

std::string LiveProgress::erased() {
  if (height_ == 0) return "";
  const std::string up = "\x1b[" + std::to_string(height_) + "A";
  height_ = 0;
  return up + "\r\x1b[J";
}

void LiveProgress::draw(bool now) {
  const double time = clock_();
  if (!now && drawn_ >= 0 && time < drawn_ + kRedraw) return;
  drawn_ = time;
  const TerminalSize size = size_();
  // The last column stays free: a terminal may go on to the next line when it is filled.
  const std::size_t width = std::max<std::size_t>(2, size.columns) - 1;
  const std::size_t most = std::min(kMostRuns, std::max<std::size_t>(3, size.rows) - 2);
  const std::vector<std::string> block = lines(tally_.board(time - began_), width, most, colour_);
  // One write for each drawing: nothing flickers.
  std::string text = erased();
  for (const std::string& line : block) text += line + "\n";
  height_ = block.size();
  out_ << text << std::flush;
}

void LiveProgress::say(const std::string& line) {
  out_ << erased() << line << "\n";
  draw(true);
}

void LiveProgress::started(const schedule::Job& job, const schedule::Progress& progress,
                           const std::string& note) {
  tally_.started(job, progress);
  if (!note.empty()) return say(title(job) + ": " + note);
  draw(false);
}

void LiveProgress::progress(const schedule::Job& job, const schedule::Progress& progress) {
  tally_.progressed(job, progress);
  draw(false);
}

void LiveProgress::ended(const schedule::Job& job, const schedule::Outcome& outcome) {
  tally_.ended(job, outcome);
  if (outcome.status != "done" && outcome.status != "interrupted") {
    return say(title(job) + ": " + end_text(outcome));
  }
  draw(false);
}

void LiveProgress::stopping() {
  tally_.stop();
  draw(true);
}

void LiveProgress::note(const std::string& text) { say("note: " + text); }

void LiveProgress::tick() { draw(false); }

}  // namespace monge::cli

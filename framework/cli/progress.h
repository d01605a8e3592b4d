// Three ways to watch a sweep: a live block on a terminal, plain lines in a log, JSON events for a program.
#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <string>

#include "cli/tally.h"
#include "cli/terminal.h"
#include "schedule/scheduler.h"

namespace monge::cli {

/// Seconds since some moment.
using Clock = std::function<double()>;
Clock steady_clock();

/// Redraws the board at most ten times a second. Runs that did not end well and notes scroll by above it.
class LiveProgress final : public schedule::Observer {
 public:
  LiveProgress(std::ostream& out, bool colour, Tally tally, Clock clock, std::function<TerminalSize()> size);
  /// Takes the block away: what is printed next begins where it stood.
  ~LiveProgress() override;

  void started(const schedule::Job&, const schedule::Progress&, const std::string& note) override;
  void progress(const schedule::Job&, const schedule::Progress&) override;
  void ended(const schedule::Job&, const schedule::Outcome&) override;
  void stopping() override;
  void note(const std::string&) override;
  void tick() override;

 private:
  void draw(bool now);
  std::string erased();  // what takes the block away
  void say(const std::string& line);

  std::ostream& out_;
  bool colour_;
  Tally tally_;
  Clock clock_;
  std::function<TerminalSize()> size_;
  double began_, drawn_ = -1;
  std::size_t height_ = 0;  // of the block that stands
};

/// A line when a run starts, at every tenth of it (but not more often than every five seconds) and at its
/// end.
class PlainProgress final : public schedule::Observer {
 public:
  PlainProgress(std::ostream& out, Tally tally, Clock clock);

  void started(const schedule::Job&, const schedule::Progress&, const std::string& note) override;
  void progress(const schedule::Job&, const schedule::Progress&) override;
  void ended(const schedule::Job&, const schedule::Outcome&) override;
  void note(const std::string&) override;

 private:
  struct Said {
    std::int64_t tenth = 0;
    double at = 0;
  };
  void say(const std::string& line);

  std::ostream& out_;
  Tally tally_;
  Clock clock_;
  double began_;
  std::map<std::string, Said> said_;  // by run
};

/// {"event": "started"|"progress"|"snapshot"|"ended"|"note", ...}, one a line, flushed; NaN is null.
class JsonProgress final : public schedule::Observer {
 public:
  explicit JsonProgress(std::ostream& out) : out_(out) {}

  void started(const schedule::Job&, const schedule::Progress&, const std::string& note) override;
  void progress(const schedule::Job&, const schedule::Progress&) override;
  void snapshot(const schedule::Job&, std::int64_t step) override;
  void ended(const schedule::Job&, const schedule::Outcome&) override;
  void note(const std::string&) override;

 private:
  std::ostream& out_;
};

/// Says only what went wrong, a run that has to begin again included: --quiet.
class QuietProgress final : public schedule::Observer {
 public:
  explicit QuietProgress(std::ostream& out) : out_(out) {}
  void started(const schedule::Job&, const schedule::Progress&, const std::string& why) override;
  void note(const std::string& text) override { out_ << "note: " << text << std::endl; }

 private:
  std::ostream& out_;
};

/// One line of JSON, flushed. Bytes that are not UTF-8 become U+FFFD.
void print_json(std::ostream& out, const nlohmann::json& event);

/// "done, 500 steps", "crashed at step 120: worker crashed with SIGSEGV".
std::string end_text(const schedule::Outcome& outcome);

}  // namespace monge::cli

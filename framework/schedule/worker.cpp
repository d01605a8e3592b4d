#include "schedule/worker.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "record/publish.h"

namespace monge::schedule {
namespace {

constexpr std::size_t kLogLines = 10;
constexpr auto kMuteGrace = std::chrono::seconds(5);  // from the end of its events to the end of itself

Clock::duration seconds(double value) {
  constexpr double kMost = 1e9;  // 30 years: far from overflow
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(std::clamp(value, 0.0, kMost)));
}

std::string number_text(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string device_of(int number, const Settings& settings) {
  if (settings.gpus.empty()) return settings.device;
  return settings.gpus[static_cast<std::size_t>(number) % settings.gpus.size()];
}

Launch launch(int number, const Settings& settings, int output) {
  Launch result;
  result.program = settings.worker;
  result.output = output;
  result.arguments = {"serve", "--device", device_of(number, settings)};
  if (settings.device == "cpu") {
    // libgomp reads these before main(): threads that wait must not spin on a neighbour's core.
    const std::string threads = std::to_string(settings.threads);
    result.environment = {{"OMP_NUM_THREADS", threads}, {"OMP_WAIT_POLICY", "passive"}};
    result.arguments.insert(result.arguments.end(), {"--threads", threads});
    for (int i = 0; i < settings.threads && !settings.cores.empty(); ++i) {
      const auto place = static_cast<std::size_t>(number * settings.threads + i) % settings.cores.size();
      result.arguments.insert(result.arguments.end(), {"--core", std::to_string(settings.cores[place])});
    }
  }
  return result;
}

}  // namespace

std::string at_step(std::int64_t step) { return " at step " + std::to_string(step); }

Worker::Worker(int number_, const Settings& settings)
    : number(number_), child(launch(number_, settings, output.fd())), since(Clock::now()), heard(since) {}

void Worker::give(const Job& next, const Settings& settings) {
  std::error_code fault;
  std::filesystem::create_directories(next.folder, fault);
  if (fault) throw Error(Exit::storage, next.folder.string() + ": cannot be made: " + fault.message());
  record::remove_leftovers(next.folder);
  job = &next;
  state = State::busy;
  begun = false;
  since = heard = Clock::now();
  last = {number, 0, next.steps, NAN, NAN, NAN};
  nlohmann::json request = next.request;
  request["run"].update(settings.common);
  child.send(request.dump());
}

void Worker::condemn(Verdict why) {
  if (!verdict) verdict = std::move(why);
  child.kill();
}

void Worker::misspoke(const std::string& line) {
  constexpr std::size_t kShown = 60;
  std::string shown = line.substr(0, kShown) + (line.size() > kShown ? "..." : "");
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char c) { return c < 32 || c > 126; }, '?');
  deaf = true;
  condemn({"failed", "its worker said \"" + shown + "\"" + at_step(last.step) +
                         ", which is no event; a plugin must not write to file descriptor 3"});
}

void Worker::check_clock(Clock::time_point now, const Settings& settings) {
  if (verdict || now < deadline(settings)) return;
  if (mute && now >= *mute + kMuteGrace) {
    return condemn({"failed", "its worker closed file descriptor 3" + at_step(last.step)});
  }
  if (state == State::starting) {
    return condemn({"failed", "was not ready after " + number_text(settings.start_seconds) + " s"});
  }
  if (settings.timeout_seconds && now >= since + seconds(*settings.timeout_seconds)) {
    return condemn(
        {"timeout", "timeout after " + number_text(*settings.timeout_seconds) + " s" + at_step(last.step)});
  }
  condemn({"timeout", "hung: silent for " + number_text(settings.stall_seconds) + " s" + at_step(last.step)});
}

Clock::time_point Worker::deadline(const Settings& settings) const {
  if (verdict) return Clock::time_point::max();
  Clock::time_point next = Clock::time_point::max();
  if (mute) next = *mute + kMuteGrace;
  if (state == State::starting) next = std::min(next, since + seconds(settings.start_seconds));
  if (state == State::busy) {
    next = std::min(next, heard + seconds(settings.stall_seconds));
    if (settings.timeout_seconds) next = std::min(next, since + seconds(*settings.timeout_seconds));
  }
  return next;
}

Outcome Worker::obituary(const Death& death) const {
  Outcome outcome{job->id, job->label, "crashed", "", last.step, death.signal, last_words(*job, output)};
  if (verdict) {
    outcome.status = verdict->status;
    outcome.text = verdict->text;
    outcome.signal = 0;
    return outcome;
  }
  Death cause = death;
  std::string where;
  if (crash) {
    if (crash->signal != 0) cause = {0, crash->signal};
    outcome.step = std::max(outcome.step, crash->step);
    if (!crash->where.empty()) where = " in " + crash->where;
  } else if (death.signal == SIGKILL || death.signal == SIGTERM || death.signal == SIGHUP ||
             death.signal == SIGINT) {
    outcome.status = "killed";
  }
  outcome.signal = cause.signal;
  outcome.text = cause.text() + where + at_step(outcome.step);
  return outcome;
}

std::string last_words(const Job& job, const Capture& output) {
  const std::string log = tail_of((job.folder / "log.txt").string(), kLogLines);
  return log.empty() ? output.tail(kLogLines) : log;
}

}  // namespace monge::schedule

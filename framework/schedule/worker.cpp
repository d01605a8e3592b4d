#include "schedule/worker.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "record/publish.h"
#include "sweep/value.h"

namespace monge::schedule {
namespace {

constexpr std::size_t kLogLines = 10;
constexpr auto kLastWords = std::chrono::seconds(1);  // for an answer in what plugin it is
constexpr auto kMuteGrace = std::chrono::seconds(5);  // from the end of its events to the end of itself

Clock::duration seconds(double value) {
  constexpr double kMost = 1e9;  // 30 years: far from overflow
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(std::clamp(value, 0.0, kMost)));
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
  if (settings.device != "cpu") {
    // cuBLAS repeats its bits with a workspace of fixed size only; streams each have a queue of their own.
    result.environment = {{"CUBLAS_WORKSPACE_CONFIG", ":4096:8"}, {"CUDA_DEVICE_MAX_CONNECTIONS", "32"}};
  }
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

std::vector<std::pair<const Job*, std::string>> Worker::give(const std::vector<const Job*>& next,
                                                             const Settings& settings) {
  std::vector<std::pair<const Job*, std::string>> refused;
  nlohmann::json runs = nlohmann::json::array();
  for (const Job* job : next) {
    try {
      std::filesystem::create_directories(job->folder);
      record::remove_leftovers(job->folder);
    } catch (const std::filesystem::filesystem_error& error) {
      refused.emplace_back(job, job->folder.string() + ": cannot be made: " + error.code().message() +
                                    "; move away what lies there, or choose another folder (--results)");
      continue;
    }
    held.push_back({job, Clock::now(), {number, 0, job->steps, NAN, NAN, NAN}, false, ""});
    runs.push_back(job->request.at("run"));
  }
  if (runs.empty()) return refused;
  state = State::busy;
  since = heard = Clock::now();
  nlohmann::json request = {{"run", runs[0]}};
  if (next.front()->slots > 0) request = {{"pack", {{"slots", next.front()->slots}, {"runs", runs}}}};
  request.front().update(settings.common);
  child.send(request.dump());
  return refused;
}

Held* Worker::find(const std::string& id) {
  const auto found =
      std::find_if(held.begin(), held.end(), [&](const Held& one) { return one.job->id == id; });
  return found == held.end() ? nullptr : &*found;
}

void Worker::condemn(Verdict why) {
  if (!verdict) verdict = std::move(why);
  child.kill();
}

void Worker::question(Verdict why) {
  if (verdict) return;
  verdict = std::move(why);
  questioned = Clock::now();
  child.signal(SIGABRT);
}

void Worker::misspoke(const std::string& line) {
  constexpr std::size_t kShown = 60;
  std::string shown = line.substr(0, kShown) + (line.size() > kShown ? "..." : "");
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char c) { return c < 32 || c > 126; }, '?');
  deaf = true;
  condemn({"failed", "a plugin must not write to file descriptor 3, where its worker said no event but \"" +
                         shown + "\""});
}

void Worker::check_clock(Clock::time_point now, const Settings& settings) {
  if (now < deadline(settings)) return;
  if (verdict) {
    questioned.reset();
    return child.kill();
  }
  if (mute && now >= *mute + kMuteGrace) {
    return condemn({"failed", "its worker closed file descriptor 3"});
  }
  if (state == State::starting) {
    return condemn({"failed", "was not ready after " + sweep::number_text(settings.start_seconds) + " s"});
  }
  std::set<std::string> late;
  for (const Held& one : held) {
    if (now >= timeout_of(one, settings)) late.insert(one.job->id);
  }
  if (!late.empty())
    return condemn(
        {"timeout",
         "timeout after " + sweep::number_text(*settings.timeout_seconds) + " s (resources.timeout)",
         std::move(late)});
  question({"timeout", "hung: silent for " + sweep::number_text(settings.stall_seconds) + " s"});
}

// Runs that wait for a place in a pack do not grow old.
Clock::time_point Worker::timeout_of(const Held& one, const Settings& settings) const {
  if (!settings.timeout_seconds || (!one.begun && one.job->slots > 0)) return Clock::time_point::max();
  return one.since + seconds(*settings.timeout_seconds);
}

Clock::time_point Worker::deadline(const Settings& settings) const {
  if (verdict) return questioned ? *questioned + kLastWords : Clock::time_point::max();
  Clock::time_point next = Clock::time_point::max();
  if (mute) next = *mute + kMuteGrace;
  if (state == State::starting) next = std::min(next, since + seconds(settings.start_seconds));
  if (state == State::busy) {
    next = std::min(next, heard + seconds(settings.stall_seconds));
    for (const Held& one : held) next = std::min(next, timeout_of(one, settings));
  }
  return next;
}

std::string Worker::cause(const Death& death) const {
  if (lost) return "its GPU is lost: " + lost->text;
  return verdict ? verdict->text : death.text();
}

Outcome Worker::obituary(const Held& one, const Death& death) const {
  const Job& job = *one.job;
  Outcome outcome{job.id, job.label, "crashed", "", one.last.step, death.signal, last_words(job, output)};
  std::string where;
  if (crash) {
    outcome.step = std::max(outcome.step, crash->step);
    if (!crash->where.empty()) where = " in " + crash->where;
  }
  if (verdict) {
    outcome.status = verdict->status;
    outcome.text = verdict->text + where + at_step(outcome.step);
    outcome.signal = 0;
    return outcome;
  }
  const Death last = crash && crash->signal != 0 ? Death{0, crash->signal} : death;
  const auto killers = {SIGKILL, SIGTERM, SIGHUP, SIGINT};
  if (!crash && std::find(killers.begin(), killers.end(), death.signal) != killers.end())
    outcome.status = "killed";
  outcome.signal = last.signal;
  outcome.text = (lost ? cause(death) : last.text()) + where + at_step(outcome.step);
  return outcome;
}

void wait_for_any(const std::list<Worker>& workers, int other, Clock::time_point latest,
                  const Settings& settings) {
  std::vector<pollfd> fds{{other, POLLIN, 0}};
  for (const Worker& worker : workers) {
    fds.push_back({worker.child.death_fd(), POLLIN, 0});
    fds.push_back({worker.mute ? -1 : worker.child.events_fd(), POLLIN, 0});
    fds.push_back({worker.child.wants_write() ? worker.child.requests_fd() : -1, POLLOUT, 0});
    latest = std::min(latest, worker.deadline(settings));
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(latest - Clock::now()).count();
  if (::poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(0, left))) < 0 &&
      errno != EINTR) {
    throw Error(Exit::failed, std::string("cannot wait for workers (poll): ") + std::strerror(errno));
  }
}

std::string last_words(const Job& job, const Capture& output) {
  const std::string log = tail_of((job.folder / "log.txt").string(), kLogLines);
  return log.empty() ? output.tail(kLogLines) : log;
}

}  // namespace monge::schedule

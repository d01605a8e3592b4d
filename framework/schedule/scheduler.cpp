#include "schedule/scheduler.h"

#include <poll.h>

#include <algorithm>
#include <list>
#include <set>
#include <string>
#include <utility>

#include "schedule/inquest.h"
#include "schedule/outcomes.h"
#include "schedule/queue.h"
#include "schedule/worker.h"

namespace monge::schedule {
namespace {

constexpr auto kTick = std::chrono::milliseconds(200);
constexpr int kStartsInARow = 3;  // deaths at start-up before no more workers are hired

class Scheduler {
 public:
  Scheduler(const std::vector<Job>& jobs, const Settings& settings, Observer& observer, Interrupt& interrupt)
      : settings_(settings), observer_(observer), interrupt_(interrupt), queue_(jobs), outcomes_(observer) {}

  Summary run();

 private:
  std::size_t busy() const;  // workers that have a run
  bool finished() const;
  void hire();
  void hand_out();
  void wait();
  void hear(Worker& worker);
  void heed(Worker& worker, const std::string& line);
  void heed_run(Worker& worker, Held& held, const Event& event);
  void take_interrupts();
  void stop();
  void kill_all();
  void bury_the_dead();
  void bury(Worker& worker, const Death& death);
  void bury_run(Worker& worker, const Held& held, const Death& death, Fate fate);
  void note_replaced(const Worker& worker, const std::string& when, const Death& death);
  void died_at_start(const Worker& worker, const Death& death);
  void cannot_start(const std::string& fault);
  void close(Worker& worker, const Job& job, Outcome outcome, Outcomes::Recorder recorder);
  void dismiss();

  const Settings& settings_;
  Observer& observer_;
  Interrupt& interrupt_;
  std::list<Worker> workers_;
  Queue queue_;
  int failed_starts_ = 0;  // in a row
  std::string start_fault_;
  std::optional<Clock::time_point> stopping_;  // since
  Clock::time_point ticked_ = Clock::now();
  Outcomes outcomes_;
  bool killed_ = false;
  std::set<std::string> lost_;  // runs that a GPU or a killed worker has been lost with
};

Summary Scheduler::run() {
  while (true) {
    take_interrupts();
    if (killed_) break;
    hire();
    hand_out();
    if (finished()) break;
    wait();
  }
  dismiss();
  Summary summary = outcomes_.summary();
  summary.unstarted = queue_.size();
  summary.killed = killed_;
  return summary;
}

std::size_t Scheduler::busy() const {
  return static_cast<std::size_t>(std::count_if(workers_.begin(), workers_.end(),
                                                [](const Worker& worker) { return !worker.held.empty(); }));
}

bool Scheduler::finished() const { return (stopping_ || queue_.size() == 0) && busy() == 0; }

void Scheduler::hire() {
  if (stopping_) return;
  std::size_t free = workers_.size() - busy();
  const auto most = static_cast<std::size_t>(std::max(1, settings_.jobs));
  while (workers_.size() < most && free < queue_.size() && failed_starts_ < kStartsInARow) {
    int number = 0;
    while (
        std::any_of(workers_.begin(), workers_.end(), [&](const Worker& w) { return w.number == number; })) {
      ++number;
    }
    try {
      workers_.emplace_back(number, settings_);
    } catch (const Error& error) {  // too many files or processes, say: those at work go on
      if (workers_.empty()) throw;
      return cannot_start(error.what());
    }
    ++free;
  }
  if (workers_.empty() && queue_.size() > 0) {
    throw Error(Exit::failed, settings_.worker.string() + ": no worker can be started: " + start_fault_);
  }
}

void Scheduler::hand_out() {
  for (Worker& worker : workers_) {
    if (stopping_ || queue_.size() == 0) return;
    if (worker.state != Worker::State::idle || worker.verdict) continue;
    // Shared out among those that have nothing, hired or not yet: this one at least.
    const std::size_t free = static_cast<std::size_t>(std::max(1, settings_.jobs)) - busy();
    for (const auto& [job, why] : worker.give(queue_.next(free), settings_))
      outcomes_.add(*job, {job->id, job->label, "failed", why, 0, 0, ""}, Outcomes::Recorder::worker);
  }
}

void Scheduler::wait() {
  wait_for_any(workers_, interrupt_.fd(), ticked_ + kTick, settings_);
  for (Worker& worker : workers_) {
    worker.child.flush();
    hear(worker);
  }
  bury_the_dead();
  // After the hearing: a parent that was stopped for an hour must not take its own silence for theirs.
  const auto now = Clock::now();
  for (Worker& worker : workers_) worker.check_clock(now, settings_);
  if (now >= ticked_ + kTick) {
    ticked_ = now;
    observer_.tick();
  }
}

void Scheduler::hear(Worker& worker) {
  if (worker.mute) return;
  std::vector<std::string> lines;
  const Child::Stream stream = worker.child.read(lines);
  if (!lines.empty()) worker.heard = Clock::now();
  for (const std::string& line : lines) heed(worker, line);
  if (stream == Child::Stream::closed) worker.mute = Clock::now();
  if (stream == Child::Stream::flooded) worker.misspoke("(a line of more than 1 MiB)");
}

void Scheduler::heed(Worker& worker, const std::string& line) {
  if (worker.deaf) return;
  const std::optional<Event> event = parse_event(line);
  if (!event) return worker.misspoke(line);
  if (event->kind == Event::Kind::crash || event->kind == Event::Kind::lost) {
    (event->kind == Event::Kind::crash ? worker.crash : worker.lost) = event;
    return;
  }
  if (event->kind == Event::Kind::ready) {
    failed_starts_ = 0;
    if (worker.state == Worker::State::starting) worker.state = Worker::State::idle;
    return;
  }
  Held* const held = worker.find(event->id);
  if (held == nullptr) return worker.misspoke(line);
  heed_run(worker, *held, *event);
}

void Scheduler::heed_run(Worker& worker, Held& held, const Event& event) {
  const Job& job = *held.job;
  held.last.step = event.step;
  switch (event.kind) {
    case Event::Kind::started:
      held.begun = true;
      held.since = Clock::now();
      return observer_.started(job, held.last, event.text);
    case Event::Kind::progress:
      held.last = {worker.number,     event.step,           job.steps,
                   event.critic_loss, event.generator_loss, event.steps_per_second};
      return observer_.progress(job, held.last);
    case Event::Kind::snapshot:
      return observer_.snapshot(job, event.step);
    case Event::Kind::waits:  // its pack has failed: it begins again, in a smaller one or alone
      held.begun = false;
      held.left = event.text;
      return;
    default:
      const std::string log = event.status == "failed" ? last_words(job, worker.output) : "";
      return close(worker, job, {job.id, job.label, event.status, event.text, event.step, 0, log},
                   Outcomes::Recorder::worker);
  }
}

void Scheduler::close(Worker& worker, const Job& job, Outcome outcome, Outcomes::Recorder recorder) {
  std::erase_if(worker.held, [&](const Held& held) { return held.job == &job; });
  if (worker.held.empty()) worker.state = Worker::State::idle;
  ++worker.trained;
  worker.since = worker.heard = Clock::now();
  outcomes_.add(job, std::move(outcome), recorder);
}

void Scheduler::take_interrupts() {
  const int count = interrupt_.count();
  if (count >= 2) return kill_all();
  if (count == 1 && !stopping_) stop();
  if (!stopping_ || Clock::now() < *stopping_ + std::chrono::duration<double>(settings_.stop_seconds)) return;
  for (Worker& worker : workers_) {
    worker.question({"killed", "did not stop within " +
                                   std::to_string(static_cast<int>(settings_.stop_seconds)) +
                                   " s of the interrupt"});
  }
}

void Scheduler::stop() {
  stopping_ = Clock::now();
  observer_.stopping();
  observer_.note("stopping: the runs at work are saved first; Ctrl-C again stops at once");
  for (Worker& worker : workers_) {
    if (!worker.held.empty()) worker.child.signal(SIGTERM);
  }
}

void Scheduler::kill_all() {
  // run.h5 keeps its word "running": the next sweep resumes such a run from its last snapshot.
  killed_ = true;
  for (Worker& worker : workers_) worker.child.kill();
  for (Worker& worker : workers_) {
    worker.child.wait();
    for (const Held& held : std::vector<Held>(worker.held)) {
      const Job& job = *held.job;
      if (!held.begun && job.slots > 0)
        queue_.put_last(job);
      else
        close(worker, job, {job.id, job.label, "killed", "stopped at once", held.last.step, SIGKILL, ""},
              Outcomes::Recorder::worker);
    }
  }
  workers_.clear();
}

void Scheduler::bury_the_dead() {
  for (auto worker = workers_.begin(); worker != workers_.end();) {
    const std::optional<Death> death = worker->child.ended();
    if (death) bury(*worker, *death);
    worker = death ? workers_.erase(worker) : std::next(worker);
  }
}

void Scheduler::bury(Worker& worker, const Death& death) {
  hear(worker);  // its last lines may have come after we last listened
  if (worker.state == Worker::State::starting) return died_at_start(worker, death);
  failed_starts_ = 0;
  const std::vector<Deceased> known = inquest(worker, death, stopping_.has_value(), lost_);
  const std::vector<Held> held = std::exchange(worker.held, {});
  bool lost = worker.lost.has_value();
  // Backwards, so that those who go back to the front of the queue keep their order.
  for (std::size_t i = held.size(); i-- > 0;) {
    lost = lost || known[i].lost;
    bury_run(worker, held[i], death, fate_of(known[i]));
  }
  if (lost) return note_replaced(worker, "with all that it had at work", death);
  if (!held.empty() || stopping_ || queue_.size() == 0) return;
  note_replaced(worker, "between two runs", death);
}

void Scheduler::bury_run(Worker& worker, const Held& held, const Death& death, Fate fate) {
  const Job& job = *held.job;
  const auto step = held.last.step;
  switch (fate) {
    case Fate::saved:
      return close(worker, job, {job.id, job.label, "interrupted", "stopped" + at_step(step), step, 0, ""},
                   Outcomes::Recorder::worker);
    case Fate::waits:
      if (held.left.empty())
        queue_.put_first(job);
      else
        queue_.put_first_alone(job, held.left);
      if (job.slots == 0) note_replaced(worker, "before run " + job.id + " began", death);
      return;
    case Fate::broken:
      return close(worker, job, worker.obituary(held, death), Outcomes::Recorder::scheduler);
    case Fate::alone:
      const std::string why = "its pack " + worker.obituary(held, death).text;
      queue_.put_first_alone(job, why);
      observer_.note("run " + job.id + " is trained alone: " + why);
  }
}

void Scheduler::note_replaced(const Worker& worker, const std::string& when, const Death& death) {
  observer_.note("worker " + std::to_string(worker.number) + " is replaced " + when + ": " +
                 worker.cause(death));
}

void Scheduler::died_at_start(const Worker& worker, const Death& death) {
  const std::string words = worker.output.tail(10);
  cannot_start(worker.cause(death) + (words.empty() ? "" : "; it says:\n" + words));
}

void Scheduler::cannot_start(const std::string& fault) {
  start_fault_ = fault;
  if (++failed_starts_ == kStartsInARow && (workers_.size() > 1 || busy() > 0))
    observer_.note("going on with fewer workers: one " + fault);
}

void Scheduler::dismiss() {
  for (Worker& worker : workers_) worker.child.close_requests();
  const auto until = Clock::now() + std::chrono::seconds(2);
  for (Worker& worker : workers_) {
    pollfd death{worker.child.death_fd(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (worker.state != Worker::State::starting) {
      ::poll(&death, 1, static_cast<int>(std::max<std::int64_t>(0, left)));
    }
  }
  workers_.clear();
}

}  // namespace

Summary run_all(const std::vector<Job>& jobs, const Settings& settings, Observer& observer,
                Interrupt& interrupt) {
  return Scheduler(jobs, settings, observer, interrupt).run();
}

}  // namespace monge::schedule

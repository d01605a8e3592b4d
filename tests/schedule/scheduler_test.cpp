#include "schedule/scheduler.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "record/run_file.h"
#include "scripted.h"

namespace scheduler_test {

using namespace monge;
using namespace monge::schedule;
using namespace monge::schedule::test;
using doctest::Contains;

namespace {

Summary run(const std::vector<Job>& jobs, const Settings& how, Memory& memory) {
  Interrupt interrupt;
  return run_all(jobs, how, memory, interrupt);
}

Json doing(const std::string& what) { return {{"do", what}}; }

// One run that goes wrong as `what` says, between two good ones.
struct Trouble {
  Scratch results;
  Memory memory;
  Summary summary;
  Outcome bad;
  record::RunSummary recorded;

  explicit Trouble(const Json& script, Settings how = settings()) {
    const std::vector<Job> jobs = {job(results, "a"), job(results, "b", script), job(results, "c")};
    summary = run(jobs, how, memory);
    bad = memory.ends.at(1);
    if (fs::exists(jobs[1].folder / "run.h5")) recorded = record::summary(jobs[1].folder / "run.h5");
    for (const Job& one : jobs) {
      for (const pid_t pid : pids(one)) CHECK_FALSE(exists(pid));
    }
    REQUIRE(memory.ends.size() == 3);
    CHECK(memory.ends[0].status == "done");
    CHECK(bad.id == "b");
    CHECK(memory.ends[2].status == "done");
    CHECK(summary.done == 2);
    CHECK(summary.broken == 1);
    CHECK(summary.exit() == Exit::failed);
  }
};

}  // namespace

TEST_CASE("scheduler: one worker trains all jobs in their order") {
  const Scratch results;
  Memory memory;
  std::vector<Job> jobs;
  for (const char* id : {"s0c0", "s0c1", "s0c2", "s1c0", "s1c1", "s1c2"}) jobs.push_back(job(results, id));
  const Summary summary = run(jobs, settings(), memory);
  CHECK(memory.starts == std::vector<std::string>{"s0c0", "s0c1", "s0c2", "s1c0", "s1c1", "s1c2"});
  CHECK(summary.done == 6);
  CHECK(summary.exit() == Exit::ok);
  std::set<pid_t> workers;
  for (const Job& one : jobs) workers.insert(pids(one).at(0));
  CHECK(workers.size() == 1);
  CHECK_FALSE(exists(*workers.begin()));
}

TEST_CASE("scheduler: every request gets what all have in common") {
  const Scratch results;
  Memory memory;
  Settings how = settings();
  how.common = {{"config", {{"script", {{"say", "in common\n"}}}}}};
  const std::vector<Job> jobs = {job(results, "a"), job(results, "b")};
  CHECK(run(jobs, how, memory).done == 2);
  for (const Job& one : jobs) CHECK(tail_of((one.folder / "log.txt").string(), 1) == "in common");
}

TEST_CASE("scheduler: nothing to do starts no worker") {
  Memory memory;
  Settings how = settings();
  how.worker = "/nowhere/runner-worker";
  CHECK(run({}, how, memory).exit() == Exit::ok);
}

TEST_CASE("scheduler: two workers share the jobs, each with its own core and one thread") {
  const Scratch results;
  Memory memory;
  // Neither run can end before both have begun: the first progress of both is awaited by an interrupt-free
  // signal.
  std::vector<Job> jobs = {job(results, "a", {{"do", "wait"}}), job(results, "b", {{"do", "wait"}})};
  Settings how = settings(2);
  how.cores = {4, 6};
  std::set<std::string> waiting;
  memory.on_progress = [&](const Job& one, const Progress& progress) {
    if (progress.step == 2) waiting.insert(one.id);
    if (waiting.size() < 2 || progress.step != 2) return;
    for (const Job& each : jobs) ::kill(pids(each).at(0), SIGTERM);
  };
  const Summary summary = run(jobs, how, memory);
  CHECK(summary.interrupted == 2);
  CHECK(waiting.size() == 2);
  std::set<std::string> cores;
  for (const Job& each : jobs) {
    const std::string log = read_file(each.folder / "log.txt");
    CHECK(without(log, "argument --threads\nargument 1\n") == "");
    for (const char* core : {"4", "6"}) {
      if (log.find(std::string("argument --core\nargument ") + core) != std::string::npos) cores.insert(core);
    }
  }
  CHECK(cores == std::set<std::string>{"4", "6"});
}

TEST_CASE("scheduler: a worker of several threads has as many cores") {
  const Scratch results;
  Memory memory;
  Settings how = settings();
  how.cores = {4, 6, 7, 9};
  how.threads = 3;
  const Job one = job(results, "a");
  run({one}, how, memory);
  const std::string log = read_file(one.folder / "log.txt");
  CHECK(without(log,
                "argument --threads\nargument 3\nargument --core\nargument 4\nargument --core\nargument 6\n"
                "argument --core\nargument 7\n") == "");
}

TEST_CASE("scheduler: a worker on a GPU is bound to no core") {
  const Scratch results;
  Memory memory;
  Settings how = settings();
  how.device = "cuda:1";
  how.cores = {0};
  const Job one = job(results, "a");
  run({one}, how, memory);
  const std::string log = read_file(one.folder / "log.txt");
  CHECK(without(log, "argument --device\nargument cuda:1\n") == "");
  CHECK(log.find("--core") == std::string::npos);
}

TEST_CASE("scheduler: progress carries losses, and a loss that is no number stays one") {
  const Scratch results;
  Memory memory;
  run({job(results, "a")}, settings(), memory);
  REQUIRE(memory.steps.size() == 3);
  CHECK(memory.steps[2].step == 3);
  CHECK(memory.steps[2].steps == 3);
  CHECK(std::isnan(memory.steps[2].critic_loss));
  CHECK(memory.steps[2].generator_loss == 0.5);
  CHECK(memory.steps[2].steps_per_second == 2.0);
}

TEST_CASE("scheduler: a diverged run is a result") {
  const Scratch results;
  Memory memory;
  const Summary summary =
      run({job(results, "a", {{"status", "diverged"}, {"text", "critic_loss is not finite"}})}, settings(),
          memory);
  CHECK(summary.diverged == 1);
  CHECK(summary.exit() == Exit::ok);
  CHECK(memory.ends[0].text == "critic_loss is not finite");
}

TEST_CASE("scheduler: a failed run brings the last lines of its log, and its worker goes on") {
  const Trouble trouble({{"status", "failed"}, {"text", "enforcer 'x' threw"}, {"say", "one\ntwo\n"}});
  CHECK(trouble.bad.status == "failed");
  CHECK(without(trouble.bad.log, "one\ntwo") == "");
  CHECK(trouble.memory.notes.empty());
}

TEST_CASE("scheduler: a crash costs its run only, and is recorded with signal and step") {
  const Trouble trouble({{"do", "segv"}, {"say", "last words\n"}});
  CHECK(trouble.bad.status == "crashed");
  CHECK(trouble.bad.signal == SIGSEGV);
  CHECK(trouble.bad.text == "crashed with SIGSEGV (segmentation fault) at step 2");
  CHECK(without(trouble.bad.log, "last words") == "");
  CHECK(trouble.recorded.status == "crashed");
  CHECK(trouble.recorded.status_text == trouble.bad.text);
  CHECK(trouble.recorded.step == 2);
  CHECK(trouble.recorded.id == "b");
}

TEST_CASE("scheduler: a worker that says where it crashed is believed") {
  const Trouble trouble(doing("crash"));
  CHECK(trouble.bad.text ==
        "crashed with SIGFPE (floating point exception) in enforcer/gradient_penalty at step 2");
}

TEST_CASE("scheduler: an end that cannot be recorded is a note, whatever was thrown") {
  const Scratch results;
  Memory memory;
  std::vector<Job> jobs = {job(results, "a", doing("segv")), job(results, "b")};
  jobs[0].request["run"]["cell_id"] = 7;  // no text: what reads it throws something of its own
  const Summary summary = run(jobs, settings(), memory);
  CHECK(summary.broken == 1);
  CHECK(summary.done == 1);
  REQUIRE(memory.notes.size() == 1);
  CHECK(without(memory.notes[0], "the end of run a is not recorded: ") == "");
}

TEST_CASE("scheduler: an exit in the middle of a run is a crash") {
  const Trouble trouble(doing("exit"));
  CHECK(trouble.recorded.status == "crashed");
  CHECK(trouble.bad.text == "exited with code 3 at step 2");
}

TEST_CASE("scheduler: a SIGKILL from outside is told as such") {
  const Trouble trouble(doing("kill"));
  CHECK(trouble.recorded.status == "killed");
  CHECK(trouble.bad.text == "killed by SIGKILL (out of memory?) at step 2");
}

TEST_CASE("scheduler: what a crashed worker leaves behind is ended with it") {
  const Scratch results;
  Memory memory;
  const Job one = job(results, "a", {{"do", "orphan"}});
  run({one}, settings(), memory);
  CHECK(memory.ends.at(0).status == "crashed");
  // Its own parent is init now, who reaps it when it likes: gone or a zombie is both well. On a busy machine
  // a killed process needs a while to die.
  const auto dead = [&] {
    const std::string stat = read_file("/proc/" + std::to_string(pids(one, "child").at(0)) + "/stat");
    return stat.empty() || stat.find(") Z ") != std::string::npos || stat.find(") X ") != std::string::npos;
  };
  for (int i = 0; i < 200 && !dead(); ++i) ::usleep(10'000);
  CHECK(dead());
}

TEST_CASE("scheduler: a line that is no event fails the run and names the culprit's way") {
  const Trouble trouble(doing("garbage"));
  CHECK(trouble.recorded.status == "failed");
  CHECK(trouble.bad.text ==
        "a plugin must not write to file descriptor 3, where its worker said no event but \"printf from a "
        "plugin\" at step 2");
}

TEST_CASE("scheduler: JSON nested 100,000 deep is no event") {
  const Trouble trouble(doing("nested"));
  CHECK(trouble.bad.status == "failed");
}

TEST_CASE("scheduler: a line without end is cut off") {
  const Trouble trouble(doing("flood"));
  CHECK(without(trouble.bad.text, "a line of more than 1 MiB") == "");
}

TEST_CASE("scheduler: half a line before a crash does not hide the crash") {
  const Trouble trouble(doing("partial"));
  CHECK(trouble.bad.text == "crashed with SIGSEGV (segmentation fault) at step 2");
}

TEST_CASE("scheduler: an event about another run fails the run") {
  const Trouble trouble(doing("wrong_id"));
  CHECK(trouble.bad.status == "failed");
}

Job in_pack(Job job, std::size_t slots, const std::string& shape = "s") {
  job.slots = slots;
  job.shape = shape;
  return job;
}

TEST_CASE("scheduler: runs of one shape are given together, each worker its share") {
  const Scratch results;
  Memory memory;
  std::vector<Job> jobs;
  for (const std::string id : {"a", "b", "c", "d", "e"})
    jobs.push_back(in_pack(job(results, id), 2, id == "c" ? "other" : "s"));
  const Summary summary = run(jobs, settings(), memory);
  CHECK(summary.done == 5);
  CHECK(memory.starts == std::vector<std::string>{"a", "b", "d", "e", "c"});
  CHECK(pids(jobs[0]) == pids(jobs[4]));
}

TEST_CASE("scheduler: a pack that dies costs nobody's run: each is trained alone") {
  const Scratch results;
  Memory memory;
  const std::vector<Job> jobs{in_pack(job(results, "a"), 2), in_pack(job(results, "b", doing("segv")), 2),
                              in_pack(job(results, "c"), 2), in_pack(job(results, "d"), 2)};
  const Summary summary = run(jobs, settings(), memory);
  CHECK(summary.done == 3);  // a, before its neighbour's death; c and d, which had not begun, in a new pack
  CHECK(summary.broken == 1);
  CHECK(record::summary(jobs[1].folder / "run.h5").status_text ==
        "crashed with SIGSEGV (segmentation fault) at step 2");
  for (const std::string id : {"c", "d"})
    CHECK(std::count(memory.starts.begin(), memory.starts.end(), id) == 1);
}

TEST_CASE("scheduler: of two runs at work in a pack that dies, only the culprit breaks") {
  const Scratch results;
  Memory memory;
  const std::vector<Job> jobs{in_pack(job(results, "a", doing("segv")), 2), in_pack(job(results, "b"), 2)};
  const Summary summary = run(jobs, settings(), memory);
  CHECK(summary.done == 1);
  CHECK(summary.broken == 1);
  CHECK(memory.starts == std::vector<std::string>{"a", "b", "a", "b"});
  REQUIRE(memory.notes.size() == 2);
  CHECK(memory.notes[1] ==
        "run a is trained alone: its pack crashed with SIGSEGV (segmentation fault) at step 2");
}

TEST_CASE("scheduler: runs that a GPU was lost with go on with another worker, still in their pack") {
  const Scratch results;
  Memory memory;
  const std::vector<Job> jobs{in_pack(job(results, "a", doing("lost_once")), 2),
                              in_pack(job(results, "b"), 2)};
  const Summary summary = run(jobs, settings(), memory);
  CHECK(summary.done == 2);
  CHECK(memory.starts == std::vector<std::string>{"a", "b", "a", "b"});
  CHECK(memory.notes ==
        std::vector<std::string>{"worker 0 is replaced with all that it had at work: its GPU is "
                                 "lost: CUDA error: unspecified launch failure"});
}

TEST_CASE("scheduler: a run that a GPU is lost with again and again is trained alone, and ends there") {
  const Scratch results;
  Memory memory;
  const std::vector<Job> jobs{in_pack(job(results, "a", doing("lost")), 2), in_pack(job(results, "b"), 2)};
  const Summary summary = run(jobs, settings(), memory);
  CHECK(summary.done == 1);
  CHECK(summary.broken == 1);
  CHECK(memory.starts == std::vector<std::string>{"a", "b", "a", "b", "a", "b"});
  CHECK(record::summary(jobs[0].folder / "run.h5").status_text ==
        "its GPU is lost: CUDA error: unspecified launch failure at step 2");
}

TEST_CASE("scheduler: a run whose folder cannot be made is the only one that fails") {
  const Scratch results;
  Memory memory;
  const std::vector<Job> jobs = {job(results, "a"), job(results, "b"), job(results, "c")};
  write_file(jobs[1].folder, "in its place");
  const Summary summary = run(jobs, settings(), memory);
  CHECK(summary.done == 2);
  CHECK(summary.broken == 1);
  CHECK(without(memory.ends.at(1).text, jobs[1].folder.string() + ": cannot be made: ") == "");
  CHECK(without(memory.ends.at(1).text, "move away what lies there") == "");
  CHECK(read_file(jobs[1].folder) == "in its place");
}

TEST_CASE("scheduler: where no more workers can be started, those at work go on") {
  const Scratch results;
  Memory memory;
  Settings how = settings(2);
  fs::create_symlink(how.worker, results / "worker");
  how.worker = results / "worker";
  memory.on_progress = [&](const Job&, const Progress&) { fs::remove(results / "worker"); };
  const std::vector<Job> jobs = {job(results, "a"), job(results, "b", doing("segv")), job(results, "c")};
  const Summary summary = run(jobs, how, memory);
  CHECK(summary.done == 2);
  CHECK(summary.broken == 1);
}

TEST_CASE("scheduler: several GPUs have a worker each, and share the runs out") {
  Settings how = settings(2);
  how.device = "cuda:0";
  how.gpus = {"cuda:0", "cuda:1"};
  const Scratch results;
  Memory memory;
  const std::vector<Job> jobs = {
      in_pack(job(results, "a", {{"meets", "c"}}), 2), in_pack(job(results, "b"), 2),
      in_pack(job(results, "c", {{"meets", "a"}}), 2), in_pack(job(results, "d"), 2)};
  CHECK(run(jobs, how, memory).done == 4);
  std::map<std::string, int> runs;
  for (const Job& one : jobs) {
    const std::string log = read_file(one.folder / "log.txt");
    for (const std::string& gpu : how.gpus)
      if (log.find("argument " + gpu + "\n") != std::string::npos) ++runs[gpu];
  }
  CHECK(runs == std::map<std::string, int>{{"cuda:0", 2}, {"cuda:1", 2}});
}

TEST_CASE("scheduler: a run of a pack over its time is the only one that ends") {
  Settings how = settings();
  how.timeout_seconds = 1.5;
  const Scratch results;
  Memory memory;
  const std::vector<Job> jobs{in_pack(job(results, "a", doing("hang")), 1), in_pack(job(results, "b"), 1)};
  const Summary summary = run(jobs, how, memory);
  CHECK(summary.done == 1);
  CHECK(memory.ends[0].text == "timeout after 1.5 s (resources.timeout) at step 2");
}

TEST_CASE("scheduler: runs that wait for a place in a pack do not grow old, the last one neither") {
  Settings how = settings();
  how.timeout_seconds = 1.4;
  const Scratch results;
  Memory memory;
  std::vector<Job> jobs;
  for (const std::string id : {"a", "b", "c"}) jobs.push_back(in_pack(job(results, id, doing("sleep")), 1));
  CHECK(run(jobs, how, memory).done == 3);
}

TEST_CASE("scheduler: runs that a failed pack leaves to be trained alone have each its time") {
  Settings how = settings();
  how.timeout_seconds = 1.4;
  const Scratch results;
  Memory memory;
  Json first = doing("sleep"), then = doing("sleep");
  first["leave"] = {"a", "b"};
  first["alone"] = then["alone"] = true;
  const std::vector<Job> jobs{in_pack(job(results, "a", first), 2), in_pack(job(results, "b", then), 2)};
  CHECK(run(jobs, how, memory).done == 2);
  CHECK(memory.starts == std::vector<std::string>{"a", "b", "a", "b"});
}

TEST_CASE("scheduler: a run that has left its pack breaks alone, and who waits is still trained alone") {
  const Scratch results;
  Memory memory;
  Json first = doing("segv");
  first["leave"] = {"a", "b"};
  first["alone"] = true;
  const std::vector<Job> jobs{in_pack(job(results, "a", first), 2), in_pack(job(results, "b"), 2)};
  const Summary summary = run(jobs, settings(), memory);
  CHECK(summary.done == 1);
  CHECK(summary.broken == 1);
  CHECK(memory.starts == std::vector<std::string>{"a", "b", "a", "b"});
  CHECK(read_file(jobs[1].folder / "log.txt").find("pid") != std::string::npos);
}

TEST_CASE("scheduler: a pack whose worker is killed by somebody goes on with another, once") {
  const Scratch results;
  Memory memory;
  std::vector<Job> jobs{in_pack(job(results, "a", doing("kill_once")), 2), in_pack(job(results, "b"), 2)};
  CHECK(run(jobs, settings(), memory).done == 2);
  CHECK(memory.starts == std::vector<std::string>{"a", "b", "a", "b"});
  REQUIRE(memory.notes.size() == 1);
  CHECK(without(memory.notes[0], "worker 0 is replaced with all that it had at work: killed by SIGKILL") ==
        "");
  Memory again;
  jobs = {in_pack(job(results, "c", doing("kill")), 2), in_pack(job(results, "d"), 2)};
  const Summary summary = run(jobs, settings(), again);
  CHECK(summary.done == 1);
  CHECK(summary.broken == 1);
  CHECK(again.starts == std::vector<std::string>{"c", "d", "c", "d", "c", "d"});
}

TEST_CASE("scheduler: an interrupt leaves runs that wait for a place in a pack as they were") {
  const Scratch results;
  Memory memory;
  Interrupt interrupt;
  memory.on_progress = [&](const Job&, const Progress& progress) {
    if (progress.step == 2) interrupt.raise();
  };
  const std::vector<Job> jobs{in_pack(job(results, "a", doing("wait")), 1), in_pack(job(results, "b"), 1)};
  const Summary summary = run_all(jobs, settings(), memory, interrupt);
  CHECK(summary.interrupted == 1);
  CHECK(summary.unstarted == 1);
}

TEST_CASE("scheduler: a run over its time is stopped and recorded as timeout") {
  Settings how = settings();
  how.timeout_seconds = 1.5;
  const Trouble trouble(doing("hang"), how);
  CHECK(trouble.recorded.status == "timeout");
  CHECK(trouble.bad.text == "timeout after 1.5 s (resources.timeout) at step 2");
  CHECK(trouble.memory.ticks > 0);
}

TEST_CASE("scheduler: a silent worker is given up") {
  Settings how = settings();
  how.stall_seconds = 1;
  const Trouble trouble(doing("hang"), how);
  CHECK(trouble.recorded.status == "timeout");
  CHECK(trouble.bad.text == "hung: silent for 1 s at step 2");
  CHECK(Trouble(doing("hang_in"), how).bad.text == "hung: silent for 1 s in loss/mine at step 2");
  CHECK(Trouble(doing("hang_stubbornly"), how).bad.text == "hung: silent for 1 s at step 2");
}

TEST_CASE("scheduler: a worker that a run has spoilt is not held against the next run") {
  const Scratch results;
  Memory memory;
  Settings how = settings();
  how.stall_seconds = 1;
  const Summary summary =
      run({job(results, "a", {{"do", "done_then_hang"}}), job(results, "b")}, how, memory);
  CHECK(summary.done == 2);
  REQUIRE(memory.notes.size() == 1);
  CHECK(without(memory.notes[0], "worker 0 is replaced before run b began: hung: silent for 1 s") == "");
}

TEST_CASE("scheduler: a closed event stream is not waited for") {
  const Trouble trouble(doing("close"));
  CHECK(trouble.bad.text == "its worker closed file descriptor 3 at step 2");
}

TEST_CASE("scheduler: workers that die at start end the sweep with their own words") {
  const Scratch results;
  Memory memory;
  Settings how = settings(2);
  how.device = "die";
  const std::vector<Job> jobs = {job(results, "a"), job(results, "b"), job(results, "c")};
  CHECK_THROWS_WITH_AS(
      run(jobs, how, memory),
      Contains("no worker can be started: exited with code 127 (a library that it needs is gone? "
               "./setup.sh brings LibTorch back, LD_LIBRARY_PATH names another folder); it says:\n"
               "libtorch_cpu.so: cannot open shared object file"),
      Error);
  CHECK_FALSE(fs::exists(jobs[0].folder));
}

TEST_CASE("scheduler: a worker that never gets ready ends the sweep") {
  const Scratch results;
  Memory memory;
  Settings how = settings();
  how.device = "mute";
  how.start_seconds = 0.1;
  CHECK_THROWS_WITH_AS(run({job(results, "a")}, how, memory), Contains("was not ready after 0.1 s"), Error);
}

TEST_CASE("scheduler: a worker that is no program is one sentence") {
  const Scratch results;
  Memory memory;
  Settings how = settings();
  how.worker = "/nowhere/runner-worker";
  CHECK_THROWS_WITH_AS(run({job(results, "a")}, how, memory),
                       "/nowhere/runner-worker: cannot be started: No such file or directory", Error);
}

TEST_CASE("scheduler: an interrupt saves the runs at work and starts no other") {
  const Scratch results;
  Memory memory;
  Interrupt interrupt;
  const std::vector<Job> jobs = {job(results, "a", {{"do", "wait"}}), job(results, "b")};
  memory.on_progress = [&](const Job&, const Progress& progress) {
    if (progress.step == 2) interrupt.raise();
  };
  bool saved = false;
  memory.on_snapshot = [&](const Job& one) { saved = one.id == "a"; };
  const Summary summary = run_all(jobs, settings(), memory, interrupt);
  CHECK(memory.stops == 1);
  CHECK(saved);
  CHECK(summary.interrupted == 1);
  CHECK(summary.unstarted == 1);
  CHECK(summary.exit() == Exit::interrupted);
  CHECK(memory.starts == std::vector<std::string>{"a"});
  CHECK_FALSE(exists(pids(jobs[0]).at(0)));
}

TEST_CASE("scheduler: an interrupt before the first run starts none") {
  const Scratch results;
  Memory memory;
  Interrupt interrupt;
  interrupt.raise();
  const Summary summary = run_all({job(results, "a")}, settings(), memory, interrupt);
  CHECK(summary.unstarted == 1);
  CHECK(summary.exit() == Exit::interrupted);
}

TEST_CASE("scheduler: a worker that ignores an interrupt is killed after a while") {
  const Scratch results;
  Memory memory;
  Interrupt interrupt;
  Settings how = settings();
  how.stop_seconds = 1;
  memory.on_snapshot = [&](const Job&) { interrupt.raise(); };
  const Job one = job(results, "a", {{"do", "deaf"}});
  const Summary summary = run_all({one}, how, memory, interrupt);
  CHECK(memory.ends.at(0).status == "killed");
  CHECK(memory.ends.at(0).text == "did not stop within 1 s of the interrupt at step 2");
  CHECK(record::summary(one.folder / "run.h5").status == "killed");
  CHECK(summary.exit() == Exit::failed);
  CHECK_FALSE(exists(pids(one).at(0)));
}

TEST_CASE("scheduler: a second interrupt kills at once") {
  const Scratch results;
  Memory memory;
  Interrupt interrupt;
  memory.on_snapshot = [&](const Job&) {
    interrupt.raise();
    interrupt.raise();
  };
  const Job one = job(results, "a", {{"do", "deaf"}});
  const Summary summary = run_all({one, job(results, "b")}, settings(), memory, interrupt);
  CHECK(summary.killed);
  CHECK(summary.exit() == Exit::killed);
  CHECK_FALSE(exists(pids(one).at(0)));
}

TEST_CASE("scheduler: an observer's exception leaves no worker behind") {
  const Scratch results;
  Memory memory;
  memory.on_progress = [](const Job&, const Progress&) { throw std::runtime_error("terminal closed"); };
  const Job one = job(results, "a", {{"do", "hang"}});
  CHECK_THROWS_WITH(run({one}, settings(), memory), "terminal closed");
  CHECK_FALSE(exists(pids(one).at(0)));
}

}  // namespace scheduler_test

// Whole sweeps by the real runner with the real worker and plugins.
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/runner.h"
#include "schedule/results_lock.h"

namespace sweep_test {

using namespace monge::cli::test;
using Json = nlohmann::json;

namespace {

const std::string kSmall = R"(# Which enforcer is better?
[experiment]
name = "small"
seeds = 2
[train]
generator_steps = 4
batch_size = 8
critic_steps = 1
latent = 2
[evaluate]
every = 2
samples = 64
[dataset]
plugin = "ring"
[architecture]
plugin = "mlp"
width = 8
depth = 1
[loss]
plugin = "wasserstein"
[grid]
enforcer = ["clip", "none"]
)";

struct Small : Scratch {
  Small() { write_file(*this / "small.toml", kSmall); }
  Ended sweep(const std::string& flags = "") const {
    return runner(path(), words_of("sweep small.toml " + flags));
  }
};

std::vector<Json> events(const std::string& out) {
  std::istringstream lines(out);
  std::vector<Json> all;
  for (std::string line; std::getline(lines, line);) all.push_back(Json::parse(line));
  return all;
}

// Waits for a condition, never for a time; gives up after a minute.
template <class Condition>
bool comes_true(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace

TEST_CASE("sweep: plain lines while it works, the table and the next command at the end") {
  const Small folder;
  const Ended ended = folder.sweep();
  CHECK(ended.code == 0);
  CHECK(without(ended.err, "small: 2 cells, 4 runs; 4 runs to do on ") == "");
  CHECK(without(ended.err, "started   enforcer=clip, seed 1\n") == "");
  CHECK(without(ended.err, "ended     enforcer=none, seed 2: done, 4 steps") == "");
  CHECK(ended.err.find('\x1b') == std::string::npos);
  CHECK(without(ended.out, "sliced_wasserstein") == "");
  CHECK(without(ended.out, "results/small/sweep.h5: 4 runs: 4 done; ") == "");
  CHECK(ended.out.ends_with("\nnext:  runner compare results/small\n"));

  const Ended again = folder.sweep("--plan");
  CHECK(again.code == 0);
  CHECK(without(again.out, "nothing is left to do") == "");
  const Ended twice = folder.sweep();
  CHECK(twice.code == 0);
  CHECK(twice.err == "small: 2 cells, 4 runs, 4 of them kept; nothing is left to do\n");
  CHECK(twice.out.find("not in sweep.h5") == std::string::npos);
  CHECK(without(folder.sweep("--seeds 1 --only 'enforcer.plugin == \"none\"'").out,
                "3 more runs lie there, of other settings or not asked for; they are kept, but not in "
                "sweep.h5: the sweep that made them, given again, writes one with them\nnext:  ") == "");
}

TEST_CASE("sweep: a [[stop]] rule ends a run as diverged at the step of the row that it reads, for good") {
  const Small folder;
  write_file(folder / "small.toml", kSmall + R"(
[[stop]]
if = 'sliced_wasserstein > 0'
why = "worse than nothing"
)");
  const Ended ended = folder.sweep("--seeds 1");
  CHECK(ended.code == 0);
  CHECK(without(ended.err, "diverged") == "");
  CHECK(without(ended.err, "worse than nothing (sliced_wasserstein > 0)") == "");
  CHECK(without(ended.err, "step 2") == "");
  CHECK(without(ended.out, "2 runs: 2 diverged") == "");
  CHECK(without(folder.sweep("--seeds 1").err, "nothing is left to do") == "");

  write_file(folder / "small.toml", kSmall +
                                        "[record]\nevery = 3\n[[stop]]\nif = 'samples_seen >= 24'\n"
                                        "why = 'enough seen'\n");
  const Ended trained = folder.sweep("--seeds 1 --results b");
  CHECK(without(trained.err, "enough seen (samples_seen >= 24)") == "");
  CHECK(without(trained.err, "step 3") == "");
}

TEST_CASE("sweep: a [[stop]] rule that never holds leaves the results as they are") {
  const Small folder;
  REQUIRE(folder.sweep("--seeds 1 --results a").code == 0);
  write_file(folder / "small.toml", kSmall +
                                        "[[stop]]\nif = 'sliced_wasserstein > 1e9 or not (sliced_wasserstein "
                                        "< 1e9)'\nwhy = 'x'\n");
  const Ended ended = folder.sweep("--seeds 1 --results b");
  CHECK(ended.code == 0);
  CHECK(without(ended.out, "2 runs: 2 done") == "");
}

TEST_CASE("sweep: --redo trains again what has ended") {
  const Small folder;
  REQUIRE(folder.sweep("--seeds 1").code == 0);
  const Ended plan = folder.sweep("--seeds 1 --redo all --plan");
  CHECK(without(plan.out, "2  start   --redo all") == "");
  CHECK(without(folder.sweep("--seeds 1 --redo failed --plan").out, "nothing is left to do") == "");
  CHECK(without(folder.sweep("--seeds 1 --redo stale --plan").out, "nothing is left to do") == "");
  const Ended again = folder.sweep("--seeds 1 --redo all");
  CHECK(again.code == 0);
  CHECK(without(again.err, "started   enforcer=clip, seed 1\n") == "");
  CHECK(without(again.out, "2 runs: 2 done") == "");
}

TEST_CASE("sweep: --json is one event a line and nothing else") {
  const Small folder;
  const Ended ended = folder.sweep("--json --seeds 1");
  CHECK(ended.code == 0);
  CHECK(ended.err.empty());
  const std::vector<Json> all = events(ended.out);
  REQUIRE(all.size() >= 6);
  CHECK(all.front().at("event") == "plan");
  CHECK(all.front().at("runs").size() == 2);
  CHECK(all.back().at("event") == "summary");
  CHECK(all.back().at("done") == 2);
  CHECK(all.back().at("exit") == 0);
  int started = 0, done = 0;
  for (const Json& event : all) {
    started += event.at("event") == "started" ? 1 : 0;
    done += event.at("event") == "ended" && event.at("status") == "done" ? 1 : 0;
  }
  CHECK(started == 2);
  CHECK(done == 2);
}

TEST_CASE("sweep: --quiet says the table only") {
  const Small folder;
  const Ended ended = folder.sweep("--quiet --seeds 1");
  CHECK(ended.code == 0);
  CHECK(ended.err.empty());
  CHECK(without(ended.out, "sliced_wasserstein") == "");
}

TEST_CASE("compare: equal results are equal, whatever the number of workers; other seeds are not") {
  const Small folder;
  REQUIRE(folder.sweep("--results a --jobs 1").code == 0);
  REQUIRE(folder.sweep("--results b --jobs 2").code == 0);
  const Ended equal = runner(folder.path(), {"compare", "--equal", "a/small", "b/small"});
  CHECK(equal.code == 0);
  CHECK(without(equal.out, "equal: 4 runs, ") == "");
  CHECK(equal.out.ends_with(" arrays\n"));
  for (const auto& run : fs::directory_iterator(folder / "b/small/runs")) fs::remove(run.path() / "state.h5");
  const Ended weightless = runner(folder.path(), {"compare", "--equal", "a/small", "b/small"});
  CHECK(weightless.code == 0);
  CHECK(without(weightless.out,
                " arrays\nnot compared: the networks (state.h5) of 4 runs, which not both folders have: ") ==
        "");
  REQUIRE(folder.sweep("--results c --seeds 1").code == 0);
  const Ended differs = runner(folder.path(), {"compare", "--equal", "a/small", "c/small"});
  CHECK(differs.code == 1);
  CHECK_FALSE(differs.out.empty());
}

TEST_CASE("sweep: runs of another number of threads are stale, and say so") {
  const Small folder;
  REQUIRE(folder.sweep("--seeds 1 --threads 2").code == 0);
  CHECK(without(folder.sweep("--seeds 1 --threads 2 --plan").out, "nothing is left to do") == "");
  CHECK(without(folder.sweep("--seeds 1 --plan").out, "threads") == "");
  const Ended refused = folder.sweep("--threads all");
  CHECK(refused.code == 2);
  CHECK(without(refused.err, "--threads must be a whole number from 1 to 1024 or auto, got 'all'") == "");
}

TEST_CASE("collect: makes sweep.h5 again; compare prints it as table, JSON and CSV") {
  const Small folder;
  REQUIRE(folder.sweep("--seeds 1").code == 0);
  const Ended before = runner(folder.path(), {"compare", "results/small"});
  REQUIRE(fs::remove(folder / "results/small/sweep.h5"));
  const Ended collected = runner(folder.path(), {"collect", "results/small"});
  CHECK(collected.code == 0);
  CHECK(collected.out == "results/small/sweep.h5: 2 runs\n");
  CHECK(collected.err.empty());
  const Ended after = runner(folder.path(), {"compare", "results/small"});
  CHECK(after.code == 0);
  CHECK(after.out == before.out);
  CHECK(runner(folder.path(), {"compare", "results/small/sweep.h5"}).out == before.out);
  CHECK(Json::parse(runner(folder.path(), {"compare", "results/small", "--json"}).out).is_object());
  const Ended csv = runner(folder.path(), {"compare", "results/small", "--csv"});
  CHECK(csv.out.starts_with("cell,"));

  REQUIRE(folder.sweep("--seeds 2").code == 0);
  REQUIRE(folder.sweep("--seeds 1").code == 0);
  const Ended fewer = runner(folder.path(), {"collect", "results/small"});
  CHECK(fewer.out == "results/small/sweep.h5: 2 runs\n");
  CHECK(without(fewer.err,
                "2 more runs lie there, of other settings or not asked for; they are kept, but not "
                "in sweep.h5: the sweep that made them, given again, writes one with them") == "");
}

TEST_CASE("collect: without sweep.toml it says what that is for and where it comes from") {
  const Small folder;
  write_file(folder / "results/small/sweep.h5", "");
  const Ended collected = runner(folder.path(), {"collect", "results/small"});
  CHECK(collected.code == 7);
  CHECK(collected.err ==
        "results/small/sweep.toml: is not there, which says what runs the sweep has; copy it from where they "
        "were "
        "trained, or give their `runner sweep` command again\n");
}

TEST_CASE("collect: a run whose file is gone or damaged is named") {
  const Small folder;
  REQUIRE(folder.sweep("--seeds 1").code == 0);
  std::vector<fs::path> runs;
  for (const auto& entry : fs::directory_iterator(folder / "results/small/runs"))
    runs.push_back(entry.path());
  REQUIRE(runs.size() == 2);
  fs::remove(runs[0] / "run.h5");
  std::fstream(runs[1] / "run.h5", std::ios::in | std::ios::out | std::ios::binary).seekp(2000) << "damage";
  const Ended collected = runner(folder.path(), {"collect", "results/small"});
  CHECK(collected.code == 0);
  CHECK(collected.out == "results/small/sweep.h5: 2 runs, 2 of them missing\n");
  for (const fs::path& run : runs)
    CHECK(collected.err.find(", seed 1 (" + run.filename().string() + ")") != std::string::npos);
  CHECK(collected.err.find("it is damaged: its checksum is not that of its bytes") != std::string::npos);
  CHECK(folder.sweep("--seeds 1").code == 0);
  CHECK(runner(folder.path(), {"collect", "results/small"}).out == "results/small/sweep.h5: 2 runs\n");
}

TEST_CASE("sweep: a folder in use is exit code 5, and says who uses it") {
  const Small folder;
  const monge::schedule::ResultsLock lock(folder / "results/small");
  const Ended ended = folder.sweep();
  CHECK(ended.code == 5);
  CHECK(without(ended.err, "in use by pid " + std::to_string(::getpid())) == "");
  const Ended plan = folder.sweep("--plan");
  CHECK(plan.code == 0);
  CHECK(plan.err.find("in use by pid " + std::to_string(::getpid())) != std::string::npos);
  CHECK(plan.err.find("its runs at work are listed as still to be done") != std::string::npos);
}

TEST_CASE("sweep: a plugin's file that hides another is told, where the experiment uses it") {
  const Small folder;
  fs::create_directories(folder / "mine/enforcer");
  for (const std::string name : {"clip", "orthonormal"})
    fs::copy_file(fs::path(MONGE_BINARY_DIR) / "plugins/enforcer" / (name + ".so"),
                  folder / "mine/enforcer" / (name + ".so"));
  const Ended plan = folder.sweep("--plan --plugins mine");
  CHECK(plan.code == 0);
  const std::string built = (fs::canonical(MONGE_BINARY_DIR) / "plugins/enforcer/clip.so").string();
  CHECK(plan.err == "small.toml:22:1: enforcer/clip is " +
                        (fs::canonical(folder.path()) / "mine/enforcer/clip.so").string() + ", which hides " +
                        built + "\n");
  CHECK(folder.sweep("--plan").err.empty());
}

TEST_CASE("sweep: a plugin that crashes in a step costs its run, and the end says where") {
  const Small folder;
  const std::string bad = (fs::path(MONGE_BINARY_DIR) / "bad_plugins").string();
  const Ended ended =
      folder.sweep("--seeds 1 --set train.generator_steps=40 --plugins " + bad +
                   " --axis loss=wasserstein,crashes_in_step --only 'enforcer.plugin == \"none\"'");
  CHECK(ended.code == 1);
  CHECK(without(ended.out, "1 done, 1 broken") == "");
  CHECK(without(ended.out, "crashes_in_step") == "");
  CHECK(without(ended.out, "SIGSEGV") == "");
  CHECK(ended.out.find("log.txt") == std::string::npos);  // it has said nothing there
  CHECK(without(ended.out, "try the broken runs again:  runner sweep small.toml --seeds 1 --set ") == "");
}

TEST_CASE("sweep: a run that is out of time ends as timeout, and the end says what gives it more") {
  const Small folder;
  const Ended ended = folder.sweep(
      "--seeds 1 --only 'enforcer.plugin == \"none\"' --set train.generator_steps=1000000 --set "
      "evaluate.every=1000000 --set resources.timeout=1");
  CHECK(ended.code == 1);
  CHECK(without(ended.out, "timeout after 1 s (resources.timeout) at step ") == "");
  CHECK(without(ended.out, "or else begins again: resources.timeout gives it more\ntry the broken") == "");
}

TEST_CASE("sweep: Ctrl-C saves and ends with 75, the same command goes on") {
  const Small folder;
  const std::string line =
      "sweep small.toml --seeds 1 --jobs 1 --only 'enforcer.plugin == \"none\"' --set evaluate.every=100000 ";
  Started first(folder.path(), runner_program(), words_of(line + "--set train.generator_steps=100000"));
  REQUIRE(comes_true([&] { return read_file(first.err()).find("started") != std::string::npos; }));
  ::kill(first.pid(), SIGINT);
  const Ended stopped = first.wait();
  CHECK(stopped.code == 75);
  CHECK(without(stopped.err, "Ctrl-C again stops at once") == "");
  CHECK(without(stopped.out, "go on with:  runner sweep small.toml") == "");
  const Ended plan = runner(folder.path(), words_of(line + "--set train.generator_steps=100000 --plan"));
  CHECK(without(plan.out, "resume  interrupted at step ") == "");
}

// As timeout(1) sends them, to its child and to the child's group. A second Ctrl-C: faults/resume_test.
TEST_CASE("sweep: two signals at once are one wish, and save") {
  const Small folder;
  Started first(folder.path(), runner_program(),
                words_of("sweep small.toml --jobs 1 --set train.generator_steps=1000000"));
  REQUIRE(comes_true([&] { return read_file(first.err()).find("started") != std::string::npos; }));
  ::kill(first.pid(), SIGSTOP);
  ::kill(first.pid(), SIGINT);
  ::kill(first.pid(), SIGTERM);
  ::kill(first.pid(), SIGCONT);
  CHECK(first.wait().code == 75);
}

TEST_CASE("plugin list and show: built-in, hidden and broken plugins") {
  const Ended list = runner({"plugin", "list"});
  CHECK(list.code == 0);
  CHECK(without(list.out, "loss/wasserstein") == "");
  const Scratch folder;
  write_file(folder / "mine/loss/mine.so", "no library");
  fs::create_directories(folder / "mine/enforcer");
  fs::copy_file(fs::path(MONGE_BINARY_DIR) / "plugins/enforcer/clip.so", folder / "mine/enforcer/clip.so");
  const Ended mine = runner(folder.path(), {"plugin", "list", "--plugins", "mine"});
  CHECK(mine.code == 0);
  CHECK(without(mine.out, "cannot be used:\n  loss/mine: ") == "");
  CHECK(without(mine.out, "hidden by a file of an earlier folder:\n  enforcer/clip: ") == "");
  const Ended broken = runner(folder.path(), {"plugin", "show", "loss/mine", "--plugins", "mine"});
  CHECK(broken.code == 4);
  const Ended clip = runner(folder.path(), {"plugin", "show", "enforcer/clip", "--plugins", "mine"});
  CHECK(clip.code == 0);
  CHECK(without(clip.out, "bound") == "");
  CHECK(without(clip.out, (fs::canonical(folder.path()) / "mine/enforcer/clip.so").string()) == "");
}

TEST_CASE("version: names what computes, as text and as JSON") {
  const Ended text = runner({"version"});
  CHECK(text.code == 0);
  CHECK(runner({"--version"}).out == text.out);
  CHECK(text.out.starts_with("Monge "));
  CHECK(without(text.out, "libtorch: ") == "");
  CHECK(without(text.out, "devices: cpu") == "");
  const Json json = Json::parse(runner({"version", "--json"}).out);
  CHECK(json.at("hdf5").is_string());
  CHECK(json.at("worker").at("devices").is_array());
}

}  // namespace sweep_test

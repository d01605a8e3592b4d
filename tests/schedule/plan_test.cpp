#include "schedule/plan.h"

#include <doctest/doctest.h>

#include "record/access.h"
#include "record/group_file.h"
#include "record/run_file.h"
#include "schedule/estimate.h"
#include "scripted.h"

namespace plan_test {

using namespace monge;
using namespace monge::schedule;
using namespace monge::schedule::test;

namespace {

const Json code = {{"worker", "w1"},
                   {"libtorch", "2.11.0"},
                   {"strategy", "split"},
                   {"plugins", {{"loss/mine", "p1"}, {"loss/bce", "p2"}}}};

Json other_loss() {
  Json changed = code;
  changed["plugins"]["loss/mine"] = "p9";
  return changed;
}

// Two cells, two seeds; 100 generator steps.
struct Sweep {
  Scratch results;
  sweep::Experiment experiment;
  std::vector<CellFacts> facts;
  PlanSettings settings;

  Sweep() {
    experiment.name = "two_losses";
    experiment.seeds = {0, 1};
    for (const std::string loss : {"bce", "mine"}) {
      sweep::Cell cell;
      cell.index = experiment.cells.size();
      cell.id = "c" + std::to_string(cell.index);
      cell.label = "loss=" + loss;
      cell.config = {
          {"train", {{"generator_steps", 100}}}, {"record", {{"every", 10}}}, {"loss", {{"plugin", loss}}}};
      experiment.cells.push_back(cell);
      CellFacts fact;
      fact.sample = {1, 28, 28};
      fact.generator = {1'234'567, 2.5e6};
      fact.critic = {54'321, 1.25e6};
      fact.step_flops = 2e9 * static_cast<double>(facts.size() + 1);
      fact.state_bytes = 4'000'000;
      fact.strategy = {0, "faster so", "split", "packed", "s"};
      fact.fingerprint = code;
      facts.push_back(fact);
    }
  }

  fs::path folder(std::size_t run) const {
    return results.path() / "runs" / sweep::runs(experiment).at(run).id;
  }

  // As a worker would leave it.
  void leave(std::size_t run, const std::string& status, std::int64_t step, bool snapshot = true,
             const Json& fingerprint = code, double seconds = 0) const {
    record::MarkedStatus mark;
    mark.status = status;
    mark.step = step;
    mark.id = sweep::runs(experiment).at(run).id;
    mark.text = status == "crashed" ? "crashed with SIGSEGV (segmentation fault) at step 7" : "";
    mark.config = "{}";
    record::Group group = record::empty_run(mark);
    for (record::Variable& variable : group.variables) {
      if (variable.name == "fingerprint") variable.values = std::vector<std::string>{fingerprint.dump()};
    }
    if (seconds > 0) {
      record::Group& train = group.groups.front();
      train.dimensions.front().length = 1;
      train.variables = {{"seconds", {"step"}, std::vector<double>{seconds}, {}}};
    }
    fs::create_directories(folder(run));
    record::seal(folder(run) / "run.h5", group, record::Compression::gzip);
    if (snapshot) record::seal(folder(run) / "state.h5", record::Group(), record::Compression::none);
  }

  Work plan() const { return plan_work(experiment, facts, results.path(), settings); }
  PlannedRun first() const { return plan().runs.at(0); }
};

}  // namespace

TEST_CASE("plan: an empty results folder means that all runs start, every cell's first seed first") {
  const Sweep sweep;
  const Work work = sweep.plan();
  REQUIRE(work.runs.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(work.runs[i].action == Action::start);
    CHECK(work.runs[i].why == "new");
    CHECK(work.runs[i].run.cell == i % 2);
    CHECK(work.runs[i].run.seed == static_cast<std::int64_t>(i / 2));
  }
}

TEST_CASE("plan: done and diverged runs of the same code are skipped") {
  const Sweep sweep;
  sweep.leave(0, "done", 100);
  sweep.leave(1, "diverged", 42);
  const Work work = sweep.plan();
  CHECK(work.runs[0].action == Action::skip);
  CHECK(work.runs[0].why == "done");
  CHECK_FALSE(work.runs[0].works());
  CHECK(work.runs[1].action == Action::skip);
  CHECK(work.runs[1].why == "diverged at step 42");
}

TEST_CASE("plan: a done run of other code is stale, kept, and named with what changed") {
  Sweep sweep;
  sweep.leave(0, "done", 100, true, other_loss());
  CHECK(sweep.first().action == Action::stale);
  CHECK(sweep.first().why == "loss/mine changed");
  CHECK_FALSE(sweep.first().works());
  CHECK(without(plan_text(sweep.experiment, sweep.facts, sweep.plan()),
                "\n1 run stale: kept as they are; --redo stale trains them again\n") == "");
  sweep.settings.redo = Redo::stale;
  CHECK(sweep.first().action == Action::start);
  CHECK(sweep.first().why == "stale: loss/mine changed");
  CHECK(sweep.first().done_steps == 0);
}

TEST_CASE("plan: without facts about a cell no run is stale") {
  Sweep sweep;
  sweep.leave(0, "done", 100, true, other_loss());
  sweep.facts.clear();
  CHECK(sweep.first().action == Action::skip);
}

TEST_CASE("plan: what was cut off, interrupted or killed goes on from its snapshot") {
  for (const std::string status : {"running", "interrupted", "killed"}) {
    const Sweep sweep;
    sweep.leave(0, status, 60);
    CHECK(sweep.first().action == Action::resume);
    CHECK(without(sweep.first().why, " at step 60") == "");
    CHECK(sweep.first().done_steps == 60);
  }
}

TEST_CASE("plan: without a snapshot, or with one of other code, it begins again and says why") {
  const Sweep sweep;
  sweep.leave(0, "interrupted", 60, false);
  sweep.leave(1, "interrupted", 60, true, other_loss());
  const Work work = sweep.plan();
  CHECK(work.runs[0].action == Action::start);
  CHECK(work.runs[0].why == "interrupted at step 60; begins again: it has no snapshot");
  CHECK(work.runs[1].action == Action::start);
  CHECK(work.runs[1].why == "interrupted at step 60; begins again: loss/mine changed");
  CHECK(work.runs[1].done_steps == 0);
}

TEST_CASE("plan: a snapshot that cannot be read is foretold") {
  const Sweep sweep;
  sweep.leave(0, "interrupted", 60);
  write_file(sweep.folder(0) / "state.h5", "cut off");
  CHECK(sweep.first().action == Action::start);
  CHECK(without(sweep.first().why, "interrupted at step 60; begins again: ") == "");
  CHECK(without(sweep.first().why, "state.h5: ") == "");
}

TEST_CASE("plan: what broke is tried again") {
  for (const std::string status : {"failed", "crashed", "timeout"}) {
    const Sweep sweep;
    sweep.leave(0, status, 7, false);
    CHECK(sweep.first().action == Action::retry);
    CHECK(sweep.first().done_steps == 0);
    CHECK(sweep.first().why == (status == "crashed" ? "crashed with SIGSEGV (segmentation fault) at step 7"
                                                    : status + " at step 7"));
    sweep.leave(0, status, 7, true);
    CHECK(sweep.first().done_steps == 7);
  }
}

TEST_CASE("plan: --redo failed takes what broke from its beginning, and counts all of its time") {
  Sweep sweep;
  sweep.leave(0, "crashed", 50);
  for (const std::size_t run : {1, 2, 3}) sweep.leave(run, "done", 100);
  CHECK(sweep.plan().seconds ==
        doctest::Approx(5.05 + kRunSeconds + kWorkerSeconds));  // 50 steps of 2 GFLOP at 20 GFLOP/s
  sweep.settings.redo = Redo::failed;
  const Work work = sweep.plan();
  CHECK(work.runs[0].action == Action::start);
  CHECK(work.runs[0].why == "--redo failed: crashed with SIGSEGV (segmentation fault) at step 7");
  CHECK(work.runs[0].done_steps == 0);
  CHECK(work.runs[1].action == Action::skip);
  CHECK(work.seconds == doctest::Approx(10.1 + kRunSeconds + kWorkerSeconds));
}

TEST_CASE("plan: --redo all starts every run, those that have never begun as new ones") {
  Sweep sweep;
  Json packed = code;
  packed["strategy"] = "packed";
  sweep.leave(0, "done", 100, true, packed);
  sweep.settings.redo = Redo::all;
  const Work work = sweep.plan();
  CHECK(work.runs[0].action == Action::start);
  CHECK(work.runs[0].why == "--redo all");
  CHECK(work.runs[0].slots == 0);  // it does not go on as it began
  CHECK(work.runs[0].done_steps == 0);
  CHECK(work.runs[1].why == "new");
}

TEST_CASE("plan: a fingerprint of which nothing can be made begins the run again") {
  Sweep sweep;
  Json strange = code;
  strange["strategy"] = 7;
  sweep.leave(0, "interrupted", 42, true, strange);
  CHECK(sweep.first().why == "interrupted at step 42; begins again: strategy changed");
}

TEST_CASE("plan: raised generator_steps continue a done run") {
  Sweep sweep;
  sweep.leave(0, "done", 100);
  sweep.leave(1, "done", 100, false);
  for (sweep::Cell& cell : sweep.experiment.cells) cell.config["train"]["generator_steps"] = 250;
  const Work work = sweep.plan();
  CHECK(work.runs[0].action == Action::resume);
  CHECK(work.runs[0].why == "generator_steps raised from 100 to 250");
  CHECK(work.runs[0].done_steps == 100);
  CHECK(work.runs[0].steps == 250);
  CHECK(work.runs[1].action == Action::start);
}

TEST_CASE("plan: lowered generator_steps leave a done run as it is") {
  Sweep sweep;
  sweep.leave(0, "done", 100);
  sweep.experiment.cells[0].config["train"]["generator_steps"] = 50;
  CHECK(sweep.first().action == Action::skip);
  CHECK(sweep.first().why == "done (has 100 steps)");
}

TEST_CASE("plan: a run.h5 that cannot be read starts again, and says why") {
  const Sweep sweep;
  write_file(sweep.folder(0) / "run.h5", "no HDF5");
  CHECK(sweep.first().action == Action::start);
  CHECK(without(sweep.first().why, "begins again: ") == "");
  CHECK(without(sweep.first().why, "run.h5") == "");
}

TEST_CASE("plan: nothing takes the place of a file that may be whole, or is another run's") {
  Sweep sweep;
  sweep.leave(0, "done", 100);
  sweep.leave(1, "done", 100);
  record::Group newer = record::read(sweep.folder(0) / "run.h5");
  record::set_attribute(newer.attributes, "format", std::int64_t{99});
  record::seal(sweep.folder(0) / "run.h5", newer, record::Compression::gzip);
  fs::create_directories(sweep.folder(2));
  fs::copy_file(sweep.folder(1) / "run.h5", sweep.folder(2) / "run.h5");
  try {
    sweep.plan();
    FAIL("planned");
  } catch (const Error& error) {
    const std::string text = error.what();
    CHECK(error.exit() == Exit::storage);
    CHECK(without(text, (sweep.folder(0) / "run.h5").string() + ": cannot be read: it has format 99") == "");
    CHECK(without(text, (sweep.folder(2) / "run.h5").string() + ": is of run ") == "");
    CHECK(without(text, "move it away") == "");
  }
}

TEST_CASE("plan: a run that has begun keeps its strategy, whatever new ones would have") {
  Sweep sweep;
  Json packed = code;
  packed["strategy"] = "packed";
  sweep.leave(0, "done", 100, true, packed);
  sweep.leave(1, "interrupted", 42, true, packed);
  sweep.leave(2, "interrupted", 42);
  sweep.facts[0].strategy.slots = sweep.facts[1].strategy.slots = 8;
  const Work work = sweep.plan();
  CHECK(work.runs[0].action == Action::skip);
  CHECK(work.runs[1].action == Action::resume);
  CHECK(work.runs[1].slots == 8);
  CHECK(work.runs[2].action == Action::resume);
  CHECK(work.runs[2].slots == 0);
  CHECK(work.runs[3].slots == 8);
  const std::string text = plan_text(sweep.experiment, sweep.facts, work);
  CHECK(without(text, "strategy\n    1  alone: as it began\n    2  in packs of 2, of up to 8: faster so\n") ==
        "");
  packed["strategy"] = "packed in 16";  // as on a GPU
  sweep.leave(1, "interrupted", 42, true, packed);
  CHECK(sweep.plan().runs[1].action == Action::resume);
  CHECK(sweep.plan().runs[1].slots == 16);
  packed["strategy"] = "another";
  sweep.leave(1, "interrupted", 42, true, packed);
  CHECK(sweep.plan().runs[1].why == "interrupted at step 42; begins again: strategy changed");
}

TEST_CASE("plan: on a GPU a pack has no more slots than there are runs for it") {
  Sweep sweep;
  for (auto& facts : sweep.facts) {
    facts.strategy.slots = 8;
    facts.strategy.packed = "packed in 8";
    facts.strategy.shape = "s";
  }
  const auto slots = [&] {
    std::vector<std::size_t> all;
    for (const auto& run : sweep.plan().runs) all.push_back(run.slots);
    return all;
  };
  CHECK(slots() == std::vector<std::size_t>{4, 4, 4, 4});
  for (auto& facts : sweep.facts) facts.strategy.slots = 3;
  CHECK(slots() == std::vector<std::size_t>{2, 2, 2, 2});  // two packs after each other, of equal size
  sweep.settings.workers = 2;
  CHECK(slots() == std::vector<std::size_t>{2, 2, 2, 2});
  sweep.facts[1].strategy.shape = "another";
  CHECK(slots() == std::vector<std::size_t>{1, 1, 1, 1});
  sweep.settings.workers = 1;
  Json packed = code;
  packed["strategy"] = "packed in 3";
  sweep.leave(0, "interrupted", 42, true, packed);
  CHECK(slots()[0] == 3);  // it keeps its way, and the other of its shape has a pack of its own
}

TEST_CASE("plan: runs of a pack share a worker's time") {
  Sweep sweep;
  for (auto& facts : sweep.facts) {
    facts.strategy.slots = 8;
    facts.step_flops = 2e9;
  }
  Work work = sweep.plan();  // at 20 GFLOP/s, and 1 ms for all four
  CHECK(work.runs[0].company == 4);
  CHECK(work.runs[0].seconds == doctest::Approx(10 + 0.1 / 4 + kRunSeconds));
  CHECK(work.seconds == doctest::Approx(40.1 + 4 * kRunSeconds + kWorkerSeconds));
  Json packed = code;
  packed["strategy"] = "packed";
  for (const std::size_t run : {0, 1}) sweep.leave(run, "done", 100, true, packed, 12);
  work = sweep.plan();  // these two had 12 s together
  CHECK(work.seconds == doctest::Approx(12 + 2 * kRunSeconds + kWorkerSeconds));
  CHECK(work.basis == "from 2 earlier runs");
  sweep.settings.redo = Redo::all;
  CHECK(sweep.plan().seconds == doctest::Approx(24 + 4 * kRunSeconds + kWorkerSeconds));
}

TEST_CASE("plan: the time is that of all workers, but never less than the longest run's") {
  Sweep sweep;
  sweep.settings.workers = 3;
  // 100 steps of 2 and of 4 GFLOP at 20 GFLOP/s, and 1 ms each: 10.1 s and 20.1 s, twice each.
  CHECK(sweep.plan().seconds == doctest::Approx(60.4 / 3 + 4 * kRunSeconds / 3 + kWorkerSeconds));
  sweep.settings.workers = 2;
  CHECK(sweep.plan().seconds == doctest::Approx(30.2 + 2 * kRunSeconds + kWorkerSeconds));
}

TEST_CASE("plan text: cells, runs and estimates in one table") {
  Sweep sweep;
  sweep.experiment.excluded = {{"loss=hinge", "diverges within 100 steps"}};
  sweep.leave(0, "done", 100);
  sweep.leave(1, "crashed", 7, false);
  sweep.settings.workers = 2;
  CHECK("\n" + plan_text(sweep.experiment, sweep.facts, sweep.plan()) == R"(
two_losses: 2 cells, 2 seeds, 4 runs

       generator              critic              step   stored
 cell parameters    FLOPs parameters    FLOPs    FLOPs    state
    1     1.23 M   2.50 M     54.3 k   1.25 M   2.00 G  4.00 MB  loss=bce
    2     1.23 M   2.50 M     54.3 k   1.25 M   4.00 G  4.00 MB  loss=mine

excluded
       loss=hinge: diverges within 100 steps

runs
    1  skip    done
    2  start   new
    1  retry   crashed with SIGSEGV (segmentation fault) at step 7
               0f2b9a3d388f  loss=mine  seed 0

strategy
    3  alone: faster so

3 runs to do: about 26 s on 2 workers (assuming 20 GFLOP/s a worker and 1 ms a step); about 17.5 MB on disk
)");
}

TEST_CASE("plan: what an earlier --redo has not come to begins, whatever its old files say") {
  Sweep sweep;
  sweep.leave(0, "done", 100);
  sweep.leave(1, "done", 100);
  record::order_again(sweep.folder(0));
  Work work = sweep.plan();
  CHECK(work.runs[0].action == Action::start);
  CHECK(work.runs[0].why == "--redo: not begun since");
  CHECK(work.runs[0].done_steps == 0);
  CHECK(work.runs[1].action == Action::skip);
  record::fulfil_order(sweep.folder(0));
  CHECK(sweep.first().action == Action::skip);
}

}  // namespace plan_test

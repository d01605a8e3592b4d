#include "schedule/conduct.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "record/run_file.h"
#include "schedule/cores.h"
#include "schedule/scripted.h"

namespace conduct_test {

using namespace monge;
using namespace monge::schedule;
using namespace monge::schedule::test;

namespace {

// A sweep of one loss; for the scripted worker a plugin is an empty file.
struct Sweep : Scratch {
  Order order;

  explicit Sweep(const std::string& loss = "mine") {
    const std::string metric = "metric/sliced_wasserstein";
    for (const std::string& key : {"loss/" + loss, std::string("dataset/d"), std::string("architecture/a"),
                                   std::string("enforcer/none"), metric}) {
      write_file(path() / "plugins" / (key + ".so"), "");
    }
    write_file(
        path() / "x.toml",
        "[experiment]\nname = \"x\"\nseeds = 2\n[train]\ngenerator_steps = 3\n[dataset]\nplugin = \"d\"\n"
        "[architecture]\nplugin = \"a\"\n[enforcer]\nplugin = \"none\"\n[loss]\nplugin = \"" +
            loss + "\"\n");
    order.file = path() / "x.toml";
    order.results = path() / "results";
    order.worker = SCRIPTED_WORKER;
    order.plugins = {path() / "plugins"};
  }
};

// "" when it throws nothing.
std::string fault(const Order& order, Exit exit) {
  try {
    prepare(order);
  } catch (const Error& error) {
    CHECK(error.exit() == exit);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("conduct: from the file to sweep.h5") {
  Sweep sweep;
  const Prepared prepared = prepare(sweep.order);
  CHECK(prepared.folder == sweep / "results/x");
  CHECK(prepared.settings.device == "cpu");
  CHECK(prepared.settings.jobs >= 1);
  CHECK_FALSE(fs::exists(prepared.folder));
  const Work work = plan_of(prepared);
  REQUIRE(work.runs.size() == 2);
  fs::create_directories(prepared.folder);
  Memory memory;
  Interrupt interrupt;
  const Summary summary = conduct(prepared, work, memory, interrupt);
  CHECK(summary.done == 2);
  CHECK(summary.exit() == Exit::ok);
  CHECK(fs::exists(prepared.folder / "sweep.toml"));
  CHECK(fs::exists(prepared.folder / "sweep.h5"));
}

TEST_CASE("conduct: a job carries all that a worker must know, first seeds first") {
  Sweep sweep;
  const Prepared prepared = prepare(sweep.order);
  const std::vector<Job> jobs = jobs_of(prepared, plan_of(prepared));
  REQUIRE(jobs.size() == 2);
  const Json& run = jobs[1].request.at("run");
  CHECK(run.at("seed") == 2);
  CHECK(run.at("sweep") == "x");
  CHECK(run.at("id") == jobs[1].id);
  CHECK(run.at("folder") == (prepared.folder / "runs" / jobs[1].id).string());
  CHECK(run.at("config").at("loss").at("plugin") == "mine");
  CHECK(prepared.settings.common.at("search") == Json{(sweep / "plugins").string()});
  CHECK(prepared.settings.common.at("provenance").at("device") == "cpu");
  CHECK(jobs[1].steps == 3);
}

TEST_CASE("conduct: a cell that cannot be bound is a mistake in the experiment") {
  Sweep sweep("mis_sized");
  const std::string text = fault(sweep.order, Exit::experiment);
  CHECK(without(text, (sweep / "x.toml").string() + ":9:1: the critic's last layer gives 2 scores") == "");
}

TEST_CASE("conduct: a plugin that ends the child that describes its cell is told with its place") {
  Sweep sweep("layers_segv");
  const std::string text = fault(sweep.order, Exit::plugin);
  CHECK(without(text, (sweep / "x.toml").string() + ":13:1: in loss/layers_segv: crashed with SIGSEGV") ==
        "");
}

TEST_CASE("conduct: workers are given folders that do not depend on where they stand") {
  Sweep sweep;
  sweep.order.results = "some/results";
  for (const Job& job : jobs_of(prepare(sweep.order), plan_of(prepare(sweep.order))))
    CHECK(job.request.at("run").at("folder") ==
          (fs::current_path() / "some/results/x/runs" / job.id).string());
}

TEST_CASE("conduct: a device that is not here is told with those that are") {
  Sweep sweep;
  sweep.order.device = "cuda:3";
  CHECK(without(fault(sweep.order, Exit::usage), "--device cuda:3: there is no such device here, only cpu") ==
        "");
}

TEST_CASE("conduct: threads of a run are one, what was asked, or what the sweep's runs leave idle") {
  Sweep sweep;
  const auto cores = static_cast<int>(allowed_cores().size());
  CHECK(prepare(sweep.order).settings.threads == 1);
  sweep.order.threads = 3;
  Prepared prepared = prepare(sweep.order);
  CHECK(prepared.settings.threads == 3);
  CHECK(prepared.settings.jobs == std::max(1, cores / 3));
  sweep.order.threads = 0;
  CHECK(prepare(sweep.order).settings.threads == std::max(1, cores / 2));  // two runs
  sweep.order.jobs = 1;
  CHECK(prepare(sweep.order).settings.threads == cores);
}

TEST_CASE("conduct: --jobs is obeyed, --redo all orders what has files to be trained again") {
  Sweep sweep;
  sweep.order.jobs = 7;
  sweep.order.redo = Redo::all;
  const Prepared prepared = prepare(sweep.order);
  CHECK(prepared.settings.jobs == 7);
  Work work = plan_of(prepared);
  const auto folder_of = [&](const PlannedRun& run) { return prepared.folder / "runs" / run.run.id; };
  for (const PlannedRun& run : work.runs) CHECK(run.action == Action::start);
  write_file(folder_of(work.runs[0]) / "run.h5", "old");
  Memory memory;
  Interrupt interrupt;
  memory.on_progress = [&](const Job& job, const Progress&) {
    const bool old = job.id == work.runs[0].run.id;  // it keeps its file until the worker has another
    CHECK(fs::exists(job.folder / "run.h5") == old);
    CHECK(record::is_ordered_again(job.folder) == old);
  };
  CHECK(conduct(prepared, work, memory, interrupt).done == 2);
}

TEST_CASE("conduct: a sweep that is stopped at once leaves sweep.h5 as it was") {
  Sweep sweep;
  const Prepared prepared = prepare(sweep.order);
  write_file(prepared.folder / "sweep.h5", "as it was");
  Memory memory;
  Interrupt interrupt;
  interrupt.raise();
  interrupt.raise();
  CHECK(conduct(prepared, plan_of(prepared), memory, interrupt).exit() == Exit::killed);
  CHECK(read_file(prepared.folder / "sweep.h5") == "as it was");
}

}  // namespace conduct_test

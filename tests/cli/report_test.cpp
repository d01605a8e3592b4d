#include <doctest/doctest.h>

#include "cli/plugin_text.h"
#include "cli/sweep_report.h"

namespace report_test {

using namespace monge;
using namespace monge::cli;

namespace {

// A sweep of two cells with one seed each that was stopped at once: no sweep.h5 is read.
struct Stopped {
  schedule::Prepared prepared;
  schedule::Work work;
  schedule::Summary summary;
  std::vector<std::string> line{"runner", "sweep", "x.toml", "--only", "loss.plugin == \"bce\""};

  Stopped() {
    prepared.experiment.name = "x";
    prepared.experiment.cells.resize(2);
    prepared.experiment.cells[1].label = "loss=bce";
    prepared.facts.resize(2);
    prepared.facts[1].strategy.why = "faster so";
    prepared.folder = "results/x";
    prepared.settings.device = "cpu";
    for (std::size_t cell = 0; cell < 2; ++cell) {
      schedule::PlannedRun run;
      run.run = {cell == 0 ? "a" : "b", cell, 1};
      run.steps = 100;
      work.runs.push_back(run);
    }
    summary.killed = true;
    summary.broken = 1;
    summary.unstarted = 1;
    summary.outcomes.push_back(
        {"b", "loss=bce", "crashed", "SIGSEGV in loss/bce", 40, 11, "one\n\x1b[2Jtwo"});
  }
  Ending ending() const { return {prepared, work, summary, 61, line}; }
};

}  // namespace

TEST_CASE("report: what broke, with its log and nothing that moves the cursor, and how to go on") {
  const Stopped sweep;
  CHECK(ending_text(sweep.ending()) ==
        "\nloss=bce, seed 1: crashed at step 40: SIGSEGV in loss/bce\n"
        "  | one\n"
        "  | ?[2Jtwo\n"
        "  results/x/runs/b/log.txt\n"
        "\n"
        "results/x: 2 runs: 1 broken, 1 not started; 1 min 1 s\n"
        "sweep.h5 is left as it was, without what these runs have done\n"
        "go on with:  runner sweep x.toml --only 'loss.plugin == \"bce\"'\n");
  CHECK(ending_exit(sweep.ending()) == Exit::killed);
}

TEST_CASE("report: runs that a second Ctrl-C has stopped are not broken, and --redo is not asked for again") {
  Stopped sweep;
  sweep.summary.outcomes.front().status = "killed";
  for (const std::vector<std::string>& redo : {std::vector<std::string>{"--redo", "all"}, {"--redo=all"}}) {
    sweep.line = {"/opt/my tools/runner", "sweep", "x.toml", "--jobs", "1"};
    sweep.line.insert(sweep.line.begin() + 3, redo.begin(), redo.end());
    const std::string text = ending_text(sweep.ending());
    CHECK(text.starts_with("results/x: 2 runs: 1 stopped at once, 1 not started; 1 min 1 s\n"));
    CHECK(text.ends_with("\ngo on with:  '/opt/my tools/runner' sweep x.toml --jobs 1\n"));
  }
  const auto end = ending_json(sweep.ending());
  CHECK(end.at("broken") == 0);
  CHECK(end.at("stopped") == 1);
  CHECK(end.at("failures").empty());
  CHECK(end.at("file").is_null());
}

TEST_CASE("report: a sweep of stale runs goes on with --redo stale") {
  Stopped sweep;
  sweep.prepared.redo = schedule::Redo::stale;
  sweep.line = {"runner", "sweep", "x.toml", "--redo", "stale"};
  CHECK(ending_text(sweep.ending()).ends_with("\ngo on with:  runner sweep x.toml --redo stale\n"));
}

TEST_CASE("report: runs that no sweep.h5 can be made of are told of all the same") {
  Stopped sweep;
  sweep.summary = {};
  sweep.summary.done = 2;
  sweep.summary.uncollected = "runs a and b disagree";
  const std::string text = ending_text(sweep.ending());
  CHECK(text.find("results/x/sweep.h5: 2 runs: 2 done; 1 min 1 s\n"
                  "sweep.h5 is left as it was, without what these runs have done: runs a and b disagree\n") !=
        std::string::npos);
  CHECK(ending_exit(sweep.ending()) == Exit::storage);
  CHECK(text.ends_with("\nonce that is mended:  runner collect results/x\n"));
  CHECK(ending_json(sweep.ending()).at("uncollected") == "runs a and b disagree");
  CHECK(ending_json(sweep.ending()).at("file").is_null());
  sweep.summary.uncollected.clear();
  CHECK(ending_json(sweep.ending()).at("file") == "results/x/sweep.h5");
}

TEST_CASE("report: a log that has nothing to say is not pointed to") {
  Stopped sweep;
  sweep.summary.outcomes.front().log.clear();
  CHECK(ending_text(sweep.ending()).find("log.txt") == std::string::npos);
}

TEST_CASE("report: stale runs are named with what changed") {
  Stopped sweep;
  sweep.summary.outcomes.clear();
  for (auto& run : sweep.work.runs) {
    run.action = schedule::Action::stale;
    run.why = "loss/mine changed";
  }
  CHECK(
      ending_text(sweep.ending()).find("2 runs stale (loss/mine changed): kept as they are; --redo stale") ==
      0);
}

TEST_CASE("report: runs of more steps than are asked for are told of") {
  Stopped sweep;
  sweep.work.runs[0].action = schedule::Action::skip;
  sweep.work.runs[0].done_steps = 200;
  CHECK(
      ending_text(sweep.ending())
          .find("1 run of more generator steps than are asked for: kept as they are; --redo all trains them "
                "again\n") != std::string::npos);
}

TEST_CASE("report: the outlook counts what is kept and what is to do") {
  Stopped sweep;
  sweep.work.workers = 2;
  sweep.work.seconds = 0.2;
  CHECK(outlook(sweep.prepared, sweep.work) ==
        "x: 2 cells, 2 runs; 2 runs to do on 2 workers (cpu), about 1 s");
  sweep.work.runs[0].action = schedule::Action::skip;
  sweep.work.seconds = 0;
  CHECK(outlook(sweep.prepared, sweep.work) ==
        "x: 2 cells, 2 runs, 1 of them kept; 1 run to do on 2 workers (cpu)");
  sweep.work.runs[1].action = schedule::Action::skip;
  CHECK(outlook(sweep.prepared, sweep.work) == "x: 2 cells, 2 runs, 2 of them kept; nothing is left to do");
}

TEST_CASE("report: plan and end as JSON") {
  const Stopped sweep;
  const auto plan = plan_json(sweep.prepared, sweep.work), end = ending_json(sweep.ending());
  CHECK(plan.at("runs").at(1).at("label") == "loss=bce");
  CHECK(plan.at("runs").at(1).at("action") == "start");
  CHECK(plan.at("runs").at(1).at("slots") == 0);
  CHECK(plan.at("runs").at(1).at("company") == 0);
  CHECK(plan.at("runs").at(1).at("strategy") == "faster so");
  CHECK(end.at("exit") == 130);
  CHECK(end.at("failures").at(0).at("id") == "b");
}

TEST_CASE("plugins: what is allowed, as words") {
  sweep::Parameter parameter;
  CHECK(allowed_text(parameter).empty());
  parameter.min = 0;
  CHECK(allowed_text(parameter) == "at least 0");
  parameter.max = 10;
  CHECK(allowed_text(parameter) == "in [0, 10]");
  parameter.min.reset();
  CHECK(allowed_text(parameter) == "at most 10");
  parameter.choices = {"a", "b"};
  CHECK(allowed_text(parameter) == "one of a, b");
}

TEST_CASE("plugins: a page names parameters, values and the file") {
  sweep::PluginSchema plugin;
  plugin.key = "metric/m";
  plugin.doc = "Measures";
  plugin.path = "/p/m.so";
  plugin.sha256 = "abc";
  plugin.build = "sdk=1";
  plugin.parameters = {{"directions", "int", "how many", "", 128, 1.0, 9.0, {}},
                       {"w", "real", "width", "pixel"}};
  plugin.values = {{"distance", "pixel", "how far", "min"}, {"share", "1", "how much", "max"}};
  plugin.paper = "Author (2020), eq. 3";
  plugin.presets = {{"plain", "Author (2020), tab. 1", nlohmann::json::object()},
                    {"wide", "Other (2021)", {{"directions", 9}, {"w", 0.5}}}};
  CHECK(plugin_text(plugin) ==
        "metric/m  Measures\n"
        "paper: Author (2020), eq. 3\n"
        "\n"
        "Parameters:\n"
        "  directions  int, default 128, in [1, 9]\n"
        "              how many\n"
        "  w           real, required, in pixel\n"
        "              width\n"
        "\n"
        "Presets (preset = \"plain\"):\n"
        "  plain  the defaults\n"
        "         Author (2020), tab. 1\n"
        "  wide   directions = 9, w = 0.5\n"
        "         Other (2021)\n"
        "\n"
        "Reports:\n"
        "  distance  how far (pixel); less is better\n"
        "  share     how much; more is better\n"
        "\n"
        "File:    /p/m.so\n"
        "SHA-256: abc\n"
        "Build:   sdk=1\n");
}

TEST_CASE("plugins: a list shows broken and hidden ones below, and no control characters") {
  sweep::Catalogue catalogue;
  catalogue.found["loss/a"].doc = "First\nline";
  catalogue.found["enforcer/long"].doc = "Second";
  catalogue.broken["loss/x"] = "is no library:\nits header is missing";
  CHECK(plugin_list_text(catalogue, {{{"key", "loss/a"}, {"path", "/q/a.so"}}}) ==
        "enforcer/long  Second\n"
        "loss/a         First; line\n"
        "\n"
        "cannot be used:\n"
        "  loss/x: is no library: its header is missing\n"
        "\n"
        "hidden by a file of an earlier folder:\n"
        "  loss/a: /q/a.so\n");
  CHECK(plugin_list_text({}, nlohmann::json::array()) ==
        "no plugins found; see --plugins and MONGE_PLUGIN_PATH\n");
}

}  // namespace report_test

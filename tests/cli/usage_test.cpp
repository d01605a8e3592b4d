#include <doctest/doctest.h>

#include "cli/runner.h"

namespace usage_test {

using namespace monge::cli::test;

namespace {

struct Mistake {
  std::string line;
  int code;
  std::string text;  // the whole of stderr but its newline
};

}  // namespace

TEST_CASE("usage: each mistake in a command line names the command, the fault and the remedy") {
  const Scratch folder;
  write_file(folder / "x.toml", "[experiment]\nname = \"x\"\n");
  write_file(folder / "results/b/sweep.h5", "");
  write_file(folder / "results/a/sweep.toml", "");
  write_file(folder / "one/a/sweep.h5", "");
  fs::create_directory(folder / "empty");
  fs::create_directories(folder / "copied/runs");
  fs::create_symlink("nothing", folder / "link.toml");
  const std::vector<Mistake> mistakes{
      {"sweeep", 2, "runner: unknown command 'sweeep'; did you mean 'sweep'?  (runner --help)"},
      {"swep --help", 2, "runner: unknown command 'swep'; did you mean 'sweep'?  (runner --help)"},
      {"train x.toml", 2, "runner: unknown command 'train'  (runner --help)"},
      {"help colect", 2, "runner: unknown command 'colect'; did you mean 'collect'?  (runner --help)"},
      {"plugin lst", 2, "runner: unknown command 'plugin lst'; did you mean 'plugin list'?  (runner --help)"},
      {"--vrsion", 2, "runner: unknown option '--vrsion'; did you mean '--version'?  (runner --help)"},
      {"-x", 2, "runner: unknown option '-x'  (runner --help)"},
      {"sweep", 2,
       "runner sweep: FILE is missing: experiment file (TOML), such as experiments/smoke.toml  (runner sweep "
       "--help)"},
      {"sweep x.toml y.toml", 2, "runner sweep: 'y.toml' is one argument too many  (runner sweep --help)"},
      {"sweep x.toml --job 2", 2,
       "runner sweep: unknown option '--job'; did you mean '--jobs'?  (runner sweep --help)"},
      {"sweep x.toml --res r", 2,
       "runner sweep: unknown option '--res'; did you mean '--set'?  (runner sweep --help)"},
      {"sweep x.toml --jobs", 2,
       "runner sweep: the required argument for option '--jobs' is missing  (runner sweep --help)"},
      {"sweep x.toml --jobs two", 2,
       "runner sweep: --jobs must be a whole number from 1 to 4096, got 'two'  (runner sweep --help)"},
      {"sweep x.toml --jobs 0", 2,
       "runner sweep: --jobs must be a whole number from 1 to 4096, got '0'  (runner sweep --help)"},
      {"sweep x.toml -j 99999999999999999999", 2,
       "runner sweep: --jobs must be a whole number from 1 to 4096, got '99999999999999999999'  (runner "
       "sweep --help)"},
      {"sweep x.toml --jobs 1 -j 2", 2,
       "runner sweep: option '--jobs' is given twice  (runner sweep --help)"},
      {"sweep ''", 2,
       "runner sweep: FILE is empty: experiment file (TOML), such as experiments/smoke.toml  (runner sweep "
       "--help)"},
      {"sweep x.toml --only ''", 2,
       "runner sweep: option '--only' is empty: EXPR, only cells that match: --only 'loss.plugin == "
       "\"bce\"'  (runner sweep --help)"},
      {"sweep x.toml --results ''", 2,
       "runner sweep: option '--results' is empty: DIR, folder of results folders [results]  (runner sweep "
       "--help)"},
      {"sweep x.toml --results=", 2,
       "runner sweep: the argument for option '--results' should follow immediately after the equal sign  "
       "(runner sweep --help)"},
      {"sweep x.toml --plan=yes", 2,
       "runner sweep: option '--plan' does not take any arguments  (runner sweep --help)"},
      {"sweep x.toml --device gpu", 2,
       "runner sweep: --device must be auto, cpu or cuda:N, got 'gpu'  (runner sweep --help)"},
      {"sweep x.toml --device cuda", 2,
       "runner sweep: --device must be auto, cpu or cuda:N, got 'cuda'; did you mean 'cuda:0'?  (runner "
       "sweep --help)"},
      {"sweep x.toml --redo stail", 2,
       "runner sweep: --redo must be one of stale, failed, all, got 'stail'; did you mean 'stale'?  "
       "(runner sweep --help)"},
      {"sweep x.toml --plugins nowhere", 2,
       "runner sweep: --plugins 'nowhere' is no folder; give the one that holds loss/, enforcer/, ...  "
       "(runner sweep --help)"},
      {"sweep x.toml --plugins empty", 2,
       "runner sweep: --plugins 'empty' has none of loss/, enforcer/, architecture/, dataset/, metric/, in "
       "which "
       "plugins lie; give the folder that has  (runner sweep --help)"},
      {"sweep none.toml", 3, "none.toml: no such file"},
      {"sweep xy.toml", 3, "xy.toml: no such file; did you mean 'x.toml'?"},
      {"sweep empty/x.toml", 3, "empty/x.toml: no such file"},
      {"collect", 2,
       "runner collect: DIR is missing: results folder of one sweep, such as results/clip_vs_gp  "
       "(runner collect --help)"},
      {"collect nowhere", 7, "nowhere: no such folder; give one that `runner sweep` has made"},
      {"compare", 2,
       "runner compare: DIR is missing: results folder, such as results/clip_vs_gp  (runner compare --help)"},
      {"compare nowhere", 7, "nowhere: no such folder; give one that `runner sweep` has made"},
      {"compare x.toml", 7, "x.toml: is no folder; give one that `runner sweep` has made"},
      {"compare empty", 7, "empty: holds no sweep; give a folder that `runner sweep` has made"},
      {"collect empty", 7, "empty: holds no sweep; give a folder that `runner sweep` has made"},
      {"collect copied", 7,
       "copied/sweep.toml: is not there, which says what runs the sweep has; copy it from where they were "
       "trained, or give their `runner sweep` command again"},
      {"sweep link.toml", 3, "link.toml: no such file"},
      {"compare results", 7, "results: holds 2 sweeps: a, b; name one of them, such as results/a"},
      {"collect results", 7, "results: holds 2 sweeps: a, b; name one of them, such as results/a"},
      {"compare one", 7, "one: holds 1 sweep: a; give one/a"},
      {"compare results/a", 7,
       "results/a: holds no sweep.h5; `runner collect results/a` makes it from the files of the runs"},
      {"compare results/a/sweep.h5", 7,
       "results/a/sweep.h5: no such folder; give one that `runner sweep` has made"},
      {"compare . .", 2,
       "runner compare: one folder makes a table; add --equal to hold two against each other  (runner "
       "compare --help)"},
      {"compare . --json --csv", 2, "runner compare: choose --json or --csv  (runner compare --help)"},
      {"compare --equal .", 2, "runner compare: --equal needs two folders  (runner compare --help)"},
      {"compare --equal . . --csv", 2,
       "runner compare: --equal has no table: leave out --json and --csv  (runner compare --help)"},
      {"plugin show", 2,
       "runner plugin show: KIND/NAME is missing: loss/bce, enforcer/clip, ...; see runner plugin list  "
       "(runner plugin show --help)"},
      {"plugin show bce", 2,
       "runner plugin show: 'bce' is no KIND/NAME; did you mean 'loss/bce'?  (runner plugin show --help)"},
      {"plugin check gradient_penalt", 2,
       "runner plugin check: 'gradient_penalt' is no KIND/NAME; did you mean 'enforcer/gradient_penalty'?  "
       "(runner plugin check --help)"},
      {"plugin show nothing_near", 2,
       "runner plugin show: 'nothing_near' is no KIND/NAME; kinds are loss, enforcer, architecture, dataset, "
       "metric  (runner plugin show --help)"},
      {"plugin show los/bce", 2,
       "runner plugin show: 'los/bce' is no KIND/NAME; kinds are loss, enforcer, architecture, dataset, "
       "metric; did "
       "you mean 'loss'?  (runner plugin show --help)"},
      {"plugin show loss/", 2,
       "runner plugin show: 'loss/' is no KIND/NAME, such as loss/bce  (runner plugin show --help)"},
      {"plugin list loss", 2,
       "runner plugin list: 'loss' is one argument too many  (runner plugin list --help)"},
      {"plugin new los mine", 2,
       "runner plugin new: 'los' is no kind of plugin; kinds are loss, enforcer, architecture, dataset, "
       "metric; did you mean 'loss'?  (runner plugin new --help)"},
      {"plugin new loss Mine", 2,
       "runner plugin new: 'Mine' is no name of a plugin: use small letters, digits and _ only  (runner "
       "plugin "
       "new --help)"},
      {"plugin new loss ../mine", 2,
       "runner plugin new: '../mine' is no name of a plugin: use small letters, digits and _ only  (runner "
       "plugin new --help)"},
      {"plugin new loss", 2,
       "runner plugin new: NAME is missing: what experiments call it: small letters, digits and _  (runner "
       "plugin new --help)"},
      {"plugin build x.toml", 2,
       "runner plugin build: 'x.toml' is no C++ source, such as mine.cpp  (runner plugin build --help)"},
      {"plugin build none.cpp", 7, "none.cpp: cannot be read"},
      {"plugin build none.cpp --kind loss", 7, "none.cpp: cannot be read"},
      {"plugin build none.cpp --kind los", 2,
       "runner plugin build: --kind 'los' is none; kinds are loss, enforcer, architecture, dataset, metric; "
       "did "
       "you mean 'loss'?  (runner plugin build --help)"},
      {"plugin build My.cpp", 2,
       "runner plugin build: 'My' is no name of a plugin: use small letters, digits and _ only  (runner "
       "plugin "
       "build --help)"},
      {"plugin check", 2,
       "runner plugin check: PLUGIN is missing: KIND/NAME, or a file such as plugins/loss/mine.so  (runner "
       "plugin check --help)"},
      {"plugin check mine.cpp", 2,
       "runner plugin check: 'mine.cpp' is a source; build it first: runner plugin build mine.cpp  (runner "
       "plugin check --help)"},
      {"plugin check mine.so", 4, "mine.so: no such file"},
      {"plugin check los/bce", 2,
       "runner plugin check: 'los/bce' is no KIND/NAME; kinds are loss, enforcer, architecture, dataset, "
       "metric; did you mean 'loss'?  (runner plugin check --help)"},
      {"plugin check loss/bce --timeout 0", 2,
       "runner plugin check: --timeout must be a whole number from 1 to 86400, got '0'  (runner plugin check "
       "--help)"},
      {"version now", 2, "runner version: 'now' is one argument too many  (runner version --help)"},
  };
  for (const Mistake& mistake : mistakes) {
    CAPTURE(mistake.line);
    const Ended ended = runner(folder.path(), words_of(mistake.line));
    CHECK(ended.code == mistake.code);
    CHECK(ended.err == mistake.text + "\n");
    CHECK(ended.out.empty());
  }
}

TEST_CASE("usage: a runner without its worker says where it looked") {
  const Scratch folder;
  fs::copy_file(runner_program(), folder / "runner");
  write_file(folder / "x.toml", "[experiment]\nname = \"x\"\n");
  const Ended ended = Started(folder.path(), folder / "runner", {"sweep", "x.toml"}).wait();
  CHECK(ended.code == 1);
  CHECK(without(ended.err, (fs::canonical(folder.path()) / "runner-worker").string()) == "");
}

TEST_CASE("usage: the worker knows its modes") {
  const Scratch folder;
  const fs::path worker = fs::path(MONGE_BINARY_DIR) / "runner-worker";
  const Ended ended = Started(folder.path(), worker, {"verfy"}).wait();
  CHECK(ended.code == 2);
  CHECK(ended.err ==
        "runner-worker: no mode 'verfy'; there are describe, check, features, verify, sample and serve\n");
}

TEST_CASE("usage: output that cannot be written is an error") {
  const Scratch folder;
  const Ended ended =
      Started(folder.path(), "/bin/sh", {"-c", "'" + runner_program().string() + "' --help > /dev/full"})
          .wait();
  CHECK(ended.code == 7);
  CHECK(ended.err == "runner: standard output cannot be written\n");
}

}  // namespace usage_test

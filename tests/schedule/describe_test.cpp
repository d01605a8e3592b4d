#include "schedule/describe.h"

#include <doctest/doctest.h>

#include "monge/error.h"
#include "scripted.h"

namespace describe_test {

using namespace monge;
using namespace monge::schedule;
using namespace monge::schedule::test;

namespace {

struct Plugins {
  Scratch folder;
  explicit Plugins(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) write_file(folder / (key + ".so"), "");
  }
  Describer describer(double patience = 30) const {
    return Describer(SCRIPTED_WORKER, {folder.path()}, patience);
  }
};

Json cell(const std::string& loss) { return {{"loss", {{"plugin", loss}}}}; }

}  // namespace

TEST_CASE("describe: all plugins, or those that are asked for") {
  const Plugins plugins({"loss/bce", "loss/wasserstein", "dataset/ring"});
  Describer describer = plugins.describer();
  const sweep::Catalogue all = describer.all_plugins();
  CHECK(all.found.size() == 3);
  CHECK(all.broken.empty());
  CHECK(all.found.at("loss/bce").path == (plugins.folder / "loss/bce.so").string());
  CHECK(describer.plugins({"dataset/ring"}).found.size() == 1);
  CHECK(describer.answer().at("system").at("monge") == "0.1.0");
}

TEST_CASE("describe: plugins that end the child are broken, and hide none of the others") {
  const Plugins plugins({"loss/bce", "loss/segv", "enforcer/exit", "enforcer/garbage", "dataset/ring"});
  Describer describer = plugins.describer();
  for (int asked_by_name = 0; asked_by_name < 2; ++asked_by_name) {
    const sweep::Catalogue all = asked_by_name == 0
                                     ? describer.all_plugins()
                                     : describer.plugins({"loss/bce", "loss/segv", "enforcer/exit",
                                                          "enforcer/garbage", "dataset/ring"});
    CHECK(all.found.size() == 2);
    CHECK(all.found.contains("loss/bce"));
    CHECK(all.found.contains("dataset/ring"));
    REQUIRE(all.broken.size() == 3);
    CHECK(all.broken.at("loss/segv") == "loss/segv: crashed with SIGSEGV (segmentation fault) in describe");
    CHECK(all.broken.at("enforcer/exit") == "enforcer/exit: exited with code 3 in describe");
    CHECK(all.broken.at("enforcer/garbage") == "enforcer/garbage: printed to file descriptor 3 in describe");
  }
}

TEST_CASE("describe: a plugin that hangs is broken") {
  const Plugins plugins({"loss/bce", "loss/hang"});
  Describer describer = plugins.describer(1);
  const sweep::Catalogue all = describer.all_plugins();
  CHECK(all.found.size() == 1);
  CHECK(all.broken.at("loss/hang") == "loss/hang: hung in describe");
}

TEST_CASE("describe: cells in their order, with errors in their places") {
  const Plugins plugins({"loss/bce"});
  Describer describer = plugins.describer();
  describer.plugins({"loss/bce"});
  const std::vector<CellFacts> facts = describer.cells({cell("bce"), cell("mis_sized"), cell("bce")}, "cpu");
  REQUIRE(facts.size() == 3);
  CHECK(facts[0].error == "");
  CHECK(facts[0].sample == std::vector<std::int64_t>{1, 28, 28});
  CHECK(facts[0].generator.parameters == 10);
  CHECK(facts[0].critic.flops == 40);
  CHECK(facts[0].step_flops == 500);
  CHECK(facts[0].state_bytes == 600);
  CHECK(facts[0].strategy.why == "cpu");
  CHECK(facts[0].fingerprint == Json{{"worker", "sha"}});
  CHECK(facts[1].error == "the critic's last layer gives 2 scores");
  CHECK(facts[1].fingerprint.is_null());
  CHECK(facts[2].error == "");
}

TEST_CASE("describe: a cell that ends the child costs its own answer only") {
  const Plugins plugins({"loss/bce"});
  Describer describer = plugins.describer();
  const std::string fault =
      "in loss/layers_segv: crashed with SIGSEGV (segmentation fault) while the cell was described";
  const std::vector<CellFacts> facts =
      describer.cells({cell("bce"), cell("layers_segv"), cell("bce"), cell("layers_segv"),
                       cell("layers_segv"), cell("exit_quietly"), cell("bce")},
                      "cpu");
  std::vector<std::string> errors;
  for (const CellFacts& fact : facts) errors.push_back(fact.error);
  CHECK(errors == std::vector<std::string>{"", fault, "", fault, fault,
                                           "exited with code 3 while the cell was described", ""});
  CHECK(facts.back().state_bytes == 600);
}

TEST_CASE("describe: a plugin that hangs while a cell is described is named, too") {
  const Plugins plugins({});
  const std::vector<CellFacts> facts =
      plugins.describer(0.5).cells({cell("hangs_in_cell"), cell("mis_sized")}, "cpu");
  CHECK(facts.at(0).error == "in loss/hangs_in_cell: hung while the cell was described");
  CHECK(facts[0].exit == Exit::plugin);
  CHECK(facts.at(1).exit == Exit::experiment);
}

TEST_CASE("describe: a thousand cells, two of them bad, are all answered") {
  const Plugins plugins({});
  Describer describer = plugins.describer();
  std::vector<Json> configs(1000, cell("bce"));
  configs[0] = configs[700] = cell("layers_segv");
  const std::vector<CellFacts> facts = describer.cells(configs, "cpu");
  REQUIRE(facts.size() == 1000);
  for (std::size_t i = 0; i < facts.size(); ++i) CHECK((facts[i].error.empty() == (i != 0 && i != 700)));
}

TEST_CASE("describe: a wrong answer is one sentence") {
  const Plugins plugins({});
  Describer describer = plugins.describer();
  CHECK_THROWS_WITH_AS(describer.cells({cell("wrong_answer")}, "cpu"),
                       doctest::Contains("must come from one build"), Error);
}

TEST_CASE("describe: a missing worker says where it was looked for") {
  CHECK_THROWS_WITH_AS(
      Describer("/nowhere/runner-worker", {}),
      "/nowhere/runner-worker: not found or not executable; it is built and installed beside runner", Error);
}

TEST_CASE("describe: a worker that dies of no plugin is an error with its words") {
  Describer describer("/bin/false", {});
  CHECK_THROWS_WITH_AS(describer.all_plugins(), "/bin/false describe: exited with code 1", Error);
}

}  // namespace describe_test

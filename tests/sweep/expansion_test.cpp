// [[zip]], [[when]], [[row]] and random axes: which cells there are.
#include <algorithm>
#include <set>

#include "fixture.h"

namespace expansion_test {

using namespace monge;
using namespace monge::sweep;
using fixture::resolved;
using fixture::small;

namespace {

std::vector<std::string> labels(const Experiment& experiment) {
  std::vector<std::string> all;
  for (const Cell& cell : experiment.cells) all.push_back(cell.label);
  return all;
}

using Labels = std::vector<std::string>;

const std::string enforcers = "[grid]\nenforcer = ['none', 'clip', 'gradient_penalty']\n";

}  // namespace

TEST_CASE("research: the whole language in one file is 51 cells and 255 runs") {
  const Experiment experiment =
      resolve(read_experiment(fixture::source / "tests/sweep/language.toml", {}), fixture::catalogue());
  CHECK(experiment.cells.size() == 51);
  CHECK(experiment.excluded.size() == 10);
  CHECK(runs(experiment).size() == 255);
  CHECK(experiment.warnings.empty());
  CHECK_FALSE(experiment.full_product);
  CHECK(experiment.cells.front().label ==
        "enforcer=clip learning_rate=1e-4 channels=[64, 128, 256] cifar bound=0.01");
  CHECK(experiment.cells.back().label == "paper");
  CHECK(experiment.cells.back().config["train"]["critic_steps"] == 5);
  std::set<std::string> ids;
  for (const Cell& cell : experiment.cells) {
    ids.insert(cell.id);
    CHECK(cell.config["stop"].size() == 1);
    const bool clipped = cell.config["enforcer"][0]["plugin"] == "clip";
    CHECK(cell.config["optimizer"]["critic"]["kind"] == (clipped ? "rmsprop" : "adam"));
    CHECK(cell.config["train"]["batch_size"] == (cell.config["dataset"]["plugin"] == "cifar10" ? 128 : 64));
  }
  CHECK(ids.size() == 51);
}

TEST_CASE("zip: its axes move together and multiply with the grid") {
  const Experiment experiment =
      resolved(small() +
               "[grid]\nloss = ['bce', 'hinge']\n[[zip]]\ndataset = ['ring', 'mnist']\n"
               "train.batch_size = [64, 32]\n");
  CHECK(labels(experiment) ==
        Labels{"loss=bce dataset=ring batch_size=64", "loss=bce dataset=mnist batch_size=32",
               "loss=hinge dataset=ring batch_size=64", "loss=hinge dataset=mnist batch_size=32"});
  CHECK(experiment.axes.size() == 3);
  CHECK(experiment.cells[3].coordinates == std::vector<Json>{"hinge", "mnist", 32});
  CHECK_FALSE(experiment.full_product);
}

TEST_CASE("zip: labels stand for its values, several zips are a product, and generators may be zipped") {
  const Experiment experiment = resolved(small() +
                                         "[[zip]]\nlabel = ['few', 'many']\ndataset.modes = [2, 8]\n"
                                         "train.latent = { range = [1, 2, 1] }\n"
                                         "[[zip]]\ntrain.batch_size = [16, 32]\nevaluate.every = [8, 9]\n");
  CHECK(labels(experiment) == Labels{"few batch_size=16 every=8", "few batch_size=32 every=9",
                                     "many batch_size=16 every=8", "many batch_size=32 every=9"});
  CHECK(experiment.cells[2].config["train"]["latent"] == 2);
}

TEST_CASE("zip: tables have its labels as coordinates in results, plain values their own") {
  const Experiment experiment = resolved(small() +
                                         "[[zip]]\nlabel = ['narrow', 'wide']\n"
                                         "architecture = [{ plugin = 'mlp', width = 8 }, "
                                         "{ plugin = 'mlp', width = 64 }]\ntrain.latent = [3, 4]\n");
  REQUIRE(experiment.cells.size() == 2);
  CHECK(experiment.cells[1].coordinates == std::vector<Json>{"wide", 4});
}

TEST_CASE("zip: a flag takes one of its axes away, the others still vary") {
  const std::string text =
      small() + "[[zip]]\nlabel = ['a', 'b']\ndataset.modes = [2, 8]\ntrain.latent = [3, 4]\n";
  const Experiment set = resolved(text, {{"dataset.modes=5"}, {}, "", ""});
  CHECK(labels(set) == Labels{"a", "b"});
  CHECK(set.cells[1].config["dataset"]["modes"] == 5);
  CHECK(set.cells[1].config["train"]["latent"] == 4);
  const Experiment axis = resolved(text, {{}, {"dataset.modes=5,6"}, "", ""});
  CHECK(axis.cells.size() == 4);
}

TEST_CASE("when: its axes exist only in the cells where it holds") {
  const Experiment experiment =
      resolved(small() + enforcers +
               "[[when]]\nif = 'enforcer == \"gradient_penalty\"'\ngrid = { enforcer.weight = [1, 10] }\n"
               "[[when]]\nif = 'enforcer == \"clip\"'\ngrid = { enforcer.bound = [0.01, 0.1] }\n");
  CHECK(labels(experiment) == Labels{"enforcer=none", "enforcer=clip bound=0.01", "enforcer=clip bound=0.1",
                                     "enforcer=gradient_penalty weight=1",
                                     "enforcer=gradient_penalty weight=10"});
  CHECK(experiment.cells[0].coordinates == std::vector<Json>{"none", nullptr, nullptr});
  CHECK(experiment.cells[4].coordinates == std::vector<Json>{"gradient_penalty", 10.0, nullptr});
  CHECK(experiment.axes[1].values == std::vector<Json>{1.0, 10.0});
  CHECK(experiment.warnings.empty());
}

TEST_CASE("when: two of them may vary one key, and a later one sees the axes of an earlier one") {
  const Experiment experiment =
      resolved(small() + enforcers +
               "[[when]]\nif = 'enforcer == \"gradient_penalty\"'\ngrid = { train.latent = [2, 3] }\n"
               "[[when]]\nif = 'enforcer == \"clip\"'\ngrid = { train.latent = [4] }\n"
               "[[when]]\nif = 'train.latent == 3'\ngrid = { enforcer.weight = [5, 6] }\n");
  CHECK(labels(experiment) ==
        Labels{"enforcer=none", "enforcer=clip latent=4", "enforcer=gradient_penalty latent=2",
               "enforcer=gradient_penalty latent=3 weight=5", "enforcer=gradient_penalty latent=3 weight=6"});
  CHECK(experiment.axes[1].key == "train.latent");
  CHECK(experiment.axes[1].values == std::vector<Json>{2, 3, 4, 100});
}

TEST_CASE("when: it sees flags, and what matches no cell is a warning") {
  const std::string text =
      small() + enforcers + "[[when]]\nif = 'train.latent == 7'\ngrid = { loss = ['bce', 'hinge'] }\n";
  const Experiment idle = resolved(text);
  REQUIRE(idle.warnings.size() == 1);
  CHECK(idle.warnings[0].find("x.toml:14:6: this [[when]] matches no cell") != std::string::npos);
  CHECK(resolved(text, {{"train.latent=7"}, {}, "", ""}).cells.size() == 6);
}

TEST_CASE("row: cells written by hand come after the grid, and overrides and flags reach them") {
  const Experiment experiment = resolved(
      small() +
          "[grid]\nenforcer = ['none', 'clip']\n"
          "[[row]]\nlabel = 'paper'\nset = { enforcer = 'gradient_penalty', train.critic_steps = 3 }\n"
          "[[row]]\nset = { loss = 'hinge', \"loss.margin\" = 2 }\n"
          "[[override]]\nif = 'loss == \"hinge\"'\nset = { train.latent = 9 }\n",
      {{"train.batch_size=8"}, {}, "", ""});
  CHECK(labels(experiment) == Labels{"enforcer=none", "enforcer=clip", "paper", "loss=hinge margin=2"});
  CHECK(experiment.cells[2].config["train"]["critic_steps"] == 3);
  CHECK(experiment.cells[3].config["train"]["latent"] == 9);
  CHECK(experiment.cells[3].config["train"]["batch_size"] == 8);
  CHECK(experiment.axes.size() == 4);  // what rows set tells them apart in results, too
  CHECK(experiment.cells[2].coordinates == std::vector<Json>{"gradient_penalty", 3, "wasserstein", nullptr});
  CHECK(experiment.cells[3].coordinates == std::vector<Json>{"none", 5, "hinge", 2.0});
  CHECK(experiment.warnings.empty());
  CHECK_FALSE(experiment.full_product);
}

TEST_CASE("row: a file of rows alone has no other cells, and an --axis multiplies rows too") {
  const std::string text =
      small() + "[[row]]\nset = { enforcer = 'clip' }\n[[row]]\nset = { loss = 'bce' }\n";
  CHECK(labels(resolved(text)) == Labels{"enforcer=clip", "loss=bce"});
  CHECK(labels(resolved(text, {{}, {"train.latent=2,3"}, "", ""})) ==
        Labels{"enforcer=clip latent=2", "enforcer=clip latent=3", "loss=bce latent=2", "loss=bce latent=3"});
}

TEST_CASE("row: a flag wins over what a row sets, and a row's enforcer is told from the grid's") {
  const std::string text =
      small() +
      "[grid]\nenforcer = ['none', { plugin = 'gradient_penalty', weight = 1 }]\n"
      "[[row]]\nset = { enforcer = { plugin = 'gradient_penalty', weight = 3 }, train.latent = 7 }\n";
  CHECK(resolved(text).axes[0].values ==
        std::vector<Json>{"none", "gradient_penalty(weight=1)", "gradient_penalty(weight=3)"});
  const Experiment flagged = resolved(text, {{}, {"enforcer=clip,none"}, "", ""});
  CHECK(flagged.axes[0].values == std::vector<Json>{"clip", "none"});
  CHECK(flagged.cells.size() == 4);
  CHECK(resolved(text, {{"train.latent=9"}, {}, "", ""}).cells[2].config["train"]["latent"] == 9);
}

TEST_CASE("row: raising its steps continues it like any other cell") {
  const std::string text = small() + "[[row]]\nset = { enforcer = 'clip' }\n";
  CHECK(resolved(text).cells[0].id == resolved(text, {{"train.generator_steps=99"}, {}, "", ""}).cells[0].id);
}

TEST_CASE("enforcers: a list of them is a value of an axis, of a section and of a row") {
  const std::string both = "['clip', { plugin = 'gradient_penalty', weight = 2 }]";
  const Experiment axis = resolved(small() + "[grid]\nenforcer = ['none', " + both + "]\n");
  CHECK(labels(axis) == Labels{"enforcer=none", "enforcer=clip+gradient_penalty"});
  const Experiment section = resolved(
      small() + "[[enforcer]]\nplugin = 'clip'\n[[enforcer]]\nplugin = 'gradient_penalty'\nweight = 2\n");
  const Experiment row = resolved(small() + "[[row]]\nset = { enforcer = " + both + " }\n");
  CHECK(axis.cells[1].id == section.cells[0].id);
  CHECK(axis.cells[1].id == row.cells[0].id);
}

}  // namespace expansion_test

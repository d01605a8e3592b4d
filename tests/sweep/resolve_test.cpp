#include <set>

#include "fixture.h"
#include "sweep/identity.h"

namespace resolve_test {

using namespace monge;
using namespace monge::sweep;
using fixture::resolved;
using fixture::small;
using fixture::without_loss;

namespace {

std::vector<std::string> labels(const Experiment& experiment) {
  std::vector<std::string> all;
  for (const Cell& cell : experiment.cells) all.push_back(cell.label);
  return all;
}

const Json& only_config(const Experiment& experiment) {
  REQUIRE(experiment.cells.size() == 1);
  return experiment.cells.front().config;
}

}  // namespace

TEST_CASE("resolve: without a grid there is one cell with every default filled in") {
  const Experiment experiment = resolved(small());
  const Json& config = only_config(experiment);
  CHECK(config["train"] == Json::parse(R"({"generator_steps": 10, "batch_size": 64, "critic_steps": 5,
      "latent": 100, "precision": "fp32", "warm_up": false, "ema": 0.0, "deterministic": true})"));
  CHECK(config["evaluate"]["every"] == 500);
  CHECK(config["evaluate"]["weights"] == "generator");
  CHECK(config["evaluate"]["audit"] == true);
  CHECK(config["detect"] == Json{{"diverged_slope", 1e8},
                                 {"collapsed_variance", 0.05},
                                 {"collapsed_entropy", 0.5},
                                 {"vanished_gradient", 1e-6},
                                 {"vanished_steps", 500},
                                 {"last_steps", 200}});
  CHECK(config["evaluate"]["metrics"] ==
        Json::parse(R"([{"plugin": "sliced_wasserstein", "projections": 128}])"));
  CHECK(config["record"]["every"] == 10);
  CHECK(config["enforcer"] == Json::parse(R"([{"plugin": "none"}])"));
  CHECK(config["optimizer"]["critic"] ==
        Json::parse(R"({"kind": "adam", "learning_rate": 1e-4, "betas": [0.5, 0.999], "epsilon": 1e-8,
      "schedule": "constant", "schedule_steps": 0, "final_factor": 0.0, "warm_up_steps": 0})"));
  CHECK(config["optimizer"]["generator"] == config["optimizer"]["critic"]);
  CHECK(experiment.cells[0].label == "t");
  CHECK(experiment.seeds == std::vector<std::int64_t>{1});
  CHECK(experiment.primary_metric == "sliced_wasserstein");
  CHECK(experiment.primary_goal == "min");
  CHECK(experiment.full_product);
  CHECK(experiment.warnings.empty());
}

TEST_CASE("resolve: two axes of 2 and 3 give 6 cells, last axis fastest") {
  const Experiment experiment = resolved(small() +
                                         "[grid]\nloss = ['bce', 'wasserstein']\n"
                                         "enforcer = ['none', 'clip', 'gradient_penalty']\n");
  CHECK(labels(experiment) == std::vector<std::string>{"loss=bce enforcer=none", "loss=bce enforcer=clip",
                                                       "loss=bce enforcer=gradient_penalty",
                                                       "loss=wasserstein enforcer=none",
                                                       "loss=wasserstein enforcer=clip",
                                                       "loss=wasserstein enforcer=gradient_penalty"});
  CHECK(experiment.full_product);
  CHECK(experiment.cells[1].coordinates == std::vector<Json>{"bce", "clip"});
  CHECK(experiment.axes[1].values == std::vector<Json>{"none", "clip", "gradient_penalty"});
}

TEST_CASE("resolve: a table's label names only the parameters that tell its values apart") {
  const Experiment experiment = resolved(
      small() +
      "[grid]\nenforcer = ['clip', {plugin='gradient_penalty'}, {plugin='gradient_penalty', weight=1}, "
      "['clip', {plugin='gradient_penalty', weight=0.1}]]\n");
  CHECK(labels(experiment) ==
        std::vector<std::string>{"enforcer=clip", "enforcer=gradient_penalty(weight=10)",
                                 "enforcer=gradient_penalty(weight=1)", "enforcer=clip+gradient_penalty"});
  CHECK(experiment.cells[3].config["enforcer"].size() == 2);
}

TEST_CASE("resolve: a table axis replaces the whole table") {
  const Experiment experiment = resolved(without_loss() +
                                         "[loss]\nplugin = 'bce'\ngenerator = 'saturating'\n"
                                         "[grid]\nloss = ['bce', 'wasserstein']\n");
  CHECK(experiment.cells[0].config["loss"] == Json({{"plugin", "bce"}, {"generator", "non_saturating"}}));
}

TEST_CASE("resolve: switching a plugin by its key keeps what the new one has and drops what it lacks") {
  const Experiment experiment = resolved(without_loss() +
                                         "[loss]\ngenerator = 'saturating'\n"
                                         "[grid]\n\"loss.plugin\" = ['bce', 'wasserstein']\n");
  CHECK(experiment.cells[0].config["loss"]["generator"] == "saturating");
  CHECK(experiment.cells[1].config["loss"] == Json({{"plugin", "wasserstein"}}));
  CHECK(experiment.axes[0].name == "plugin");
}

TEST_CASE("resolve: dotted keys may be written with and without quotes, and as a table") {
  const std::string a = "[grid]\n\"optimizer.learning_rate\" = [1e-4, 1e-3]\n";
  const std::string b = "[grid]\noptimizer.learning_rate = [0.0001, 0.001]\n";
  const std::string c = "[grid.optimizer]\nlearning_rate = { log = [1e-4, 1e-3, 2] }\n";
  const Experiment first = resolved(small() + a);
  CHECK(first.cells[0].label == "learning_rate=1e-4");
  for (const std::string& text : {b, c}) {
    const Experiment other = resolved(small() + text);
    REQUIRE(other.cells.size() == 2);
    CHECK(other.cells[0].id == first.cells[0].id);
    CHECK(other.cells[1].id == first.cells[1].id);
  }
}

TEST_CASE("resolve: an integer for a real is the same run") {
  const std::string gp = "[enforcer]\nplugin = 'gradient_penalty'\nweight = ";
  const Experiment a = resolved(small() + gp + "10"), b = resolved(small() + gp + "1_0.0"),
                   c = resolved(small() + "[enforcer]\nplugin = 'gradient_penalty'");
  CHECK(a.cells[0].id == b.cells[0].id);
  CHECK(a.cells[0].id == c.cells[0].id);
  CHECK(a.cells[0].config["enforcer"][0]["weight"].is_number_float());
}

TEST_CASE("resolve: the number of steps, seeds, name and timeout are not part of a cell's identity") {
  const Experiment a = resolved(small());
  const Experiment b = resolved(small() + "[resources]\ntimeout = '5m'",
                                {{"train.generator_steps=99", "experiment.name=u"}, {}, "", "4"});
  CHECK(a.cells[0].id == b.cells[0].id);
  CHECK(b.timeout_seconds == 300);
  CHECK(b.name == "u");
  CHECK(runs(a)[0].id == runs(b)[0].id);
  CHECK(runs(b).size() == 4);
  CHECK(runs(b)[0].id != runs(b)[1].id);
  CHECK(a.cells[0].id != resolved(small(), {{"train.batch_size=65"}, {}, "", ""}).cells[0].id);
  CHECK(a.cells[0].id.size() == 12);
}

TEST_CASE("resolve: overrides patch the cells that match, also by what the file leaves to defaults") {
  const Experiment experiment =
      resolved(small() +
               "[optimizer]\nkind = 'adam'\nlearning_rate = 5e-4\nbetas = [0.0, 0.9]\n"
               "[grid]\nenforcer = ['none', 'clip']\n"
               "[[override]]\nif = 'enforcer.bound == 0.01'\n"
               "set = { \"optimizer.kind\" = 'rmsprop' }\n");
  CHECK(experiment.cells[0].config["optimizer"]["critic"]["kind"] == "adam");
  const Json& clipped = experiment.cells[1].config["optimizer"]["critic"];
  CHECK(clipped["kind"] == "rmsprop");
  CHECK(clipped["learning_rate"] == 5e-4);
  CHECK_FALSE(clipped.contains("betas"));
}

TEST_CASE("resolve: a later override sees what an earlier one set") {
  const Experiment experiment =
      resolved(small() +
               "[[override]]\nif = 'train.batch_size == 64'\nset = { train.batch_size = 32 }\n"
               "[[override]]\nif = 'train.batch_size == 32'\nset = { train.latent = 7 }\n"
               "[[override]]\nif = 'train.latent == 7'\nset = { enforcer = 'clip' }\n");
  CHECK(only_config(experiment)["train"]["latent"] == 7);
  CHECK(only_config(experiment)["enforcer"][0]["plugin"] == "clip");
}

TEST_CASE("resolve: in an override a table in braces replaces, dotted keys add") {
  const std::string base =
      small() + "[enforcer]\nplugin = 'gradient_penalty'\nweight = 3\n[[override]]\nif = '1 == 1'\n";
  const Experiment replaced =
      resolved(base + "set = { enforcer = { plugin = 'gradient_penalty', target = 0 } }\n");
  CHECK(only_config(replaced)["enforcer"][0]["weight"] == 10.0);
  const Experiment added = resolved(base + "set = { enforcer.target = 0 }\n");
  CHECK(only_config(added)["enforcer"][0]["weight"] == 3.0);
  CHECK(only_config(added)["enforcer"][0]["target"] == 0.0);
}

TEST_CASE("resolve: optimizer settings are for both players unless given for one, and later ones win") {
  const std::string base = small() +
                           "[optimizer]\nlearning_rate = 1e-3\nbetas = [0.1, 0.2]\n"
                           "[optimizer.critic]\nkind = 'rmsprop'\nlearning_rate = 2e-3\n";
  const Json file = only_config(resolved(base))["optimizer"];
  CHECK(file["critic"]["learning_rate"] == 2e-3);
  CHECK(file["critic"]["kind"] == "rmsprop");
  CHECK(file["generator"]["learning_rate"] == 1e-3);
  CHECK(file["generator"]["betas"] == Json({0.1, 0.2}));
  const Json set = only_config(resolved(base, {{"optimizer.learning_rate=5e-3"}, {}, "", ""}))["optimizer"];
  CHECK(set["critic"]["learning_rate"] == 5e-3);
  CHECK(set["generator"]["learning_rate"] == 5e-3);
}

TEST_CASE("resolve: the optimizer may be an axis of whole tables") {
  const Experiment experiment = resolved(small() +
                                         "[optimizer]\nlearning_rate = 1e-3\n"
                                         "[grid]\noptimizer = ['rmsprop', {kind='sgd', learning_rate=0.1}, "
                                         "{kind='sgd', learning_rate=0.2, critic={learning_rate=0.3}}]\n");
  CHECK(experiment.cells[0].config["optimizer"]["critic"]["learning_rate"] == 5e-5);
  CHECK(experiment.cells[2].config["optimizer"]["critic"]["learning_rate"] == 0.3);
  CHECK(experiment.cells[2].config["optimizer"]["generator"]["learning_rate"] == 0.2);
  CHECK(experiment.cells[0].label == "optimizer=rmsprop");
  CHECK(experiment.cells[1].label == "optimizer=sgd(learning_rate=0.1)");
  CHECK(experiment.full_product);
}

TEST_CASE("resolve: flags come last, and conditions see them") {
  const std::string base =
      small() +
      "[grid]\nenforcer = ['none', 'gradient_penalty']\n"
      "[[override]]\nif = 'enforcer.plugin == \"clip\"'\nset = { train.batch_size = 32, train.latent = 5 }\n";
  const Experiment experiment = resolved(base, {{"enforcer=clip", "train.latent=9"}, {}, "", ""});
  CHECK(only_config(experiment)["train"]["batch_size"] == 32);
  CHECK(only_config(experiment)["train"]["latent"] == 9);
  const Experiment axis = resolved(base, {{}, {"enforcer=clip,{plugin='clip',bound=0.1}"}, "", ""});
  CHECK(labels(axis) == std::vector<std::string>{"enforcer=clip(bound=0.01)", "enforcer=clip(bound=0.1)"});
  CHECK(axis.cells[0].config["train"]["batch_size"] == 32);
}

TEST_CASE("resolve: --axis takes the place of the file's axis or adds one") {
  const std::string base = small() + "[grid]\nloss = ['bce', 'wasserstein']\nenforcer = ['none', 'clip']\n";
  const Experiment replaced = resolved(base, {{}, {"loss=hinge,bce"}, "", ""});
  CHECK(replaced.axes[0].values == std::vector<Json>{"hinge", "bce"});
  const Experiment added = resolved(base, {{}, {"optimizer.learning_rate={log=[1e-5,1e-3,3]}"}, "", ""});
  CHECK(added.cells.size() == 12);
  CHECK(added.axes[2].name == "learning_rate");
}

TEST_CASE("resolve: the order of flags does not matter") {
  const std::string base = small() + "[grid]\nloss = ['bce', 'wasserstein']\n";
  const auto configs = [&](const CommandLine& flags) {
    std::vector<Json> all;
    for (const Cell& cell : resolved(base, flags).cells) all.push_back(cell.config);
    return all;
  };
  const std::vector<std::string> weights{"enforcer.weight=1,10", "enforcer=gradient_penalty"};
  CHECK(configs({{}, weights, "", ""}).size() == 4);
  CHECK(configs({{}, {weights[1], weights[0]}, "", ""}).size() == 4);
  const CommandLine one{{"enforcer.weight=5", "enforcer=gradient_penalty"}, {}, "", ""};
  const CommandLine other{{"enforcer=gradient_penalty", "enforcer.weight=5"}, {}, "", ""};
  CHECK(configs(one).front()["enforcer"][0]["weight"] == 5.0);
  CHECK(configs(one) == configs(other));
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"enforcer.nonsense=5", "enforcer=gradient_penalty"},
        {"loss.nonsense=5", "loss.plugin=hinge"},
        {"optimizer.betas=[0.9,0.99]", "optimizer.kind=sgd"}}) {
    CAPTURE(wrong[0]);
    CHECK(fixture::failure_of(base, {wrong, {}, "", ""}).exit == 3);
    CHECK(fixture::failure_of(base, {{wrong[1], wrong[0]}, {}, "", ""}).exit == 3);
  }
}

TEST_CASE("resolve: what a flag for a whole table takes away is said") {
  const auto warnings = [&](const std::string& text, const CommandLine& flags) {
    const std::vector<std::string> all = resolved(text, flags).warnings;
    REQUIRE(all.size() == 1);
    return all.front();
  };
  const std::string axes =
      small() + "[enforcer]\nplugin = 'gradient_penalty'\n[grid]\n\"enforcer.weight\" = [1, 10]\n";
  CHECK(
      warnings(axes, {{"enforcer=gradient_penalty"}, {}, "", ""})
          .find(
              "the axis 'enforcer.weight' has no effect: --set enforcer=gradient_penalty is given for all of "
              "'enforcer'") != std::string::npos);
  const std::string weighed = small() + "[enforcer]\nplugin = 'gradient_penalty'\nweight = 3\n";
  CHECK(
      warnings(weighed, {{"enforcer=gradient_penalty"}, {}, "", ""})
          .find("'enforcer.weight' has no effect: --set enforcer=gradient_penalty gives the plugin with all "
                "parameters; --set enforcer.plugin=... keeps them") != std::string::npos);
  CHECK(warnings(weighed, {{}, {"enforcer=gradient_penalty,none"}, "", ""})
            .find("'enforcer.weight' has no effect: the axis 'enforcer'") != std::string::npos);
  CHECK(resolved(weighed, {{"enforcer=none"}, {}, "", ""}).warnings.empty());
}

TEST_CASE("resolve: labels and coordinates tell what a cell has, whoever has set it") {
  const std::string plain = small() +
                            "[grid]\nenforcer = [{ plugin = 'gradient_penalty', weight = 1 }, { plugin = "
                            "'gradient_penalty', weight = 2, target = 0 }]\n";
  using Labels = std::vector<std::string>;
  const Experiment set = resolved(plain, {{"enforcer.weight=5"}, {}, "", ""});
  CHECK(labels(set) == Labels{"enforcer=gradient_penalty(target=1, weight=5)",
                              "enforcer=gradient_penalty(target=0, weight=5)"});
  CHECK(set.axes[0].values ==
        std::vector<Json>{"gradient_penalty(target=1, weight=5)", "gradient_penalty(target=0, weight=5)"});
  const Experiment overridden =
      resolved(plain + "[[override]]\nif = 'enforcer.target == 0'\nset = { \"enforcer.weight\" = 7 }\n");
  CHECK(labels(overridden) == Labels{"enforcer=gradient_penalty(target=1, weight=1)",
                                     "enforcer=gradient_penalty(target=0, weight=7)"});
  const Experiment rates =
      resolved(small() +
                   "[grid]\noptimizer = [{ kind = 'adam', learning_rate = 1e-3, betas = [0.5, 0.9] }, { "
                   "kind = 'adam', learning_rate = 1e-4, betas = [0.0, 0.9] }]\n",
               {{"optimizer.learning_rate=5e-4"}, {}, "", ""});
  CHECK(labels(rates) == Labels{"optimizer=adam(betas=[0.5, 0.9], learning_rate=5e-4)",
                                "optimizer=adam(betas=[0, 0.9], learning_rate=5e-4)"});
  const Experiment axis = resolved(plain, {{}, {"enforcer.weight=5,6"}, "", ""});
  CHECK(labels(axis).front() == "enforcer=gradient_penalty(target=1) weight=5");
  CHECK(axis.full_product);
  const Experiment numbers =
      resolved(small() +
               "[grid]\n\"train.latent\" = [2, 3]\nloss = ['bce', 'hinge']\n[[override]]\nif = "
               "'loss.plugin == \"bce\" and train.latent == 2'\nset = { \"train.latent\" = 9 }\n");
  CHECK(labels(numbers).front() == "latent=9 loss=bce");
}

TEST_CASE("resolve: --set of a parameter goes to the enforcers that have it") {
  const Experiment experiment =
      resolved(small() + "[[enforcer]]\nplugin = 'clip'\n[[enforcer]]\nplugin = 'gradient_penalty'\n",
               {{"enforcer.weight=2"}, {}, "", ""});
  CHECK(only_config(experiment)["enforcer"][1]["weight"] == 2.0);
}

TEST_CASE("resolve: excluded cells are named with their reason, and their faults do not count") {
  const Experiment experiment =
      resolved(small() +
               "[grid]\nenforcer = ['none', 'clip']\n\"optimizer.learning_rate\" = [1e-4, 1e-3]\n"
               "[[exclude]]\nif = 'enforcer.plugin == \"none\" and optimizer.learning_rate > 5e-4'\n"
               "why = 'diverges'\n");
  CHECK(experiment.cells.size() == 3);
  REQUIRE(experiment.excluded.size() == 1);
  CHECK(experiment.excluded[0].label == "enforcer=none learning_rate=0.001");
  CHECK(experiment.excluded[0].why == "diverges");
  CHECK_FALSE(experiment.full_product);
  CHECK(experiment.cells[2].index == 2);
}

TEST_CASE("resolve: --only keeps the cells that fulfil it, and a flag need not suit the others") {
  const std::string base =
      small() + "[grid]\nloss = ['bce', 'wasserstein']\nenforcer = ['none', 'gradient_penalty']\n";
  const Experiment experiment =
      resolved(base, {{"enforcer.weight=1"}, {}, "enforcer == 'gradient_penalty'", ""});
  CHECK(experiment.cells.size() == 2);
  CHECK(experiment.axes[1].values == std::vector<Json>{"gradient_penalty"});
  CHECK(experiment.full_product);
  CHECK(experiment.excluded.empty());
}

TEST_CASE("resolve: coordinates are what cells came to, null where they lack the key") {
  const Experiment experiment =
      resolved(small() +
                   "[grid]\nenforcer = ['none', 'clip']\n\"optimizer.betas\" = [[0.0, 0.9], [0.5, 0.9]]\n"
                   "[[override]]\nif = 'enforcer.plugin == \"clip\"'\nset = { optimizer.kind = 'sgd' }\n"
                   "[[exclude]]\nif = 'enforcer.plugin == \"clip\" and train.batch_size > 64'\nwhy = 'x'\n",
               {{}, {}, "enforcer == 'none'", ""});
  CHECK(experiment.cells[0].coordinates == std::vector<Json>{"none", "[0, 0.9]"});
  CHECK(experiment.warnings.size() == 1);
  const Experiment patched = resolved(small() +
                                      "[grid]\n\"train.latent\" = [1, 2]\n"
                                      "[[override]]\nif = 'train.latent == 2'\nset = { train.latent = 3 }\n");
  CHECK(patched.axes[0].values == std::vector<Json>{1, 3});
  CHECK(patched.cells[1].coordinates == std::vector<Json>{3});
}

TEST_CASE("resolve: axes with the same last name, or that of another variable, are named in full") {
  const Experiment experiment = resolved(small() +
                                         "[grid]\n\"optimizer.critic.learning_rate\" = [1e-4, 1e-3]\n"
                                         "\"optimizer.generator.learning_rate\" = [1e-4, 1e-3]\n"
                                         "\"dataset.modes\" = [4, 8]\n");
  CHECK(experiment.axes[0].name == "optimizer_critic_learning_rate");
  CHECK(experiment.axes[1].name == "optimizer_generator_learning_rate");
  CHECK(experiment.axes[2].name == "dataset_modes");
  CHECK(experiment.cells.size() == 8);
}

TEST_CASE("resolve: what has no effect is a warning with its place") {
  const Experiment experiment =
      resolved(small() +
               "[grid]\nenforcer = ['clip']\n"
               "[[override]]\nif = 'enforcer == \"none\"'\nset = { train.latent = 3 }\n"
               "[[exclude]]\nif = 'train.latent == 3'\nwhy = 'never'\n");
  REQUIRE(experiment.warnings.size() == 3);
  CHECK(experiment.warnings[0].find("x.toml:12:1: the axis 'enforcer' has one value") != std::string::npos);
  CHECK(experiment.warnings[1].find("x.toml:14:6: this [[override]] matches no cell: enforcer is clip") !=
        std::string::npos);
  CHECK(experiment.warnings[2].find("x.toml:17:6: this [[exclude]] matches no cell: train.latent is 100") !=
        std::string::npos);
}

TEST_CASE("resolve: a section that an axis replaces is a warning, one whose plugin alone is varied is not") {
  const auto warnings = [](const std::string& grid) {
    return resolved(small() + "[enforcer]\nplugin = 'clip'\nbound = 0.1\n[grid]\n" + grid).warnings;
  };
  const auto found = warnings("enforcer = ['clip', 'none']\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("'enforcer.bound' has no effect") != std::string::npos);
  CHECK(found[0].find("x.toml:13:1: ") != std::string::npos);
  CHECK(found[0].ends_with("x.toml:15:1"));  // the axis
  CHECK(warnings("\"enforcer.bound\" = [0.1, 0.2]\n").empty());
}

TEST_CASE("resolve: seeds are counted from 1, or listed, and a flag wins") {
  const std::string base = "[experiment]\nname = \"t\"\nseeds = ";
  const std::string rest = small().substr(small().find("[train]"));
  CHECK(resolved(base + "3\n" + rest).seeds == std::vector<std::int64_t>{1, 2, 3});
  CHECK(resolved(base + "[0, 7]\n" + rest).seeds == std::vector<std::int64_t>{0, 7});
  CHECK(resolved(base + "3\n" + rest, {{}, {}, "", "1,7,9"}).seeds == std::vector<std::int64_t>{1, 7, 9});
  CHECK(resolved(base + "3\n" + rest, {{}, {}, "", "5"}).seeds.size() == 5);
  CHECK(resolved(base + "3\n" + rest, {{"experiment.seeds=2"}, {}, "", ""}).seeds.size() == 2);
}

TEST_CASE("resolve: runs are seed-major, the plan is cell-major") {
  const Experiment experiment =
      resolved(small() + "[grid]\nloss = ['bce', 'wasserstein']\n", {{}, {}, "", "2"});
  const std::vector<Run> all = runs(experiment);
  REQUIRE(all.size() == 4);
  CHECK(all[0].seed == 1);
  CHECK(all[1].seed == 1);
  CHECK(all[1].cell == 1);
  CHECK(all[2].seed == 2);
  const record::Plan planned = plan(experiment);
  CHECK(planned.runs[1].cell == 0);
  CHECK(planned.runs[1].seed == 2);
  CHECK(planned.runs[1].id == all[2].id);
  CHECK(planned.runs[3].coordinates == std::vector<Json>{"wasserstein"});
  std::set<std::string> ids;
  for (const Run& run : all) ids.insert(run.id);
  CHECK(ids.size() == 4);
}

TEST_CASE("resolve: a grid of 100,000 cells is settled, a larger one is a sentence") {
  const std::string axes = small() +
                           "[grid]\n\"train.latent\" = { range = [1, 300, 1] }\n"
                           "\"train.batch_size\" = { range = [1, 400, 1] }\n";
  CHECK(fixture::failure_of(axes).text == "x.toml:13:1: the grid has more than 100000 cells");
  CHECK(resolved(axes, {{"train.latent=3"}, {}, "", ""}).cells.size() == 400);
}

TEST_CASE("resolve: every shape of metrics is a list of plugins") {
  const std::string two =
      "[[evaluate.metrics]]\nplugin = 'modes'\n[[evaluate.metrics]]\nplugin = "
      "'sliced_wasserstein'\nprojections = 9\n";
  CHECK(only_config(resolved(small() + two))["evaluate"]["metrics"][1]["projections"] == 9);
  const Experiment one = resolved(small() + "[evaluate]\nmetrics = 'modes'\n");
  CHECK(one.primary_metric == "modes");
  CHECK(one.primary_goal == "max");
  const Experiment axis = resolved(
      small() + "[grid]\nevaluate.metrics = ['modes', { plugin = 'sliced_wasserstein', projections = 2 }]\n");
  CHECK(axis.cells[1].config["evaluate"]["metrics"][0]["projections"] == 2);
}

}  // namespace resolve_test

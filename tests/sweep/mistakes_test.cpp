// The mistakes people make, each with the place, the name and the exit code they get.
#include <sstream>

#include "fixture.h"

using namespace monge;
using namespace monge::sweep;
using fixture::failure_of;
using fixture::small;
using fixture::without_loss;

namespace {

struct Mistake {
  std::string what;
  std::string text;  // of the file
  CommandLine flags;
  int exit;
  std::string said;  // how a line begins, or what it holds
};

CommandLine set(const std::string& flag) { return {{flag}, {}, "", ""}; }
CommandLine axis(const std::string& flag) { return {{}, {flag}, "", ""}; }
CommandLine only(const std::string& condition) { return {{}, {}, condition, ""}; }
CommandLine seeds(const std::string& text) { return {{}, {}, "", text}; }

const std::string enforcers = "[grid]\nenforcer = ['none', 'clip', 'gradient_penalty']\n";  // lines 11, 12

std::vector<Mistake> in_sections() {
  const std::string from_train = small().substr(small().find("[train]"));
  return {
      {"syntax", small() + "[grid\n", {}, 3, "x.toml:11:6: "},
      {"section misspelt",
       small() + "[optimiser]\nkind = 'adam'\n",
       {},
       3,
       "x.toml:11:2: no section 'optimiser'; did you mean 'optimizer'?"},
      {"section of a later version",
       small() + "[[zip]]\nx = 1\n",
       {},
       3,
       "x.toml:11:3: [[zip]] is not in this version"},
      {"table of a later version",
       small() + "[budget]\nwall = '1h'\n",
       {},
       3,
       "x.toml:11:2: [budget] is not in this version"},
      {"setting misspelt",
       small() + "[evaluate]\nevry = 3\n",
       {},
       3,
       "x.toml:12:1: [evaluate] has no setting 'evry'; did you mean 'every'?  Known: every, samples, "
       "weights, metrics"},
      {"setting of another section",
       small() + "[record]\nlearning_rate = 1\n",
       {},
       3,
       "x.toml:12:1: [record] has no setting 'learning_rate'; it belongs to [optimizer]"},
      {"setting outside any section",
       "batch_size = 3\n" + small(),
       {},
       3,
       "x.toml:1:1: no key 'batch_size'; did you mean 'train.batch_size'?"},
      {"text for a number",
       small() + "[record]\nevery = 'ten'\n",
       {},
       3,
       "x.toml:12:9: record: 'every' must be an integer, got \"ten\""},
      {"real for an integer",
       small() + "[record]\nevery = 1.5\n",
       {},
       3,
       "x.toml:12:9: record: 'every' must be an integer, got 1.5"},
      {"below range",
       small() + "[record]\nevery = 0\n",
       {},
       3,
       "x.toml:12:9: record: 'every' must be at least 1, got 0"},
      {"list outside the grid",
       small() + "[record]\nevery = [1, 2]\n",
       {},
       3,
       "x.toml:12:9: record: 'every' must be an integer, got [1, 2]  (values to be compared go into [grid])"},
      {"wrong choice", small(), set("train.precision=fp23"), 3,
       "--set train.precision=fp23: train: 'precision' must be one of fp32, fp64, got \"fp23\"; did you mean "
       "'fp32'?"},
      {"text for a truth value", small(), set("train.warm_up=yes"), 3,
       "--set train.warm_up=yes: train: 'warm_up' must be true or false, got \"yes\""},
      {"no steps",
       "[experiment]\nname = 't'\n" + small().substr(small().find("[dataset]")),
       {},
       3,
       "x.toml:1:1: [train] needs 'generator_steps'"},
      {"no name", from_train, {}, 3, "x.toml:1:1: the experiment needs a name"},
      {"name that leaves the folder",
       "[experiment]\nname = '../x'\n" + from_train,
       {},
       3,
       "x.toml:2:8: 'name' must be a folder's name"},
      {"no loss", without_loss(), {}, 3, "x.toml:1:1: [loss] is missing: [loss] plugin = \"bce\""},
      {"no seeds",
       "[experiment]\nname = 't'\nseeds = 0\n" + from_train,
       {},
       3,
       "x.toml:3:9: 'seeds' must be a number from 1 to 100000 or a list, got 0"},
      {"a seed twice",
       "[experiment]\nname = 't'\nseeds = [1, 1]\n" + from_train,
       {},
       3,
       "x.toml:3:9: 'seeds' names 1 twice"},
      {"unknown goal",
       "[experiment]\nname = 't'\nprimary = { metric = 'modes', goal = 'most' }\n" + from_train,
       {},
       3,
       "x.toml:3:38: 'goal' must be \"min\" or \"max\""},
      {"primary not measured",
       "[experiment]\nname = 't'\nprimary = 'sliced_wasserstain'\n" + from_train,
       {},
       3,
       "x.toml:3:11: no metric of this experiment reports 'sliced_wasserstain'; did you mean "
       "'sliced_wasserstein'?"},
      {"timeout without unit",
       small() + "[resources]\ntimeout = '5'\n",
       {},
       3,
       "x.toml:12:11: 'timeout' must be seconds above 0 or a time such as \"90s\""},
      {"unknown resource",
       small() + "[resources]\ntimeot = 5\n",
       {},
       3,
       "x.toml:12:1: [resources] has no setting 'timeot'; did you mean 'timeout'?"},
      {"beta of one",
       small() + "[optimizer]\nbetas = [0.5, 1.0]\n",
       {},
       3,
       "x.toml:12:9: optimizer: 'betas' must lie in [0, 1), got 1"},
      {"one beta",
       small() + "[optimizer]\nbetas = [0.5]\n",
       {},
       3,
       "x.toml:12:9: optimizer: 'betas' must hold two numbers"},
      {"unknown optimiser",
       small() + "[optimizer]\nkind = 'adma'\n",
       {},
       3,
       "x.toml:12:8: optimizer: 'kind' must be one of adam, adamw, rmsprop, sgd, got \"adma\"; did you mean "
       "'adam'?"},
      {"setting of another optimiser",
       small() + "[optimizer]\nkind = 'rmsprop'\nbetas = [0.0, 0.9]\n",
       {},
       3,
       "x.toml:13:1: optimizer 'rmsprop' has no setting 'betas'"},
      {"weight decay of plain Adam",
       small() + "[optimizer]\nweight_decay = 0.1\n",
       {},
       3,
       "x.toml:12:1: optimizer 'adam' has no setting 'weight_decay'"},
      {"negative weight decay",
       small() + "[optimizer]\nkind = 'adamw'\nweight_decay = -0.1\n",
       {},
       3,
       "x.toml:13:16: optimizer: 'weight_decay' must be at least 0, got -0.1"},
      {"schedule misspelt",
       small() + "[optimizer]\nschedule = 'cosin'\n",
       {},
       3,
       "x.toml:12:12: optimizer: 'schedule' must be one of constant, linear, cosine, got \"cosin\"; did you "
       "mean "
       "'cosine'?"},
      {"schedule without an end",
       small() + "[optimizer.critic]\nschedule = 'linear'\n",
       {},
       3,
       "x.toml:12:12: optimizer: 'schedule' needs 'schedule_steps'"},
      {"schedule that ends at once",
       small() + "[optimizer]\nschedule = 'linear'\nschedule_steps = 0\n",
       {},
       3,
       "x.toml:12:12: optimizer: 'schedule' needs 'schedule_steps'"},
      {"rate that rises",
       small() + "[optimizer]\nfinal_factor = 1.5\n",
       {},
       3,
       "x.toml:12:16: optimizer: 'final_factor' must lie in [0, 1], got 1.5"},
      {"moving average that never moves", small() + "[evaluate]\nweights = 'ema'\n", set("train.ema=1"), 3,
       "--set train.ema=1: train: 'ema' must lie in [0, 1), got 1"},
      {"moving average that is not made",
       small() + "[evaluate]\nweights = 'ema'\n",
       {},
       3,
       "x.toml:12:11: evaluate: 'weights' = \"ema\" needs a moving average: [train] ema = 0.999"},
      {"not finite",
       small() + "[optimizer]\nlearning_rate = inf\n",
       {},
       3,
       "x.toml:12:17: optimizer: 'learning_rate' must be finite, got inf"},
  };
}

std::vector<Mistake> in_plugins() {
  return {
      {"unknown plugin",
       without_loss() + "[loss]\nplugin = 'hings'\n",
       {},
       3,
       "x.toml:10:10: no loss named 'hings'; did you mean 'hinge'?  Known: bce, crashes, hinge, wasserstein"},
      {"broken plugin", without_loss() + "loss = 'crashes'\n", {}, 3, "x.toml:9:1: "},
      {"plugin that crashes",
       without_loss() + "[loss]\nplugin = 'crashes'\n",
       {},
       4,
       "x.toml:10:10: loss 'crashes' cannot be loaded: it ends with SIGSEGV while it describes itself"},
      {"parameter misspelt",
       without_loss() + "[loss]\nplugin = 'hinge'\nmargn = 1\n",
       {},
       3,
       "x.toml:11:1: loss 'hinge' has no parameter 'margn'; did you mean 'margin'?  (runner plugin show "
       "loss/hinge)"},
      {"parameter out of range",
       without_loss() + "[loss]\nplugin = 'hinge'\nmargin = -1\n",
       {},
       3,
       "x.toml:11:10: loss 'hinge': 'margin' must lie in [0, 10], got -1"},
      {"parameter of none",
       small() + "[enforcer]\nplugin = 'none'\nbound = 1\n",
       {},
       3,
       "x.toml:13:1: enforcer 'none' has no parameter 'bound'; it has none  (runner plugin show "
       "enforcer/none)"},
      {"plugin not named",
       small() + "[enforcer]\nbound = 1\n",
       {},
       3,
       "x.toml:11:1: 'enforcer' does not say which: plugin = "},
      {"several losses",
       without_loss() + "[[loss]]\nplugin = 'bce'\n",
       {},
       3,
       "'loss' must be a loss, as in { plugin = \"bce\" }, got "},
      {"a number for a plugin",
       small() + "[enforcer]\nplugin = 3\n",
       {},
       3,
       "x.toml:12:10: 'plugin' must be a name in quotes, got 3"},
      {"scalar for a list", small(), set("dataset={plugin='mnist', digits=7}"), 3,
       "dataset 'mnist': 'digits' must be a list of integers, got 7"},
      {"no metric",
       small() + "[evaluate]\nmetrics = []\n",
       {},
       3,
       "x.toml:12:11: 'evaluate.metrics' names no metric"},
      {"metric twice",
       small() + "[evaluate]\nmetrics = ['modes', 'modes']\n",
       {},
       3,
       "x.toml:12:1: two metrics report 'modes'"},
      {"which of two", small() + "[[enforcer]]\nplugin = 'clip'\n[[enforcer]]\nplugin = 'none'\n",
       set("enforcer.plugin=none"), 3,
       "--set enforcer.plugin=none: 'enforcer.plugin' does not say which of several enforcers"},
  };
}

std::vector<Mistake> in_grids() {
  return {
      {"axis of one value that is no list",
       small() + "[grid]\nenforcer = 'clip'\n",
       {},
       3,
       "x.toml:12:12: the axis 'enforcer' must be a list of values or one of { range"},
      {"axis without values",
       small() + "[grid]\nenforcer = []\n",
       {},
       3,
       "x.toml:12:12: the axis 'enforcer' has no values"},
      {"axis misspelt",
       small() + "[grid]\n'optimizer.learning_rat' = [1, 2]\n",
       {},
       3,
       "x.toml:12:1: [optimizer] has no setting 'learning_rat'; did you mean 'learning_rate'?"},
      {"axis of seeds",
       small() + "[grid]\nseed = [1, 2]\n",
       {},
       3,
       "x.toml:12:1: 'seed' is not varied like a setting: give [experiment] seeds"},
      {"axis of names",
       small() + "[grid]\n'experiment.name' = ['a', 'b']\n",
       {},
       3,
       "x.toml:12:1: 'experiment.name' is one for the whole experiment"},
      {"random axis",
       small() + "[grid]\n'train.latent' = { uniform = [1, 9], samples = 3 }\n",
       {},
       3,
       "x.toml:12:20: a random axis ('uniform') is not in this version"},
      {"generator of two numbers",
       small() + "[grid]\n'train.latent' = { lin = [1, 9] }\n",
       {},
       3,
       "x.toml:12:26: 'lin' takes three numbers, [a, b, n], got [1, 9]"},
      {"axis given twice",
       small() + "[grid]\n'train.latent' = [1, 2]\ntrain.latent = [3, 4]\n",
       {},
       3,
       "x.toml:13:7: the axis 'train.latent' is given twice"},
      {"value in an axis",
       small() + "[grid]\nloss = ['bce', {plugin='hinge', margin=11}]\n",
       {},
       3,
       "x.toml:12:40: loss 'hinge': 'margin' must lie in [0, 10], got 11"},
      {"cells alike",
       small() + "[grid]\nenforcer = ['clip', {plugin='clip', bound=1e-2}, 'none']\n",
       {},
       3,
       "x.toml:12:1: the cells 'enforcer=clip' and 'enforcer=clip' are the same run: all their settings are "
       "equal"},
      {"cells of other lengths",
       small() + "[grid]\n'train.generator_steps' = [10, 20]\n",
       {},
       3,
       "x.toml:12:1: the cells 'generator_steps=10' and 'generator_steps=20' are the same run: "
       "train.generator_steps alone"},
      {"key some cells lack",
       small() + enforcers + "[[override]]\nif = '1 == 1'\nset = { enforcer.bound = 0.1 }\n",
       {},
       3,
       "x.toml:15:18: enforcers 'gradient_penalty', 'none' have no parameter 'bound'; in 2 of 3 cells: "
       "enforcer=none; enforcer=gradient_penalty"},
      {"override without set",
       small() + "[[override]]\nif = '1 == 1'\n",
       {},
       3,
       "x.toml:11:1: [[override]] needs 'set'"},
      {"override with a stray key",
       small() + "[[override]]\nif = '1 == 1'\nsett = 3\nset = { train.latent = 3 }\n",
       {},
       3,
       "x.toml:13:1: [[override]] has no key 'sett'; did you mean 'set'?"},
      {"exclude without why",
       small() + "[[exclude]]\nif = '1 == 1'\n",
       {},
       3,
       "x.toml:11:1: [[exclude]] needs 'why'"},
      {"exclude with an empty why",
       small() + "[[exclude]]\nif = '1 == 2'\nwhy = ' '\n",
       {},
       3,
       "x.toml:13:7: 'why' must be a reason in quotes"},
      {"everything excluded",
       small() + "[[exclude]]\nif = '1 == 1'\nwhy = 'x'\n",
       {},
       3,
       "x.toml:12:6: [[exclude]] leaves no cell"},
      {"condition misspelt",
       small() + "[[exclude]]\nif = 'train.latent = 3'\nwhy = 'x'\n",
       {},
       3,
       "x.toml:12:6: column 14 of the condition: '=' is not known; use '=='"},
      {"condition on no key",
       small() + "[[exclude]]\nif = 'train.latnt == 3'\nwhy = 'x'\n",
       {},
       3,
       "x.toml:12:6: column 1 of the condition: no cell has a key 'train.latnt'; did you mean "
       "'train.latent'?"},
      {"condition of unlike types",
       small() + "[[exclude]]\nif = 'train.latent == \"3\"'\nwhy = 'x'\n",
       {},
       3,
       "x.toml:12:6: column 14 of the condition: a number is compared with a text"},
      {"condition that is no text",
       small() + "[[exclude]]\nif = true\nwhy = 'x'\n",
       {},
       3,
       "x.toml:12:6: 'if' must be a condition in quotes, got true"},
  };
}

std::vector<Mistake> in_flags() {
  return {
      {"parameter misspelt", small() + enforcers, set("enforcer.weigth=1"), 3,
       "--set enforcer.weigth=1: enforcers 'clip', 'gradient_penalty', 'none' have no parameter 'weigth'; "
       "did you mean 'weight'?  (runner plugin show enforcer/gradient_penalty)"},
      {"no equals", small(), set("train.latent"), 2, "--set train.latent: expected --set key=value"},
      {"no value", small(), set("train.latent="), 2, "--set train.latent=: expected --set key=value"},
      {"open list", small(), set("train.latent=[1"), 2, "--set train.latent=[1: '[1' is not a value"},
      {"key misspelt", small(), set("trian.latent=1"), 3,
       "--set trian.latent=1: no key begins with 'trian'; did you mean 'train'?"},
      {"key without section", small(), set("latent=1"), 3,
       "--set latent=1: no key 'latent'; did you mean 'train.latent'?"},
      {"section as a whole", small(), set("train=1"), 3, "--set train=1: [train] cannot be set as a whole"},
      {"unknown plugin", small(), set("loss=wasserstien"), 3,
       "--set loss=wasserstien: no loss named 'wasserstien'; did you mean 'wasserstein'?"},
      {"path for a plugin", small(), set("loss=../bce"), 3, "--set loss=../bce: no loss named '../bce'"},
      {"axis without values", small(), axis("loss"), 2, "--axis loss: expected --axis key=a,b"},
      {"axis with an open quote", small(), axis("loss='bce,hinge"), 2, "is not a list of values"},
      {"axis misspelt", small(), axis("los=bce,hinge"), 3,
       "--axis los=bce,hinge: no key begins with 'los'; did you mean 'loss'?"},
      {"axis value", small(), axis("loss=bce,hing"), 3,
       "--axis loss=bce,hing: no loss named 'hing'; did you mean 'hinge'?"},
      {"axis and set",
       small(),
       {{"loss=bce"}, {"loss=bce,hinge"}, "", ""},
       2,
       "--set loss=bce: contradicts --axis loss=bce,hinge"},
      {"only misspelt", small(), only("loss = 'bce'"), 2,
       "--only 'loss = 'bce'': column 6 of the condition: '=' is not known"},
      {"only of nothing", small(), only("loss == 'bce'"), 3, "no cell of the experiment fulfils it"},
      {"only on no key", small(), only("los == 'bce'"), 3,
       "column 1 of the condition: no cell has a key 'los'; did you mean 'loss'?"},
      {"seeds of no number", small(), seeds("many"), 2, "--seeds many: 'seeds' must be a number of seeds"},
      {"negative seeds", small(), seeds("1,-2"), 2, "--seeds 1,-2: 'seeds' must hold integers from 0"},
      {"seeds with a gap", small(), seeds("1,,2"), 2, "--seeds 1,,2: expected a number of seeds or a list"},
      {"name for the experiment", small(), set("experiment.name=a/b"), 3,
       "--set experiment.name=a/b: 'name' must be a folder's name"},
      {"setting of the experiment", small(), set("experiment.nmae=b"), 3,
       "--set experiment.nmae=b: [experiment] has no setting 'nmae'; did you mean 'name'?"},
  };
}

void check_all(const std::vector<Mistake>& mistakes) {
  for (const Mistake& mistake : mistakes) {
    CAPTURE(mistake.what);
    const fixture::Failure failure = failure_of(mistake.text, mistake.flags);
    CAPTURE(failure.text);
    CHECK(failure.exit == mistake.exit);
    CHECK(failure.text.find(mistake.said) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("mistakes: in the sections of a file") { check_all(in_sections()); }
TEST_CASE("mistakes: in plugins and their parameters") { check_all(in_plugins()); }
TEST_CASE("mistakes: in grids, overrides and excludes") { check_all(in_grids()); }
TEST_CASE("mistakes: in flags") { check_all(in_flags()); }

TEST_CASE("mistakes: all are told at once, in the order of the file, flags last") {
  const fixture::Failure failure =
      failure_of(without_loss() +
                     "[loss]\nplugin = 'hings'\n[optimiser]\nx = 1\n[evaluate]\nevery = 0\n"
                     "[[exclude]]\nif = 'a ='\nwhy = 'x'\n",
                 {{"train.latent=-1", "nothing"}, {}, "", ""});
  CHECK(failure.exit == 3);
  std::vector<std::string> lines;
  std::istringstream stream(failure.text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  REQUIRE(lines.size() == 6);
  CHECK(lines[0].find("x.toml:10:10: ") == 0);
  CHECK(lines[1].find("x.toml:11:2: ") == 0);
  CHECK(lines[2].find("x.toml:14:9: ") == 0);
  CHECK(lines[3].find("x.toml:16:6: ") == 0);
  CHECK(lines[4].find("--set nothing: ") == 0);
  CHECK(lines[5].find("--set train.latent=-1: ") == 0);
}

TEST_CASE("mistakes: a fault that all cells share is told once") {
  const fixture::Failure failure = failure_of(small() + enforcers, {{"train.latent=0"}, {}, "", ""});
  CHECK(failure.text == "--set train.latent=0: train: 'latent' must be at least 1, got 0");
}

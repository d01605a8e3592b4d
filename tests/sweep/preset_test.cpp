// Presets: published settings of a plugin by their name.
#include "fixture.h"

namespace preset_test {

using namespace monge;
using namespace monge::sweep;
using fixture::failure_of;
using fixture::resolved;
using fixture::small;

namespace {

Json enforcer_of(const std::string& rest) {
  return resolved(small() + rest).cells.at(0).config["enforcer"][0];
}

}  // namespace

TEST_CASE(
    "preset: it stands in for the defaults, settings beside it win, and none of it is left in the cell") {
  CHECK(enforcer_of(
            "[grid]\nenforcer = [{ plugin = 'gradient_penalty', preset = 'zero_centred', weight = 5 }]\n") ==
        Json({{"plugin", "gradient_penalty"}, {"weight", 5.0}, {"target", 0.0}, {"sides", "two"}}));
  CHECK(enforcer_of("[enforcer]\nplugin = 'gradient_penalty'\npreset = 'one_sided'\n")["sides"] == "one");
}

TEST_CASE("preset: it and the same settings by hand are one run") {
  const auto id = [](const std::string& rest) {
    return resolved(small() + "[enforcer]\n" + rest).cells.at(0).id;
  };
  CHECK(id("plugin = 'gradient_penalty'\npreset = 'zero_centred'\n") ==
        id("plugin = 'gradient_penalty'\nweight = 100\ntarget = 0.0\n"));
  CHECK(id("plugin = 'gradient_penalty'\npreset = 'wgan_gp'\n") == id("plugin = 'gradient_penalty'\n"));
}

TEST_CASE("preset: in an axis of tables labels show what tells cells apart") {
  const Experiment experiment =
      resolved(small() +
               "[grid]\nenforcer = [{ plugin = 'gradient_penalty', preset = 'wgan_gp' }, "
               "{ plugin = 'gradient_penalty', preset = 'zero_centred' }, ['clip', { plugin = "
               "'gradient_penalty', preset "
               "= 'one_sided' }]]\n");
  CHECK(experiment.cells[0].label == "enforcer=gradient_penalty(target=1, weight=10)");
  CHECK(experiment.cells[1].label == "enforcer=gradient_penalty(target=0, weight=100)");
  CHECK(experiment.cells[2].label == "enforcer=clip+gradient_penalty");
  CHECK(experiment.cells[2].config["enforcer"][1]["sides"] == "one");
}

TEST_CASE("preset: it may be an axis itself, whose coordinate is its name; what is set outside it stays") {
  const Experiment experiment = resolved(small() +
                                         "[enforcer]\nplugin = 'gradient_penalty'\nweight = 3\n"
                                         "[grid]\n'enforcer.preset' = ['wgan_gp', 'zero_centred']\n");
  CHECK(experiment.cells[1].label == "preset=zero_centred");
  CHECK(experiment.cells[1].coordinates == std::vector<Json>{"zero_centred"});
  CHECK(experiment.cells[1].config["enforcer"][0]["weight"] == 3.0);
  CHECK(experiment.cells[1].config["enforcer"][0]["target"] == 0.0);
  CHECK(experiment.full_product);
}

TEST_CASE("preset: it goes to the plugin of a list that has it, and is dropped with its plugin") {
  const Experiment list =
      resolved(small() + "[[enforcer]]\nplugin = 'clip'\n[[enforcer]]\nplugin = 'gradient_penalty'\n",
               {{"enforcer.preset=zero_centred"}, {}, "", ""});
  CHECK(list.cells[0].config["enforcer"][1]["weight"] == 100.0);
  const Experiment dropped =
      resolved(small() + "[enforcer]\nplugin = 'gradient_penalty'\npreset = 'zero_centred'\n",
               {{"enforcer.plugin=clip"}, {}, "", ""});
  CHECK(dropped.cells[0].config["enforcer"][0]["plugin"] == "clip");
}

TEST_CASE("preset: an unknown one is told with the list and the nearest name") {
  const auto said = [](const std::string& rest, const CommandLine& flags = {}) {
    const fixture::Failure failure = failure_of(small() + rest, flags);
    CHECK(failure.exit == 3);
    return failure.text;
  };
  CHECK(said("[enforcer]\nplugin = 'gradient_penalty'\npreset = 'wgan-gp'\n") ==
        "x.toml:13:10: enforcer 'gradient_penalty' has no preset 'wgan-gp'; did you mean 'wgan_gp'?  Known: "
        "wgan_gp, zero_centred, one_sided  (runner plugin show enforcer/gradient_penalty)");
  CHECK(said("[enforcer]\nplugin = 'clip'\npreset = 'wgan_gp'\n") ==
        "x.toml:13:10: enforcer 'clip' has no presets");
  CHECK(
      said("[enforcer]\nplugin = 'gradient_penalty'\npreset = 1\n").find("'preset' must be one of wgan_gp") !=
      std::string::npos);
  CHECK(said("[enforcer]\nplugin = 'gradient_penalty'\n", {{"enforcer.preset=dragan"}, {}, "", ""})
            .find("--set enforcer.preset=dragan: enforcer 'gradient_penalty' has no preset 'dragan'") == 0);
}

TEST_CASE(
    "texts: a list of texts is a parameter's value, and in the grid the outer list holds the alternatives") {
  const std::string conv = "[architecture]\nplugin = 'conv'\n";
  std::string text = small();
  text.replace(text.find("[architecture]"), text.find("[loss]") - text.find("[architecture]"), conv);
  CHECK(resolved(text, {{"architecture.skips=['a','b']"}, {}, "", ""})
            .cells[0]
            .config["architecture"]["skips"] == Json({"a", "b"}));
  const Experiment axis = resolved(text + "[grid]\n'architecture.skips' = [['a'], ['a', 'b'], []]\n");
  CHECK(axis.cells[1].label == "skips=[\"a\", \"b\"]");
  CHECK(axis.cells[1].coordinates == std::vector<Json>{"[a, b]"});
  const std::string begin = "'linear(64)', 'leaky_relu(0.2)', 'linear(64)', 'leaky_relu(0.2)', ";
  const Experiment long_ones =
      resolved(text + "[grid]\n'architecture.skips' = [[" + begin + "'x'], ['a'], [" + begin + "'y']]\n");
  CHECK(long_ones.cells[0].label.starts_with("skips=#1 [\"linear(64)\", "));
  CHECK(long_ones.cells[1].label == "skips=[\"a\"]");
  CHECK(long_ones.cells[2].label.starts_with("skips=#3 [\"linear(64)\", "));
  CHECK(failure_of(text, {{"architecture.skips='a'"}, {}, "", ""})
            .text.find("architecture 'conv': 'skips' must be a list of texts in quotes, got \"a\"") !=
        std::string::npos);
  CHECK(failure_of(text, {{"architecture.skips=[1]"}, {}, "", ""})
            .text.find("'skips' must be a list of texts in quotes, got [1]") != std::string::npos);
}

}  // namespace preset_test

#include "sweep/size.h"

#include <algorithm>

#include "fixture.h"
#include "sweep/parsed.h"

namespace size_test {

using namespace monge;
using namespace monge::sweep;
using fixture::Failure;
using fixture::failure_of;
using fixture::resolved;
using fixture::small;

namespace {

const std::string sized = small() + R"([grid]
enforcer = ['clip', 'none']
[[override]]
if = 'enforcer.plugin == "clip"'
set = { "train.batch_size" = 7 }
[size.full]
train.generator_steps = 77
train.latent = 9
experiment.seeds = 3
grid.enforcer = ['none']
loss = { plugin = 'bce' }
[size.wide.architecture]
width = 99
)";

CommandLine of_size(const std::string& size) { return {{}, {}, "", "", size}; }

}  // namespace

TEST_CASE("size: without a flag the file is as it stands") {
  const Experiment experiment = resolved(sized);
  CHECK(experiment.name == "t");
  CHECK(experiment.cells.size() == 2);
  CHECK(experiment.cells[0].config["train"]["generator_steps"] != 77);
}

TEST_CASE("size: values, axes and tables in braces are replaced, the rest stays; the name tells") {
  const Experiment experiment = resolved(sized, of_size("full"));
  CHECK(experiment.name == "t_full");
  CHECK(experiment.seeds.size() == 3);
  REQUIRE(experiment.cells.size() == 1);
  const Json& config = experiment.cells[0].config;
  CHECK(config["train"]["generator_steps"] == 77);
  CHECK(config["train"]["latent"] == 9);
  CHECK(config["loss"]["plugin"] == "bce");
  CHECK(config["architecture"]["width"] == resolved(sized).cells[0].config["architecture"]["width"]);
  CHECK(resolved(sized, of_size("wide")).cells[0].config["architecture"]["width"] == 99);
}

TEST_CASE("size: overrides act on the patched file, and --set on top of all") {
  CommandLine flags = of_size("full");
  flags.set = {"train.generator_steps=5"};
  CHECK(resolved(sized, flags).cells[0].config["train"]["generator_steps"] == 5);
  const std::string clipped = sized + "[size.clip]\ngrid.enforcer = ['clip']\ntrain.batch_size = 1\n";
  CHECK(resolved(clipped, of_size("clip")).cells[0].config["train"]["batch_size"] == 7);
}

TEST_CASE("size: a name that is set has its size, too, lest two sizes share a folder") {
  CommandLine flags = of_size("full");
  flags.set = {"experiment.name=zz"};
  CHECK(resolved(sized, flags).name == "zz_full");
}

TEST_CASE("size: an unknown size and what is none are faults that name those there are") {
  CHECK(failure_of(sized, of_size("ful"))
            .text.find("has no [size.ful]; did you mean 'full'?  Known: full, wide") != std::string::npos);
  CHECK(failure_of(sized, of_size("ful")).exit == static_cast<int>(Exit::usage));
  CHECK(failure_of(small(), of_size("full")).text.find("has no sizes: leave it out") != std::string::npos);
  CHECK(
      failure_of(small() + "[size]\nfull = 3\n").text.find("[size] holds tables of settings: [size.full]") !=
      std::string::npos);
  CHECK(failure_of("size = 3\n" + small()).text.find("'size' is a table of tables: [size.full]") !=
        std::string::npos);
}

TEST_CASE("size: a mistake in a patch has the place where it stands") {
  const Failure failure = failure_of(small() + "[size.full]\ntrain.latnet = 3\n", of_size("full"));
  CHECK_MESSAGE(failure.text.find("x.toml:12:7: ") != std::string::npos, failure.text);
  CHECK(failure.text.find("did you mean 'latent'?") != std::string::npos);
}

TEST_CASE("size: a misspelt key is told of whichever size is used, and once") {
  const std::string wrong = sized + "[size.night]\ntrain.latnet = 3\n";
  for (const std::string size : {"", "full", "night"}) {
    const std::string text = failure_of(wrong, of_size(size)).text;
    CAPTURE(size);
    CHECK_MESSAGE(text.starts_with("x.toml:25:7: "), text);
    CHECK(std::count(text.begin(), text.end(), '\n') == 0);
  }
  CHECK(failure_of(sized).text.empty());
}

TEST_CASE("size: there are at most 100") {
  std::string text = small();
  for (int i = 0; i < 101; ++i) text += "[size.s" + std::to_string(i) + "]\ntrain.latent = 1\n";
  CHECK(failure_of(text).text.find("an experiment has at most 100 sizes") != std::string::npos);
}

}  // namespace size_test

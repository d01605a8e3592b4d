// Files that hands, editors and disks have damaged: always a sentence or an experiment, never a crash.
#include <random>
#include <sstream>

#include "fixture.h"
#include "sweep/sweep_file.h"

namespace mutation_test {

using namespace monge;
using namespace monge::sweep;

namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string mutated(std::string text, std::mt19937& random) {
  const std::vector<std::string> pieces{"[",
                                        "]",
                                        "{",
                                        "}",
                                        "\"",
                                        "'",
                                        "=",
                                        ".",
                                        ",",
                                        "\n",
                                        "#",
                                        "-1",
                                        "1e999",
                                        "nan",
                                        "[[",
                                        "]]",
                                        "grid",
                                        "''",
                                        "0x",
                                        "[[zip]]\n",
                                        "[[when]]\n",
                                        "[[row]]\n",
                                        "[[stop]]\n",
                                        "label",
                                        "preset",
                                        "samples = 3\n",
                                        "{ uniform = [1, 9] }",
                                        "{ choice = ['clip', 1] }",
                                        "\xff",
                                        "true",
                                        "plugin",
                                        "= [] ",
                                        "1979-05-27",
                                        "\"\"\"",
                                        "{ log = [1, 2, 3] }",
                                        "99999999999999999999",
                                        std::string(1, '\0')};
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  for (std::size_t changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size()), length = 1 + below(12);
    switch (below(5)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, pieces[below(pieces.size())]);
        break;
      case 2:
        text.replace(at, length, pieces[below(pieces.size())]);
        break;
      case 3:
        text.insert(below(text.size()), text.substr(at, 5 * length));
        break;
      default:
        text[at] = static_cast<char>(below(256));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("mutations: a damaged experiment is resolved or refused with a sentence") {
  std::mt19937 random(20260101);
  std::size_t refused = 0, resolved = 0;
  for (const char* name :
       {"clip_vs_gp.toml", "robustness.toml", "ring.toml", "smoke.toml", "../tests/sweep/language.toml"}) {
    const std::string text = content(fixture::source / "experiments" / name);
    for (int i = 0; i < 500; ++i) {
      const std::string damaged = mutated(text, random);
      CAPTURE(damaged);
      try {
        const fixture::Scratch folder;
        const Experiment experiment =
            resolve(read_experiment(folder.write("x.toml", damaged), {}), fixture::catalogue());
        CHECK_FALSE(experiment.cells.empty());
        ++resolved;
      } catch (const Error& error) {
        CHECK(std::string(error.what()).find("x.toml") != std::string::npos);
        ++refused;
      }
    }
  }
  CHECK(refused > 500);
  CHECK(resolved > 50);
}

TEST_CASE("mutations: damaged flags are refused with a sentence") {
  std::mt19937 random(7);
  for (int i = 0; i < 1000; ++i) {
    CommandLine flags;
    flags.set = {mutated("enforcer={plugin=\"clip\",bound=0.01}", random)};
    flags.axis = {mutated("optimizer.learning_rate={log=[1e-5,1e-3,3]}", random),
                  mutated("loss=bce,wasserstein", random)};
    flags.only = mutated("enforcer.plugin == \"clip\" and not (train.latent in [1, 2])", random);
    flags.seeds = mutated("1,7,9", random);
    CAPTURE(i);
    CHECK_NOTHROW(fixture::failure_of(fixture::small(), flags));
  }
}

TEST_CASE("mutations: a damaged sweep.toml is read or refused with a sentence") {
  std::mt19937 random(11);
  const std::string text = content(fixture::source / "tests/sweep/golden_clip_vs_gp.toml");
  REQUIRE_FALSE(text.empty());
  const fixture::Scratch folder;
  for (int i = 0; i < 500; ++i) {
    const auto file = folder.write("sweep.toml", mutated(text, random));
    try {
      read_plan(file);
    } catch (const Error& error) {
      CHECK(error.exit() == Exit::storage);
    }
  }
}

}  // namespace mutation_test

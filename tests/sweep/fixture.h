// What the tests of the experiment language share: a catalogue without torch, and experiments from texts.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "monge/error.h"
#include "scratch.h"
#include "sweep/draft.h"
#include "sweep/experiment.h"

namespace monge::sweep::fixture {

using monge::test::Scratch;

inline const std::filesystem::path source = MONGE_SOURCE_DIR;

/// As the describe child answers, written down in catalogue.json.
inline const Catalogue& catalogue() {
  static const Catalogue all = [] {
    std::ifstream file(source / "tests/sweep/catalogue.json");
    return catalogue_from_json(Json::parse(file));
  }();
  return all;
}

inline Draft draft_of(const std::string& text, const CommandLine& flags = {}) {
  const Scratch folder;
  return read_experiment(folder.write("x.toml", text), flags);
}

inline Experiment resolved(const std::string& text, const CommandLine& flags = {}) {
  return resolve(draft_of(text, flags), catalogue());
}

struct Failure {
  int exit = 0;
  std::string text;  // with "x.toml" for the file's path
};

/// What is said about a wrong experiment; exit 0 when nothing is.
inline Failure failure_of(const std::string& text, const CommandLine& flags = {}) {
  const Scratch folder;
  try {
    resolve(read_experiment(folder.write("x.toml", text), flags), catalogue());
    return {};
  } catch (const Error& error) {
    std::string said = error.what();
    const std::string prefix = folder.path().string() + "/";
    for (std::size_t at = said.find(prefix); at != std::string::npos; at = said.find(prefix)) {
      said.erase(at, prefix.size());
    }
    return {static_cast<int>(error.exit()), said};
  }
}

/// A small good experiment, one line a section, for tests to add to.
inline std::string small() {
  return "[experiment]\nname = \"t\"\n"         // 1, 2
         "[train]\ngenerator_steps = 10\n"      // 3, 4
         "[dataset]\nplugin = \"ring\"\n"       // 5, 6
         "[architecture]\nplugin = \"mlp\"\n"   // 7, 8
         "[loss]\nplugin = \"wasserstein\"\n";  // 9, 10
}

/// The same without its loss.
inline std::string without_loss() { return small().substr(0, small().find("[loss]")); }

}  // namespace monge::sweep::fixture

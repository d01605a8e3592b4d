// Every experiment that comes with the program, in each of its sizes, planned by the program itself.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/runner.h"

namespace experiments_test {

using namespace monge::cli::test;

namespace {

const fs::path kExperiments = fs::path(MONGE_SOURCE_DIR) / "experiments";

// An experiment on files that are not on every machine, or on a classifier that nobody has trained here; then
// the plan says what to do.
bool lacks_data(const Ended& ended) {
  return ended.code == 3 && (ended.err.find("MONGE_DATA") != std::string::npos ||
                             ended.err.find("runner features train --dataset") != std::string::npos);
}

std::vector<std::string> sizes_of(const std::string& text) {
  std::vector<std::string> sizes{""};
  for (const std::string size : {"laptop", "full"}) {
    if (text.find("\n[size." + size + "]") != std::string::npos) sizes.push_back(size);
  }
  return sizes;
}

}  // namespace

TEST_CASE("experiments: each one can be planned in every size, without a warning, in a folder of its own") {
  std::vector<std::string> names;
  std::size_t sizes = 0, skipped = 0;
  for (const auto& entry : fs::directory_iterator(kExperiments)) {
    const std::string text = read_file(entry.path());
    CAPTURE(entry.path());
    CHECK(text.substr(0, 2) == "# ");
    CHECK(text.substr(0, text.find("\n[")).find('?') != std::string::npos);
    for (const std::string& size : sizes_of(text)) {
      CAPTURE(size);
      std::vector<std::string> words{"sweep", entry.path(), "--plan", "--json", "--device", "cpu"};
      if (!size.empty()) words.insert(words.end(), {"--size", size});
      const Ended ended = runner(words);
      if (lacks_data(ended)) {
        ++skipped;
        continue;
      }
      REQUIRE_MESSAGE(ended.code == 0, ended.err);
      // Chance may draw an architecture twice.
      CHECK((ended.err.empty() ||
             ended.err.find("samples are cells that were drawn before") != std::string::npos));
      const std::string name = nlohmann::json::parse(ended.out).at("name");
      CHECK(std::find(names.begin(), names.end(), name) == names.end());
      names.push_back(name);
      sizes += size.empty() ? 0 : 1;
    }
  }
  if (skipped > 0) MESSAGE("SKIPPED: ", skipped, " plans whose data are not here");
  CHECK(names.size() >= 35);
  CHECK(sizes >= 20);
}

}  // namespace experiments_test

#include "cli/compile_line.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/runner.h"

namespace compile_line_test {

using namespace monge::cli;
using namespace monge::cli::test;

TEST_CASE("compile line: the SDK's hash is that of the build, and another one where a header has changed") {
  const std::string built =
      nlohmann::json::parse(read_file(fs::path(MONGE_BINARY_DIR) / "plugin_build.json")).at("sdk");
  const fs::path sdk = fs::path(MONGE_SOURCE_DIR) / "framework/sdk";
  CHECK(sdk_hash(sdk) == built);
  const Scratch copy;
  fs::copy(sdk, copy.path(), fs::copy_options::recursive);
  CHECK(sdk_hash(copy.path()) == built);
  write_file(copy / "monge/scores.h", "struct Scores {};");
  CHECK(sdk_hash(copy.path()) != built);
}

}  // namespace compile_line_test

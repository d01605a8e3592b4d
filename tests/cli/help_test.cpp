#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "cli/commands.h"
#include "cli/runner.h"

namespace help_test {

using namespace monge::cli;
using namespace monge::cli::test;

namespace {

// MONGE_UPDATE_GOLDEN=1 writes what is printed; read the difference before committing it.
void check_golden(const std::string& name, const std::string& text) {
  const fs::path file = fs::path(MONGE_SOURCE_DIR) / "tests/golden/help" / (name + ".txt");
  if (std::getenv("MONGE_UPDATE_GOLDEN") != nullptr) write_file(file, text);
  CHECK_MESSAGE(read_file(file) == text, file.string());
}

}  // namespace

TEST_CASE("help: every command prints its page, the same in three ways") {
  for (const Command& command : commands()) {
    CAPTURE(command.name);
    std::vector<std::string> help = words_of(command.name), topic{"help"};
    topic.insert(topic.end(), help.begin(), help.end());
    help.emplace_back("--help");
    const Ended page = runner(help);
    CHECK(page.code == 0);
    CHECK(page.err.empty());
    CHECK(runner(topic).out == page.out);
    help.back() = "-h";
    CHECK(runner(help).out == page.out);
    std::string name = command.name;
    std::replace(name.begin(), name.end(), ' ', '_');
    check_golden(name, page.out);
  }
}

TEST_CASE("help: runner and runner plugin list their commands; alone that is a mistake") {
  const Ended all = runner({"--help"}), group = runner({"plugin", "--help"});
  check_golden("runner", all.out);
  check_golden("plugin", group.out);
  CHECK(all.code == 0);
  CHECK(group.code == 0);
  CHECK(runner({"help"}).out == all.out);
  const Ended alone = runner(std::vector<std::string>{}), half = runner({"plugin"});
  CHECK(alone.code == 2);
  CHECK(alone.err == all.out);
  CHECK(alone.out.empty());
  CHECK(half.code == 2);
  CHECK(half.err == group.out);
}

TEST_CASE("help: no line is longer than 80 columns") {
  for (const auto& entry : fs::directory_iterator(fs::path(MONGE_SOURCE_DIR) / "tests/golden/help")) {
    std::istringstream page(read_file(entry.path()));
    for (std::string line; std::getline(page, line);) CHECK_MESSAGE(line.size() <= 80, line);
  }
}

TEST_CASE("help: stands before every other mistake in the line") {
  const Ended page = runner({"sweep", "--nonsense", "--help"});
  CHECK(page.code == 0);
  CHECK(page.out == runner({"help", "sweep"}).out);
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("help: costs less than 50 ms of processor time") {
  double least = 1;
  for (int i = 0; i < 5; ++i) least = std::min(least, runner({"--help"}).cpu_seconds);
  CHECK(least < 0.05);
}
#endif

}  // namespace help_test

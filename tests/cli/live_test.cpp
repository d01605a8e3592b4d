// The live block on a real terminal: a pseudo-terminal of 80 columns.
#include <doctest/doctest.h>
#include <pty.h>

#include <array>

#include "cli/runner.h"

namespace live_test {

using namespace monge::cli::test;

namespace {

const char* const kLong = R"([experiment]
name = "long"
seeds = 1
[train]
generator_steps = 300
batch_size = 64
latent = 2
[dataset]
plugin = "ring"
[architecture]
plugin = "mlp"
width = 32
depth = 2
[loss]
plugin = "wasserstein"
[grid]
enforcer = ["clip", { plugin = "gradient_penalty", weight = 0.1 }]
)";

struct Shown {
  int code = 0;
  std::string text;
};

// All that `runner sweep` writes to a terminal with these variables.
Shown on_terminal(const std::vector<std::pair<const char*, const char*>>& variables) {
  const Scratch folder;
  write_file(folder / "long.toml", kLong);
  winsize size{24, 80, 0, 0};
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (pid == 0) {
    ::unsetenv("NO_COLOR");
    for (const auto& [name, value] : variables) ::setenv(name, value, 1);
    if (::chdir(folder.path().c_str()) != 0) ::_exit(126);
    ::execl(runner_program().c_str(), "runner", "sweep", "long.toml", nullptr);
    ::_exit(127);
  }
  Shown shown;
  std::array<char, 4096> block;
  for (ssize_t n = 0; (n = ::read(terminal, block.data(), block.size())) > 0;) {
    shown.text.append(block.data(), static_cast<std::size_t>(n));
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  ::close(terminal);
  shown.code = WEXITSTATUS(status);
  return shown;
}

}  // namespace

TEST_CASE("live: a block with a bar and a line for each run, taken away before the table") {
  const Shown shown = on_terminal({{"TERM", "xterm"}});
  CHECK(shown.code == 0);
  CHECK(without(shown.text, "\x1b[32m[") == "");
  CHECK(without(shown.text, "0/2 runs") == "");
  CHECK(without(shown.text, "enforcer=gradient_penalty, seed 1") == "");
  CHECK(without(shown.text, "critic ") == "");
  // Only the report stands at the end.
  const std::string end = shown.text.substr(shown.text.rfind("\r\x1b[J") + 4);
  CHECK(end.starts_with("long: 2 done"));
  CHECK(without(end, "next:  runner compare results/long") == "");
}

TEST_CASE("live: NO_COLOR takes the colours and leaves the block") {
  const Shown shown = on_terminal({{"TERM", "xterm"}, {"NO_COLOR", "1"}});
  CHECK(shown.text.find("\x1b[32m") == std::string::npos);
  CHECK(without(shown.text, "\r\x1b[J") == "");
}

TEST_CASE("live: a dumb terminal gets plain lines") {
  const Shown shown = on_terminal({{"TERM", "dumb"}});
  CHECK(shown.code == 0);
  CHECK(shown.text.find('\x1b') == std::string::npos);
  CHECK(without(shown.text, "started   enforcer=clip, seed 1") == "");
}

}  // namespace live_test

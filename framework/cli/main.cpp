#include <csignal>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/terminal.h"

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file over the limit is an error with a sentence, not a silent death
  std::signal(SIGCHLD, SIG_DFL);  // ignored, as some launchers leave it, it would hide how a worker ended
  monge::cli::Terminal terminal = monge::cli::standard_terminal();
  if (argc > 0) terminal.program = argv[0];
  return monge::cli::run_main(std::vector<std::string>(argv + std::min(argc, 1), argv + argc), terminal);
}

// Every command of `runner`, and how a command line finds its own.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/terminal.h"

namespace monge::cli {

/// The table: what `runner --help` lists, in this order.
const std::vector<Command>& commands();

// Each in the file of its name.
Command sweep_command();
Command collect_command();
Command compare_command();
Command sample_command();
Command plugin_list_command();
Command plugin_show_command();
Command plugin_new_command();
Command plugin_build_command();
Command plugin_check_command();
Command verify_command();
Command features_train_command();
Command schema_command();
Command version_command();

/// Carries out `words`, the command line without the program's name. Errors are thrown, see run_main().
Exit dispatch(const std::vector<std::string>& words, Terminal& terminal);

/// dispatch() for main(): an error's text goes to stderr, its exit code is returned.
int run_main(const std::vector<std::string>& words, Terminal& terminal);

}  // namespace monge::cli

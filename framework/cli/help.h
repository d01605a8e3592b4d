// Help texts, made from the command table alone: 80 columns, the same on every machine.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace monge::cli {

/// `runner --help`: every command with its summary, and the exit codes.
std::string help(const std::vector<Command>& commands);

/// `runner plugin --help`: the commands whose names begin with "plugin ".
std::string group_help(const std::vector<Command>& commands, const std::string& group);

/// `runner sweep --help`.
std::string help(const Command& command);

/// "some runs failed, crashed or ran out of time".
std::string exit_text(Exit exit);

}  // namespace monge::cli

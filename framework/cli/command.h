// What a command is: one row of the table from which parsing, help and suggestions are made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"
#include "monge/error.h"

namespace monge::cli {

class Arguments;

struct Positional {
  std::string name;  // "FILE"
  std::string doc;
  bool required = true;  // optional ones come last
};

struct Option {
  std::string name;      // "jobs" for --jobs
  char letter = 0;       // 'j' for -j, 0: none
  std::string argument;  // "N"; empty: a switch
  std::string doc;
  bool repeats = false;
};

struct Example {
  std::string line, what;
};

struct ExitCode {
  Exit exit;
  std::string meaning = {};  // "": what it means everywhere
};

struct Command {
  std::string name;  // "sweep", "plugin show"
  std::string summary;
  std::string about;  // paragraphs, each one line; wrapped by the help
  std::vector<Positional> positionals;
  std::vector<Option> options;  // --help is in every command
  std::vector<Example> examples;
  std::vector<ExitCode> exits;  // that this command can return, beside usage
  Exit (*run)(const Arguments&, Terminal&) = nullptr;
};

/// Error(Exit::usage) "runner sweep: <fault>  (runner sweep --help)". `command` may be "".
Error usage_error(std::string_view command, const std::string& fault);

}  // namespace monge::cli

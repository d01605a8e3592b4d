// What the user typed after the command's name.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace monge::cli {

class Arguments {
 public:
  /// Reads `words` by the command's table. Throws Error(Exit::usage) that names the command: unknown option
  /// (with the nearest), option without its value or twice, missing or extra positional. `line` is the whole
  /// command line as it was typed, for provenance.
  static Arguments parse(const Command& command, const std::vector<std::string>& words,
                         std::vector<std::string> line);

  const Command& command() const { return *command_; }
  const std::vector<std::string>& line() const { return line_; }

  bool has(const std::string& option) const { return options_.contains(option); }
  /// The option's value, or `otherwise` where it was not given.
  std::string text(const std::string& option, const std::string& otherwise = "") const;
  std::vector<std::string> texts(const std::string& option) const;
  /// One of `choices`, the first where it was not given. Throws Error(Exit::usage) with the choices.
  std::string choice(const std::string& option, const std::vector<std::string>& choices) const;
  /// A whole number in [low, high]. Throws Error(Exit::usage), which names `also`, a word allowed beside
  /// numbers.
  long whole(const std::string& option, long low, long high, long otherwise,
             const std::string& also = "") const;

  const std::vector<std::string>& positionals() const { return positionals_; }
  const std::string& positional(std::size_t index) const { return positionals_.at(index); }

 private:
  const Command* command_ = nullptr;
  std::vector<std::string> line_, positionals_;
  std::map<std::string, std::vector<std::string>> options_;
};

}  // namespace monge::cli

#include "cli/help.h"

#include <algorithm>
#include <sstream>

namespace monge::cli {
namespace {

constexpr std::size_t line_columns = 80;

// Words of `text` in lines of at most 80 columns, all but the first indented.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::istringstream words(text);
  std::string result, word;
  std::size_t column = indent;
  while (words >> word) {
    const bool first = column == indent;
    if (!first && column + 1 + word.size() > line_columns) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string table(const Rows& rows) {
  std::size_t width = 0;
  for (const auto& [name, text] : rows) width = std::max(width, name.size());
  std::string result;
  for (const auto& [name, text] : rows) {
    result += "  " + name + std::string(width - name.size() + 2, ' ') + wrapped(text, width + 4) + "\n";
  }
  return result;
}

std::string section(const std::string& title, const Rows& rows) {
  return rows.empty() ? "" : "\n" + title + ":\n" + table(rows);
}

std::string synopsis(const Option& option) {
  const std::string letter = option.letter != 0 ? std::string{'-', option.letter} + ", " : "    ";
  return letter + "--" + option.name + (option.argument.empty() ? "" : " " + option.argument);
}

std::string usage(const Command& command) {
  std::string result = "Usage: runner " + command.name;
  for (const Positional& positional : command.positionals) {
    result += positional.required ? " " + positional.name : " [" + positional.name + "]";
  }
  return result + (command.options.empty() ? "" : " [options]") + "\n";
}

Rows exit_rows(const std::vector<ExitCode>& exits) {
  Rows rows;
  for (const auto& [exit, meaning] : exits) {
    rows.emplace_back(std::to_string(static_cast<int>(exit)), meaning.empty() ? exit_text(exit) : meaning);
  }
  return rows;
}

Rows command_rows(const std::vector<Command>& commands, const std::string& prefix) {
  Rows rows;
  for (const Command& command : commands) {
    if (command.name.starts_with(prefix)) rows.emplace_back(command.name, command.summary);
  }
  return rows;
}

}  // namespace

std::string exit_text(Exit exit) {
  switch (exit) {
    case Exit::ok:
      return "success; of a sweep: all runs ended, done or diverged";
    case Exit::failed:
      return "some runs failed, crashed or ran out of time; or two folders differ";
    case Exit::usage:
      return "the command line has a mistake";
    case Exit::experiment:
      return "the experiment cannot be read or has a mistake, in its file or in what flags change of it";
    case Exit::plugin:
      return "a plugin is missing, unknown or cannot be loaded";
    case Exit::busy:
      return "another sweep is using the results folder";
    case Exit::storage:
      return "a file cannot be read or written";
    case Exit::interrupted:
      return "interrupted; give the same command again to go on";
    case Exit::killed:
      return "stopped at once by a second Ctrl-C";
  }
  return "";
}

std::string help(const std::vector<Command>& commands) {
  const std::vector<ExitCode> all = {{Exit::ok},         {Exit::failed},      {Exit::usage},
                                     {Exit::experiment}, {Exit::plugin},      {Exit::busy},
                                     {Exit::storage},    {Exit::interrupted}, {Exit::killed}};
  return "runner - a laboratory for GAN objectives\n\nUsage: runner COMMAND [arguments] [options]\n" +
         section("Commands", command_rows(commands, "")) +
         section("Options", {{"-h, --help", "print this help; after a command, the help of that command"},
                             {"    --version", "print the versions of everything that computes"}}) +
         section("Exit codes", exit_rows(all)) +
         "\nStart with: runner sweep experiments/smoke.toml\nMore on a command: runner help COMMAND\n";
}

std::string group_help(const std::vector<Command>& commands, const std::string& group) {
  return "Usage: runner " + group + " COMMAND [arguments] [options]\n" +
         section("Commands", command_rows(commands, group + " ")) + "\nMore on a command: runner help " +
         group + " COMMAND\n";
}

std::string help(const Command& command) {
  std::string result = "runner " + command.name + " - " + command.summary + "\n\n" + usage(command);
  std::istringstream paragraphs(command.about);
  for (std::string paragraph; std::getline(paragraphs, paragraph);)
    result += "\n" + wrapped(paragraph, 0) + "\n";
  Rows arguments, options;
  for (const Positional& positional : command.positionals)
    arguments.emplace_back(positional.name, positional.doc);
  for (const Option& option : command.options) options.emplace_back(synopsis(option), option.doc);
  options.emplace_back("-h, --help", "print this help");
  result += section("Arguments", arguments) + section("Options", options);
  if (!command.examples.empty()) result += "\nExamples:\n";
  for (const Example& example : command.examples) {
    result += "  " + example.line + "\n      " + wrapped(example.what, 6) + "\n";
  }
  std::vector<ExitCode> exits = command.exits;
  exits.push_back({Exit::usage});
  std::sort(exits.begin(), exits.end(), [](const auto& a, const auto& b) { return a.exit < b.exit; });
  return result + section("Exit codes", exit_rows(exits));
}

}  // namespace monge::cli

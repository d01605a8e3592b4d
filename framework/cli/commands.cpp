#include "cli/commands.h"

#include <algorithm>
#include <filesystem>
#include <new>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/help.h"
#include "sweep/nearest.h"

namespace monge::cli {
namespace {

const Command* find(const std::string& name) {
  for (const Command& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

bool is_group(const std::string& word) {
  return std::any_of(commands().begin(), commands().end(),
                     [&](const Command& command) { return command.name.starts_with(word + " "); });
}

std::vector<std::string> names() {
  std::vector<std::string> result{"help"};
  for (const Command& command : commands()) {
    result.push_back(command.name);
    const auto space = command.name.find(' ');
    if (space != std::string::npos) result.push_back(command.name.substr(0, space));
  }
  return result;
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }

bool asks_for_help(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::any_of(words.begin(), end, is_help);
}

Error unknown_command(const std::string& word) {
  const bool option = word.starts_with("-");
  const std::vector<std::string> known = option ? std::vector<std::string>{"--help", "--version"} : names();
  return usage_error("", std::string("unknown ") + (option ? "option" : "command") + " '" + word + "'" +
                             sweep::did_you_mean(word, known));
}

// `runner help plugin show`, and `runner help` alone.
Exit print_help(const std::vector<std::string>& topic, Terminal& terminal) {
  std::string name;
  for (const std::string& word : topic) name += (name.empty() ? "" : " ") + word;
  if (name.empty()) {
    terminal.out << help(commands());
  } else if (const Command* command = find(name)) {
    terminal.out << help(*command);
  } else if (is_group(name)) {
    terminal.out << group_help(commands(), name);
  } else {
    throw unknown_command(name);
  }
  return Exit::ok;
}

Exit run(const Command& command, const std::vector<std::string>& rest, const std::vector<std::string>& words,
         Terminal& terminal) {
  if (asks_for_help(rest)) return print_help({command.name}, terminal);
  std::vector<std::string> line{"runner"};
  line.insert(line.end(), words.begin(), words.end());
  return command.run(Arguments::parse(command, rest, std::move(line)), terminal);
}

}  // namespace

Error usage_error(std::string_view command, const std::string& fault) {
  const std::string name = "runner" + (command.empty() ? "" : " " + std::string(command));
  return {Exit::usage, name + ": " + fault + "  (" + name + " --help)"};
}

const std::vector<Command>& commands() {
  static const std::vector<Command> table{
      sweep_command(),        collect_command(),        compare_command(),    sample_command(),
      plugin_list_command(),  plugin_show_command(),    plugin_new_command(), plugin_build_command(),
      plugin_check_command(), features_train_command(), verify_command(),     schema_command(),
      version_command()};
  return table;
}

Exit dispatch(const std::vector<std::string>& words, Terminal& terminal) {
  if (words.empty()) {
    terminal.err << help(commands());
    return Exit::usage;
  }
  const std::string& first = words[0];
  if (is_help(first)) return print_help({}, terminal);
  if (first == "help") return print_help({words.begin() + 1, words.end()}, terminal);
  if (first == "--version") return run(*find("version"), {words.begin() + 1, words.end()}, words, terminal);
  if (const Command* command = find(first))
    return run(*command, {words.begin() + 1, words.end()}, words, terminal);
  if (!is_group(first)) throw unknown_command(first);
  if (words.size() == 1) {
    terminal.err << group_help(commands(), first);
    return Exit::usage;
  }
  if (is_help(words[1])) return print_help({first}, terminal);
  const Command* command = find(first + " " + words[1]);
  if (command == nullptr) throw unknown_command(first + " " + words[1]);
  return run(*command, {words.begin() + 2, words.end()}, words, terminal);
}

int run_main(const std::vector<std::string>& words, Terminal& terminal) {
  Exit exit = Exit::failed;
  std::string text;
  try {
    std::error_code gone;
    (void)std::filesystem::current_path(gone);
    if (gone) throw Error(Exit::usage, "runner: the folder it is called in is gone; change to another one");
    exit = dispatch(words, terminal);
    if (!terminal.out.flush()) {
      if (exit == Exit::ok) exit = Exit::storage;
      text = "runner: standard output cannot be written";
    }
  } catch (const Error& error) {
    exit = error.exit();
    text = error.what();
  } catch (const std::filesystem::filesystem_error& error) {
    exit = Exit::storage;
    text = error.path1().string() + ": " + error.code().message();
  } catch (const std::bad_alloc&) {
    exit = Exit::storage;
    text = "runner: out of memory";
  } catch (const std::exception& error) {
    constexpr int kNotUtf8 = 316;
    const auto* json = dynamic_cast<const nlohmann::json::type_error*>(&error);
    text = std::string("runner: a fault of this program, please report it: ") + error.what();
    if (json != nullptr && json->id == kNotUtf8) {  // what is recorded is text
      exit = Exit::usage;
      text =
          "runner: the name of a file or folder is not UTF-8 text, as all that is recorded must be; rename "
          "it";
    }
  }
  if (!text.empty()) terminal.err << text << std::endl;
  return static_cast<int>(exit);
}

}  // namespace monge::cli

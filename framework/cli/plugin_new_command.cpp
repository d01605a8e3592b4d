#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/display.h"
#include "cli/plugin_key.h"
#include "cli/templates.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;

struct NewPlugin {
  std::string kind, name;
};

// my_loss -> MyLoss; a name that begins with a digit gets a letter before it.
std::string type_name(const std::string& name) {
  std::string type = name.front() >= '0' && name.front() <= '9' ? "Plugin" : "";
  bool first = true;
  for (const char c : name) {
    if (c != '_') type += first && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    first = c == '_';
  }
  // Names that the template itself uses.
  static const std::set<std::string> taken{"",         "Tensor",       "Real",    "Scores",  "Look",
                                           "Role",     "State",        "Draw",    "Layers",  "Problem",
                                           "Shape",    "Snapshot",     "Values",  "Samples", "Loss",
                                           "Enforcer", "Architecture", "Dataset", "Metric",  "Source"};
  return taken.contains(type) ? type + "Plugin" : type;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string filled(const std::string& name_of_template, const NewPlugin& plugin) {
  std::string text(template_text(name_of_template));
  text = replaced(std::move(text), "@NAME@", plugin.name);
  text = replaced(std::move(text), "@KIND@", plugin.kind);
  return replaced(std::move(text), "@TYPE@", type_name(plugin.name));
}

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw Error(Exit::storage, path.string() + ": cannot be written");
}

void refuse_to_overwrite(const fs::path& path) {
  if (fs::exists(path)) throw Error(Exit::storage, path.string() + ": exists; choose another name or folder");
}

bool is_checkout(const fs::path& folder) {
  return fs::exists(folder / "framework/sdk/monge/plugin.h") && fs::exists(folder / "plugins/CMakeLists.txt");
}

// The list of plugins with one more, in its place by kind and name.
std::string with_line(const std::string& list, const NewPlugin& plugin) {
  const auto& kinds = plugin_kinds();
  const auto rank = [&](const std::string& line) {
    std::istringstream words(line.substr(line.find('(') + 1));
    std::string kind, file;
    words >> kind >> file;
    return std::pair{std::find(kinds.begin(), kinds.end(), kind) - kinds.begin(), file};
  };
  const std::string line =
      "monge_add_plugin(" + plugin.kind + " " + folder_of_kind(plugin.kind) + "/" + plugin.name + ".cpp)";
  std::istringstream lines(list);
  std::size_t at = 0, place = 0;  // in bytes: after the last that comes before it
  for (std::string other; std::getline(lines, other);) {
    at += other.size() + 1;
    if (other.starts_with("monge_add_plugin(") ? rank(other) < rank(line)
                                               : place == 0 && other.starts_with("#")) {
      place = at;
    }
  }
  return list.substr(0, place) + line + "\n" + list.substr(std::min(place, list.size()));
}

void begin_in_checkout(const fs::path& folder, const NewPlugin& plugin, std::ostream& out) {
  const fs::path source = folder / "plugins" / folder_of_kind(plugin.kind) / (plugin.name + ".cpp"),
                 list = folder / "plugins/CMakeLists.txt";
  refuse_to_overwrite(source);
  write(source, filled(plugin.kind + ".cpp", plugin));
  write(list, with_line(read(list), plugin));
  out << "wrote " << source.string() << " and its line in " << list.string() << "\nNext:\n"
      << "  cmake --build build --target " << plugin.kind << "_" << plugin.name << "\n"
      << "  build/runner plugin check " << plugin.kind << "/" << plugin.name << "\n"
      << "tests/conform examines it from now on; its known answers belong in tests/plugins.\n";
}

// As it must be called from another folder, too.
std::string program_anywhere(const Terminal& terminal) {
  const bool is_path = terminal.program.find('/') != std::string::npos;
  return is_path ? shell_line({fs::absolute(terminal.program).lexically_normal().string()})
                 : terminal.program;
}

void begin_alone(const fs::path& folder, const NewPlugin& plugin, Terminal& terminal) {
  const fs::path source = folder / (plugin.name + ".cpp"), list = folder / "CMakeLists.txt";
  refuse_to_overwrite(source);
  std::string project = fs::exists(list) ? read(list) : filled("CMakeLists.txt", plugin);
  if (project.find("find_package(Monge") == std::string::npos) {
    throw Error(Exit::storage, list.string() + ": is another project's; choose another folder");
  }
  fs::create_directories(folder);
  write(source, filled(plugin.kind + ".cpp", plugin));
  write(list, project + filled("add_plugin.cmake", plugin));
  const bool here = folder == ".";
  const std::string program = program_anywhere(terminal);
  terminal.out << "wrote " << source.lexically_normal().string() << " and "
               << list.lexically_normal().string() << "\nNext:\n"
               << (here ? "" : "  cd " + shell_line({folder.string()}) + "\n") << "  " << program
               << " plugin build " << plugin.name << ".cpp\n"
               << "  " << program << " plugin check plugins/" << plugin.kind << "/" << plugin.name << ".so\n"
               << "  " << program << " sweep FILE --plugins plugins\n";
}

Exit begin(const Arguments& arguments, Terminal& terminal) {
  const std::string& command = arguments.command().name;
  const NewPlugin plugin{arguments.positional(0), arguments.positional(1)};
  check_kind(plugin.kind, "'" + plugin.kind + "' is no kind of plugin", command);
  check_name(plugin.name, command);
  const fs::path folder = arguments.text("dir", ".");
  is_checkout(folder) ? begin_in_checkout(folder, plugin, terminal.out)
                      : begin_alone(folder, plugin, terminal);
  return Exit::ok;
}

}  // namespace

Command plugin_new_command() {
  Command command;
  command.name = "plugin new";
  command.summary = "begin a plugin: a source that compiles, and its test";
  command.about =
      "Writes NAME.cpp, a small working plugin to change, and a CMakeLists.txt that builds and checks it; "
      "or, where "
      "DIR is a checkout of Monge, NAME.cpp in plugins/losses/ (or that of its kind) and its line in "
      "plugins/CMakeLists.txt. Nothing is overwritten; a CMakeLists.txt of your plugins gets two lines more.";
  command.positionals = {{"KIND", "loss, enforcer, architecture, dataset or metric"},
                         {"NAME", "what experiments call it: small letters, digits and _"}};
  command.options = {{"dir", 0, "DIR", "where to (the current folder)"}};
  command.examples = {{"runner plugin new loss mine", "then: runner plugin build mine.cpp"}};
  command.exits = {{Exit::ok, "success"}, {Exit::storage, "a file is there already, or cannot be written"}};
  command.run = begin;
  return command;
}

}  // namespace monge::cli

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/compile_line.h"
#include "cli/display.h"
#include "cli/plugin_key.h"
#include "schedule/child.h"
#include "sweep/nearest.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCommand = "plugin build";

std::string text_of(const fs::path& source) {
  std::ifstream file(source);
  if (!fs::is_regular_file(source) || !file) throw Error(Exit::storage, source.string() + ": cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// From the header that it includes: <monge/loss.h> makes it a loss.
std::string kind_of(const fs::path& source, const std::string& text) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]monge/(\w+)\.h[>"])");
  std::istringstream lines(text);
  std::set<std::string> kinds;
  const auto& known = plugin_kinds();
  std::smatch found;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, found, include) &&
        std::find(known.begin(), known.end(), found[1]) != known.end())
      kinds.insert(found[1]);
  }
  if (kinds.size() == 1) return *kinds.begin();
  throw usage_error(kCommand, source.string() +
                                  (kinds.empty() ? ": has no #include <monge/loss.h>, <monge/enforcer.h>, ..."
                                                 : ": includes the headers of several kinds") +
                                  "; say which it is with --kind");
}

// Else the plugin would carry the hash of headers that it was not made with, and be taken for one that fits.
void check_headers(const CompileLine& line) {
  if (sdk_hash(line.headers) == line.sdk) return;
  throw Error(Exit::failed,
              (line.headers / "monge").string() +
                  ": the SDK is not the one that this runner was built with; build Monge again");
}

// Else the compiler would lay its absence to the author's file.
void check_folders(const CompileLine& line) {
  for (const std::string& word : line.compile) {
    if (!word.starts_with('/') || fs::exists(word)) continue;
    throw Error(
        Exit::failed,
        word + ": is gone, whose headers this runner was built with; ./setup.sh brings LibTorch back");
  }
}

void compile(const fs::path& source, const std::string& kind, const fs::path& library) {
  const CompileLine line = recorded_compile_line();
  check_headers(line);
  check_folders(line);
  schedule::Launch launch;
  launch.program = line.compiler;
  launch.arguments = words_to_build(line, source, kind, library);
  launch.output = 2;  // what the compiler says is shown as it is
  const schedule::Death how = schedule::Child(launch).wait();
  if (how.signal != 0) throw Error(Exit::failed, line.compiler + ": " + how.text());
  if (how.code != 0) throw Error(Exit::plugin, source.string() + ": does not compile");
}

Exit build(const Arguments& arguments, Terminal& terminal) {
  const fs::path source = arguments.positional(0);
  if (source.extension() != ".cpp") {
    throw usage_error(kCommand, "'" + source.string() + "' is no C++ source, such as mine.cpp");
  }
  check_name(source.stem().string(), kCommand);
  std::string kind = arguments.text("kind");
  if (!kind.empty()) check_kind(kind, "--kind '" + kind + "' is none", kCommand);
  const std::string text = text_of(source);
  if (kind.empty()) kind = kind_of(source, text);
  const fs::path folder = arguments.text("into", "plugins"),
                 library = folder / kind / (source.stem().string() + ".so");
  if (fs::is_directory(library)) throw Error(Exit::storage, library.string() + ": is a folder");
  if (text.find("MONGE_PLUGIN(") == std::string::npos)
    throw Error(Exit::plugin,
                source.string() + ": does not end with MONGE_PLUGIN(...), which makes it a plugin");
  fs::create_directories(library.parent_path());
  terminal.err << std::flush;
  compile(source, kind, library);
  terminal.out << "built " << library.string() << "\n"
               << "  " << shell_line({terminal.program, "plugin", "check", library.string()}) << "\n"
               << "  " << shell_line({terminal.program, "sweep", "FILE", "--plugins", folder.string()})
               << "\n";
  return Exit::ok;
}

}  // namespace

Command plugin_build_command() {
  Command command;
  command.name = kCommand;
  command.summary = "compile one file into a plugin, without CMake";
  command.about =
      "With the compiler and the flags of this Monge, so that it accepts the result. What kind of plugin it "
      "is "
      "follows from the header that it includes, its name from the file's. A plugin that needs a further "
      "library is built with CMake: find_package(Monge), monge_add_plugin.";
  command.positionals = {{"FILE", "C++ source of one plugin, such as mine.cpp"}};
  command.options = {{"kind", 0, "KIND", "loss, enforcer, architecture, dataset or metric"},
                     {"into", 0, "DIR", "makes DIR/KIND/NAME.so (plugins)"}};
  command.examples = {{"runner plugin build mine.cpp", "makes plugins/loss/mine.so, for --plugins plugins"}};
  command.exits = {{Exit::ok, "success"},
                   {Exit::failed, "the compiler cannot be run, or the SDK has changed since Monge was built"},
                   {Exit::plugin, "it does not compile"},
                   {Exit::storage}};
  command.run = build;
  return command;
}

}  // namespace monge::cli

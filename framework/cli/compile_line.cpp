#include "cli/compile_line.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/place.h"
#include "monge/error.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;

// %PREFIX% stands for the folder that holds bin/runner: an installation may be moved.
std::vector<std::string> flags_of(const nlohmann::json& list) {
  static const std::string kPrefix = "%PREFIX%";
  std::vector<std::string> flags;
  for (std::string flag : list) {
    const auto at = flag.find(kPrefix);
    if (at != std::string::npos) {
      flag.replace(at, kPrefix.size(), folder_of_runner().parent_path().string());
    }
    flags.push_back(std::move(flag));
  }
  return flags;
}

}  // namespace

CompileLine recorded_compile_line() {
  const fs::path beside = folder_of_runner() / "plugin_build.json",
                 installed = folder_of_runner().parent_path() / "lib/monge/plugin_build.json";
  std::ifstream file(fs::exists(beside) ? beside : installed);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object()) {
    throw Error(Exit::failed, "how plugins are compiled is not recorded in " + beside.string() + " or " +
                                  installed.string() + "; build with CMake: find_package(Monge)");
  }
  return {json.at("compiler"), flags_of(json.at("compile")), flags_of(json.at("link")),
          json.at("precompiled")};
}

std::vector<std::string> words_to_build(const CompileLine& line, const fs::path& source,
                                        const std::string& kind, const fs::path& library) {
  std::vector<std::string> words = line.compile;
  words.push_back("-DMONGE_PLUGIN_KIND=\"" + kind + "\"");
  words.push_back("-DMONGE_PLUGIN_NAME=\"" + source.stem().string() + "\"");
  if (!line.precompiled.empty() && fs::exists(line.precompiled + ".gch")) {
    words.insert(words.end(), {"-include", line.precompiled});
  }
  words.insert(words.end(), {"-shared", "-o", library.string(), source.string()});
  words.insert(words.end(), line.link.begin(), line.link.end());
  return words;
}

}  // namespace monge::cli

#include "cli/compile_line.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/place.h"
#include "monge/error.h"
#include "record/hash.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;

// %PREFIX% stands for the folder that holds bin/runner: an installation may be moved.
std::string placed(std::string text) {
  static const std::string kPrefix = "%PREFIX%";
  const auto at = text.find(kPrefix);
  if (at != std::string::npos) text.replace(at, kPrefix.size(), folder_of_runner().parent_path().string());
  return text;
}

std::vector<std::string> flags_of(const nlohmann::json& list) {
  std::vector<std::string> flags;
  for (const std::string flag : list) flags.push_back(placed(flag));
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
  return {json.at("compiler"),    flags_of(json.at("compile")), flags_of(json.at("link")),
          json.at("precompiled"), placed(json.at("headers")),   json.at("sdk")};
}

std::string sdk_hash(const fs::path& headers) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(headers / "monge")) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() == ".h" && name != "build_id.h") names.push_back("monge/" + name);
  }
  std::sort(names.begin(), names.end());
  std::string sums;
  for (const std::string& name : names) sums += record::sha256_of_file(headers / name) + "  " + name + "\n";
  return record::sha256(sums).substr(0, 12);
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

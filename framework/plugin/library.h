// One plugin's shared library, opened for ever: objects, tensors and exceptions may point into it until the
// process ends.
#pragma once

#include <monge/plugin.h>

#include <filesystem>
#include <string>

namespace monge::plugin {

struct Library {
  std::string kind, name;  // "loss", "bce"
  std::filesystem::path path;
  const PluginHeader* header = nullptr;
  Schema schema;
  std::string full_name = kind + "/" + name;

  const std::string& key() const { return full_name; }  // "loss/bce", there as long as the library is
};

/// Opens `path` as the plugin `kind`/`name`. Its constant header is compared before any of its functions is
/// called (what it initialises statically runs as it is loaded). Throws Error(Exit::plugin) with one sentence
/// that starts with the path.
Library open_library(const std::filesystem::path& path, const std::string& kind, const std::string& name);

/// The same for a file wherever it lies: its name must be the file's, its kind that of a folder named so.
Library open_library(const std::filesystem::path& path);

}  // namespace monge::plugin

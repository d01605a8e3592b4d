// Which plugins there are, and the opened ones. A plugin is opened when it is asked for, so a broken one
// hurts nobody else.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "plugin/library.h"

namespace monge::plugin {

class Catalog {
 public:
  /// `folders` in order of search: the first that has <kind>/<name>.so wins.
  explicit Catalog(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  /// Opens `key` ("loss/bce") or returns it as opened before. Throws Error(Exit::plugin).
  const Library& get(const std::string& key);

  /// Opens a file wherever it lies, and is asked for it by its key from then on. Throws Error(Exit::plugin).
  const Library& add(const std::filesystem::path& path);

  std::vector<std::string> known(const std::string& kind) const;  // names, sorted
  std::vector<std::string> keys() const;                          // of all kinds
  struct Shadowed {
    std::string key;
    std::filesystem::path path;
  };
  std::vector<Shadowed> shadowed() const;  // files that an earlier folder hides

 private:
  std::vector<std::filesystem::path> folders_;
  std::map<std::string, Library> opened_;
};

inline const std::vector<std::string>& kinds() {
  static const std::vector<std::string> all = {"loss", "enforcer", "architecture", "dataset", "metric"};
  return all;
}

}  // namespace monge::plugin

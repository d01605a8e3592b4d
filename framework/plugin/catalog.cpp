#include "plugin/catalog.h"

#include <monge/error.h>

#include <algorithm>
#include <set>

namespace monge::plugin {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> libraries_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent)) {
    if (entry.path().extension() == ".so") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

const Library& Catalog::get(const std::string& key) {
  if (const auto found = opened_.find(key); found != opened_.end()) return found->second;
  const auto slash = key.find('/');
  const std::string kind = key.substr(0, slash),
                    name = slash == std::string::npos ? "" : key.substr(slash + 1);
  std::string looked;
  for (const auto& folder : folders_) {
    const auto path = folder / kind / (name + ".so");
    if (fs::exists(path) || fs::is_symlink(path))
      return opened_.emplace(key, open_library(path, kind, name)).first->second;
    looked += (looked.empty() ? "" : ", ") + folder.string();
  }
  throw Error(Exit::plugin, "no " + kind + " named '" + name + "' in " +
                                (looked.empty() ? "any plugin folder" : looked) +
                                "; --plugins DIR adds a folder");
}

const Library& Catalog::add(const fs::path& path) {
  Library library = open_library(path);
  const std::string key = library.key();
  return opened_.insert_or_assign(key, std::move(library)).first->second;
}

std::vector<std::string> Catalog::known(const std::string& kind) const {
  std::set<std::string> names;
  for (const auto& folder : folders_) {
    for (const auto& path : libraries_in(folder / kind)) names.insert(path.stem().string());
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> Catalog::keys() const {
  std::vector<std::string> all;
  for (const auto& kind : kinds()) {
    for (const auto& name : known(kind)) all.push_back(kind + "/" + name);
  }
  return all;
}

std::vector<Catalog::Shadowed> Catalog::shadowed() const {
  std::vector<Shadowed> hidden;
  std::set<std::string> seen;
  for (const auto& folder : folders_) {
    for (const auto& kind : kinds()) {
      for (const auto& path : libraries_in(folder / kind)) {
        const std::string key = kind + "/" + path.stem().string();
        if (!seen.insert(key).second) hidden.push_back({key, path});
      }
    }
  }
  return hidden;
}

}  // namespace monge::plugin

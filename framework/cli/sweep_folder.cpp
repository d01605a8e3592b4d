#include "cli/sweep_folder.h"

#include <algorithm>
#include <string>
#include <vector>

#include "monge/error.h"
#include "sweep/counted.h"
#include "sweep/nearest.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kListed = 20;  // sweeps in a message

bool holds_sweep(const fs::path& folder) {
  std::error_code none;
  return fs::exists(folder / "sweep.h5", none) || fs::exists(folder / "sweep.toml", none);
}

std::vector<std::string> sweeps_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
    if (holds_sweep(entry.path())) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

fs::path sweep_folder(const fs::path& given) {
  const bool file = given.filename() == "sweep.h5" || given.filename() == "sweep.toml";
  if (file && fs::is_regular_file(given)) return given.has_parent_path() ? given.parent_path() : ".";
  if (!fs::is_directory(given)) {
    throw Error(Exit::storage, given.string() + (fs::exists(given) ? ": is no folder" : ": no such folder") +
                                   "; give one that `runner sweep` has made");
  }
  if (holds_sweep(given)) return given;
  std::vector<std::string> names = sweeps_in(given);
  if (names.empty()) {
    throw Error(Exit::storage,
                given.string() + ": holds no sweep; give a folder that `runner sweep` has made");
  }
  const std::string count = sweep::counted(names.size(), "sweep") + ": ";
  const std::string more = names.size() > kListed ? ", ..." : "";
  const fs::path first = given / names.front();
  names.resize(std::min(names.size(), kListed));
  throw Error(Exit::storage, given.string() + ": holds " + count + sweep::listed(names) + more +
                                 (names.size() == 1 ? "; give " : "; name one of them, such as ") +
                                 first.string());
}

}  // namespace monge::cli

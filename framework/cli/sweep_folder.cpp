#include "cli/sweep_folder.h"

#include <algorithm>
#include <vector>

#include "monge/error.h"
#include "sweep/counted.h"
#include "sweep/nearest.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kListedSweeps = 20;  // sweeps in a message

bool holds_sweep(const fs::path& folder) {
  std::error_code none;
  return fs::exists(folder / "sweep.h5", none) || fs::exists(folder / "sweep.toml", none) ||
         fs::is_directory(folder / "runs", none);
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
  const std::string more = names.size() > kListedSweeps ? ", ..." : "";
  const fs::path first = given / names.front();
  names.resize(std::min(names.size(), kListedSweeps));
  throw Error(Exit::storage, given.string() + ": holds " + count + sweep::listed(names) + more +
                                 (names.size() == 1 ? "; give " : "; name one of them, such as ") +
                                 first.string());
}

std::set<std::string> ids_of(const record::Plan& plan) {
  std::set<std::string> ids;
  for (const auto& run : plan.runs) ids.insert(run.id);
  return ids;
}

std::string others_text(const fs::path& folder, const std::set<std::string>& asked) {
  std::size_t others = 0;
  std::error_code none;
  for (const auto& run : fs::directory_iterator(folder / "runs", none))
    others += fs::exists(run.path() / "run.h5", none) && !asked.contains(run.path().filename());
  if (others == 0) return "";
  const bool one = others == 1;
  return sweep::counted(others, "more run") + (one ? " lies" : " lie") +
         " there, of other settings or not asked for; " + (one ? "it is" : "they are") +
         " kept, but not in sweep.h5: the sweep that made " + (one ? "it" : "them") +
         ", given again, writes one with " + (one ? "it" : "them") + "\n";
}

}  // namespace monge::cli

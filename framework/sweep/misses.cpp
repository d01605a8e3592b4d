#include "sweep/misses.h"

#include <algorithm>

#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

constexpr std::size_t most_named = 4;

std::vector<std::string> names_of(const std::string& kind, const std::string& plugin,
                                  const Catalogue& catalogue) {
  std::vector<std::string> names;
  const std::vector<Parameter>* parameters = nullptr;
  if (const auto found = catalogue.found.find(kind + "/" + plugin); found != catalogue.found.end()) {
    parameters = &found->second.parameters;
  }
  for (const OptimizerKind& optimizer : optimizer_kinds()) {
    if (kind == "optimizer" && optimizer.name == plugin) parameters = &optimizer.settings;
  }
  if (parameters == nullptr) return names;
  for (const Parameter& parameter : *parameters) names.push_back(parameter.name);
  return names;
}

std::string who_lacks_it(const std::string& kind, const std::set<std::string>& plugins) {
  std::string names;
  for (const std::string& plugin : plugins) names += (names.empty() ? "'" : ", '") + plugin + "'";
  return plugins.size() == 1 ? kind + " " + names + " has no "
                             : kind + (kind == "loss" ? "es " : "s ") + names + " have no ";
}

// The nearest name that any of the plugins has, or what the only one has, and where to read more.
std::string remedy(const std::string& kind, const std::string& key, const std::set<std::string>& plugins,
                   const Catalogue& catalogue) {
  const auto page = [&](const std::string& plugin) {
    return kind == "optimizer" ? "" : "  (runner plugin show " + kind + "/" + plugin + ")";
  };
  for (const std::string& plugin : plugins) {
    const std::string near = did_you_mean(key, names_of(kind, plugin, catalogue));
    if (!near.empty()) return near + page(plugin);
  }
  if (plugins.size() > 1) return "";
  const std::vector<std::string> names = names_of(kind, *plugins.begin(), catalogue);
  return (names.empty() ? "; it has none" : "  Known: " + listed(names)) + page(*plugins.begin());
}

std::string where(const std::vector<std::string>& cells, std::size_t all) {
  if (cells.size() == all) return "";
  std::string text = "; in " + std::to_string(cells.size()) + " of " + std::to_string(all) + " cells: ";
  for (std::size_t i = 0; i < std::min(cells.size(), most_named); ++i)
    text += (i == 0 ? "" : "; ") + cells[i];
  if (cells.size() > most_named) text += "; and " + std::to_string(cells.size() - most_named) + " more";
  return text + ". An [[override]] sets a key only where its 'if' holds";
}

}  // namespace

void Misses::add(const Miss& miss, const std::string& cell) {
  Who& who = misses_[{miss.at, miss.kind, miss.key}];
  who.plugins.insert(miss.plugins.begin(), miss.plugins.end());
  if (who.cells.empty() || who.cells.back() != cell) who.cells.push_back(cell);
}

void Misses::report(std::size_t cells, const Catalogue& catalogue, Faults& faults) const {
  for (const auto& [key, who] : misses_) {
    const auto& [at, kind, name] = key;
    const std::string what = kind == "optimizer" ? "setting '" : "parameter '";
    faults.add(at, who_lacks_it(kind, who.plugins) + what + name + "'" +
                       remedy(kind, name, who.plugins, catalogue) + where(who.cells, cells));
  }
}

}  // namespace monge::sweep

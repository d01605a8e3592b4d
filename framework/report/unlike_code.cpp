#include "report/unlike_code.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "record/access.h"

namespace monge::report {
namespace {

using Json = nlohmann::json;
using Runs = std::vector<std::size_t>;

/// A part of fingerprints by what it may differ with, as text, and by what it is.
using Versions = std::map<std::string, std::map<std::string, Runs>>;

// Data sets of other settings have other samples by right, and so have extractors that are trained on them.
std::string settings_behind(const std::string& what, const Json& config) {
  if (!config.is_object() || (what != "data" && what != "extractor")) return "";
  const Json features =
      what == "extractor" ? config.value("evaluate", Json::object()).value("features", Json()) : Json();
  return Json{config.value("dataset", Json()), features}.dump();
}

void add(const Json& fingerprint, const Json& config, std::size_t run,
         std::map<std::string, Versions>& parts) {
  for (const auto& [what, value] : fingerprint.items()) {
    if (what == "strategy") continue;
    if (value.is_object()) {  // plugins, by their keys
      add(value, config, run, parts);
    } else {
      parts[what][settings_behind(what, config)][value.dump()].push_back(run);
    }
  }
}

/// The runs that do not have the version that most have, or which the first run has where two are as many.
Runs odd_ones(const std::map<std::string, Runs>& versions) {
  const auto most = std::max_element(versions.begin(), versions.end(), [](const auto& a, const auto& b) {
    return a.second.size() != b.second.size() ? a.second.size() < b.second.size()
                                              : a.second.front() > b.second.front();
  });
  Runs odd;
  for (auto version = versions.begin(); version != versions.end(); ++version)
    if (version != most) odd.insert(odd.end(), version->second.begin(), version->second.end());
  return odd;
}

}  // namespace

std::vector<Unlike> unlike_code(const record::Group& root) {
  const auto cells = record::numbers_of(root, "cell");
  const auto status = record::texts_of(root, "status"), fingerprints = record::texts_of(root, "fingerprint"),
             configs = record::texts_of(root, "config");
  std::map<std::string, Versions> parts;
  for (std::size_t run = 0; run < fingerprints.size(); ++run) {
    if (status.at(run) != "done") continue;
    const Json made_by = Json::parse(fingerprints[run], nullptr, false);
    parts["the code"][""][made_by.is_object() ? "told" : "not told"].push_back(run);
    if (made_by.is_object()) add(made_by, Json::parse(configs.at(run), nullptr, false), run, parts);
  }
  std::vector<Unlike> unlike;
  for (const auto& [what, by_settings] : parts) {
    Unlike one{what, 0, 0, {}};
    std::set<int> odd_cells;
    for (const auto& [settings, versions] : by_settings) {
      for (const auto& [version, runs] : versions) one.all += static_cast<int>(runs.size());
      for (const std::size_t run : odd_ones(versions)) {
        ++one.odd;
        odd_cells.insert(static_cast<int>(std::lround(cells.at(run))));
      }
    }
    one.cells.assign(odd_cells.begin(), odd_cells.end());
    if (one.odd > 0) unlike.push_back(std::move(one));
  }
  // What all runs have, such as the worker, before what some of them use.
  std::stable_sort(unlike.begin(), unlike.end(),
                   [](const Unlike& a, const Unlike& b) { return a.all > b.all; });
  return unlike;
}

}  // namespace monge::report

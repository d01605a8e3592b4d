// What the plugins said about themselves: the answer of `runner-worker describe`, as plain data.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace monge::sweep {

using Json = nlohmann::json;

/// One setting: of a plugin, of an optimiser or of a section of the file.
struct Parameter {
  std::string name, type;  // type: real, int, bool, choice, text, ints, reals, texts, extractor
  std::string doc, unit;
  Json fallback = {};  // the default; null where the setting must be given
  std::optional<double> min = {}, max = {};
  std::vector<std::string> choices = {};
  bool late = false;  // came after the first runs: at its default it does not change what a run is
};

/// A value that a metric reports. `goal`: min, max or none; `dims`: "" for one number, "bin" or "layer".
struct ReportedValue {
  std::string name, unit, doc, goal, dims = {};
};

/// A published method as settings of a plugin. `values`: parameter -> value; settings beside it win.
struct Preset {
  std::string name, paper;
  Json values = Json::object();
};

struct PluginSchema {
  std::string key, kind, name;  // "loss/bce", "loss", "bce"
  std::string doc, paper, path, sha256, build;
  std::vector<Parameter> parameters = {};
  std::vector<Preset> presets = {};
  std::vector<ReportedValue> values = {};
  bool reads_features = false;  // of a metric

  /// Null where the plugin has no such parameter.
  const Parameter* parameter(const std::string& name_of_parameter) const;
  /// Null where the plugin has no such preset.
  const Preset* preset(const std::string& name_of_preset) const;
};

struct Catalogue {
  std::map<std::string, PluginSchema> found;              // by key
  std::map<std::string, std::string> broken;              // key -> one sentence
  std::map<std::string, std::vector<std::string>> known;  // kind -> names on the search path
  Json system;
};

/// Reads answer 1 of the describe child. Throws monge::Error (Exit::plugin) when it is not such an answer.
Catalogue catalogue_from_json(const Json& answer);

}  // namespace monge::sweep

#include "cli/plugin_text.h"

#include <algorithm>

#include "cli/display.h"
#include "report/columns.h"
#include "report/format.h"
#include "sweep/nearest.h"
#include "sweep/value.h"

namespace monge::cli {
namespace {

using Json = nlohmann::json;

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t taken = report::columns_of(text);
  return text + std::string(taken < width ? width - taken : 0, ' ');
}

// Plugins may say anything; one line of it without control characters is shown.
std::string safe(const std::string& text) {
  return report::fitted(report::one_line(text), text.size() * 2 + 1);
}

// JSON's numbers, texts, booleans and lists are TOML's, too.
std::string toml_value(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string parameter_text(const sweep::Parameter& parameter, std::size_t width) {
  const std::string allowed = allowed_text(parameter);
  std::string text = "  " + padded(parameter.name, width) + "  " + parameter.type;
  text += parameter.fallback.is_null() ? ", required" : ", default " + toml_value(parameter.fallback);
  if (!allowed.empty()) text += ", " + allowed;
  if (!parameter.unit.empty() && parameter.unit != "1") text += ", in " + safe(parameter.unit);
  return text + "\n" + std::string(width + 4, ' ') + safe(parameter.doc) + "\n";
}

// "  weighted  Author (year): margin = 0.5, sides = "one"".
std::string presets_text(const sweep::PluginSchema& plugin) {
  if (plugin.presets.empty()) return "";
  std::size_t width = 0;
  for (const sweep::Preset& preset : plugin.presets) width = std::max(width, report::columns_of(preset.name));
  std::string text = "\nPresets (preset = \"" + safe(plugin.presets.front().name) + "\"):\n";
  for (const sweep::Preset& preset : plugin.presets) {
    std::string settings;
    for (const auto& [name, value] : preset.values.items()) {
      settings += (settings.empty() ? "" : ", ") + safe(name) + " = " + safe(toml_value(value));
    }
    text += "  " + padded(safe(preset.name), width) + "  " + (settings.empty() ? "the defaults" : settings) +
            "\n" + std::string(width + 4, ' ') + safe(preset.paper) + "\n";
  }
  return text;
}

std::string values_text(const sweep::PluginSchema& plugin) {
  if (plugin.values.empty()) return "";
  std::size_t width = 0;
  for (const sweep::ReportedValue& value : plugin.values) width = std::max(width, value.name.size());
  std::string text = "\nReports:\n";
  for (const sweep::ReportedValue& value : plugin.values) {
    text += "  " + padded(value.name, width) + "  " + safe(value.doc);
    if (!value.unit.empty() && value.unit != "1") text += " (" + safe(value.unit) + ")";
    if (value.goal == "min" || value.goal == "max") {
      text += std::string("; ") + (value.goal == "min" ? "less" : "more") + " is better";
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string allowed_text(const sweep::Parameter& parameter) {
  if (!parameter.choices.empty()) return "one of " + sweep::listed(parameter.choices);
  if (parameter.min && parameter.max) {
    return "in [" + sweep::number_text(*parameter.min) + ", " + sweep::number_text(*parameter.max) + "]";
  }
  if (parameter.min) return "at least " + sweep::number_text(*parameter.min);
  return parameter.max ? "at most " + sweep::number_text(*parameter.max) : "";
}

std::string plugin_list_text(const sweep::Catalogue& catalogue, const Json& shadowed) {
  std::size_t width = 0;
  for (const auto& [key, plugin] : catalogue.found) width = std::max(width, report::columns_of(key));
  std::string text;
  for (const auto& [key, plugin] : catalogue.found) {
    text += padded(safe(key), width) + "  " + safe(plugin.doc) + "\n";
  }
  if (!catalogue.broken.empty()) text += "\ncannot be used:\n";
  for (const auto& [key, sentence] : catalogue.broken)
    text += "  " + safe(key) + ": " + safe(sentence) + "\n";
  if (!shadowed.empty()) text += "\nhidden by a file of an earlier folder:\n";
  for (const Json& file : shadowed) {
    text += "  " + safe(file.value("key", "")) + ": " + safe(file.value("path", "")) + "\n";
  }
  return text.empty() ? "no plugins found; see --plugins and MONGE_PLUGIN_PATH\n" : text;
}

std::string plugin_text(const sweep::PluginSchema& plugin) {
  std::string text = safe(plugin.key) + "  " + safe(plugin.doc) + "\n";
  if (!plugin.paper.empty()) text += "paper: " + safe(plugin.paper) + "\n";
  std::size_t width = 0;
  for (const sweep::Parameter& parameter : plugin.parameters) width = std::max(width, parameter.name.size());
  text += plugin.parameters.empty() ? "\nNo parameters.\n" : "\nParameters:\n";
  for (const sweep::Parameter& parameter : plugin.parameters) text += parameter_text(parameter, width);
  text += presets_text(plugin);
  text += values_text(plugin);
  return text + "\nFile:    " + safe(plugin.path) + "\nSHA-256: " + plugin.sha256 +
         "\nBuild:   " + safe(plugin.build) + "\n";
}

}  // namespace monge::cli

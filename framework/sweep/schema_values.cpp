#include "sweep/schema_values.h"

#include <algorithm>
#include <cmath>

#include "sweep/check.h"
#include "sweep/settings.h"

namespace monge::sweep {
namespace {

using Values = std::map<std::string, Json>;

Json number_schema(const Parameter& parameter, const char* type) {
  Json schema{{"type", type}};
  if (parameter.min) schema["minimum"] = *parameter.min;
  if (parameter.max) {
    const auto [bound, open] = upper_bound(*parameter.max);
    schema[open ? "exclusiveMaximum" : "maximum"] = bound;
  }
  return schema;
}

Json type_schema(const Parameter& parameter) {
  const std::string& type = parameter.type;
  if (type == "real") return number_schema(parameter, "number");
  if (type == "int") return number_schema(parameter, "integer");
  if (type == "bool") return {{"type", "boolean"}};
  if (type == "choice") return {{"type", "string"}, {"enum", parameter.choices}};
  if (type == "ints") return {{"type", "array"}, {"items", number_schema(parameter, "integer")}};
  if (type == "reals") return {{"type", "array"}, {"items", number_schema(parameter, "number")}};
  if (type == "texts") return {{"type", "array"}, {"items", {{"type", "string"}}}};
  if (type == "extractor") {
    Json file = closed({{"torchscript", {{"type", "string"}, {"minLength", 1}}}});
    file["required"] = {"torchscript"};
    const Json name{{"type", "string"}, {"enum", {"pixels", "classifier"}}};
    return {{"anyOf", {name, std::move(file)}}};
  }
  return {{"type", "string"}};
}

Json schema_of(const Parameter& parameter) {
  Json schema = type_schema(parameter);
  const bool has_unit = !parameter.unit.empty() && parameter.unit != "1";
  schema["description"] = parameter.doc + (has_unit ? " [" + parameter.unit + "]" : "");
  if (!parameter.fallback.is_null()) schema["default"] = canonical_default(parameter);
  return schema;
}

Json preset_schema(const PluginSchema& plugin) {
  Json schema{{"type", "string"}, {"enum", Json::array()}};
  std::string text = "published settings, in the place of the defaults:";
  for (const Preset& preset : plugin.presets) {
    schema["enum"].push_back(preset.name);
    text += (schema["enum"].size() == 1 ? " " : "; ") + preset.name;
    if (!preset.paper.empty()) text += " (" + preset.paper + ")";
  }
  schema["description"] = text;
  return schema;
}

Json own_properties(const PluginSchema& plugin) {
  Json properties = Json::object();
  if (!plugin.presets.empty()) properties["preset"] = preset_schema(plugin);
  for (const Parameter& parameter : plugin.parameters) properties[parameter.name] = schema_of(parameter);
  return properties;
}

// What a name means that several plugins have.
Json either(const std::vector<std::pair<std::string, Json>>& meanings) {
  Json kinds = Json::array();
  std::string text;
  for (const auto& [plugin, meaning] : meanings) {
    if (std::find(kinds.begin(), kinds.end(), meaning) == kinds.end()) kinds.push_back(meaning);
    text += (text.empty() ? "" : "\n") + plugin + ": " + meaning.value("description", "");
  }
  if (kinds.size() == 1) return kinds.front();
  return {{"anyOf", kinds}, {"description", text}};
}

// Of one plugin: by name, or as a table whose other keys are its own.
Json plugin_schema(const std::vector<const PluginSchema*>& plugins, const Json& properties) {
  Json names = Json::array(), cases = Json::array();
  for (const PluginSchema* plugin : plugins) {
    names.push_back(plugin->name);
    const Json own = own_properties(*plugin);
    Json keys = Json::array({"plugin"});
    for (const auto& [key, schema] : own.items()) keys.push_back(key);
    const Json chosen{{"type", "object"},
                      {"properties", {{"plugin", {{"const", plugin->name}}}}},
                      {"required", {"plugin"}}};
    cases.push_back({{"if", chosen}, {"then", {{"properties", own}, {"propertyNames", {{"enum", keys}}}}}});
  }
  cases.push_back({{"if", {{"type", "string"}}}, {"then", {{"enum", names}}}});
  Json schema = closed(properties);
  schema["type"] = {"string", "object"};
  schema["allOf"] = cases;
  return schema;
}

void add_slot(const Slot& slot, const Catalogue& catalogue, Values& values) {
  std::vector<const PluginSchema*> plugins;
  std::map<std::string, std::vector<std::pair<std::string, Json>>> meanings;
  Json names{{"type", "string"}, {"enum", Json::array()}};
  std::string text = "which " + slot.kind + ":";
  for (const auto& [key, plugin] : catalogue.found) {
    if (plugin.kind != slot.kind) continue;
    plugins.push_back(&plugin);
    names["enum"].push_back(plugin.name);
    text += "\n" + plugin.name + ": " + plugin.doc;
    const Json own = own_properties(plugin);
    for (const auto& [name, schema] : own.items()) meanings[name].emplace_back(plugin.name, schema);
  }
  names["description"] = text;
  Json properties{{"plugin", reference(slot.key + ".plugin")}};
  for (const auto& [name, of_plugins] : meanings) {
    values[slot.key + "." + name] = either(of_plugins);
    properties[name] = reference(slot.key + "." + name);
  }
  values[slot.key + ".plugin"] = std::move(names);
  Json one = plugin_schema(plugins, properties);
  if (slot.list) {
    Json list = one;
    list["type"] = {"string", "object", "array"};
    list["items"] = std::move(one);
    one = std::move(list);
  }
  values[slot.key] = std::move(one);
}

Json optimizer_table(const std::string& prefix, Json more) {
  for (const std::string& name : optimizer_settings()) more[name] = reference(prefix + "." + name);
  Json schema = closed(std::move(more));
  schema["type"] = {"string", "object"};
  const Json named{{"if", {{"type", "string"}}}, {"then", reference(prefix + ".kind")}};
  schema["allOf"] = Json::array({named});
  return schema;
}

void add_optimizer(Values& values) {
  Json kinds = Json::array();
  std::map<std::string, std::vector<std::pair<std::string, Json>>> meanings;
  for (const OptimizerKind& kind : optimizer_kinds()) {
    kinds.push_back(kind.name);
    for (const Parameter& parameter : kind.settings) {
      Json schema = schema_of(parameter);
      if (parameter.type == "reals") schema["minItems"] = schema["maxItems"] = 2;
      meanings[parameter.name].emplace_back(kind.name, std::move(schema));
    }
  }
  const Json kind{
      {"type", "string"}, {"enum", kinds}, {"description", "which optimiser"}, {"default", kinds[0]}};
  for (const std::string prefix : {"optimizer", "optimizer.critic", "optimizer.generator"}) {
    values[prefix + ".kind"] = kind;
    for (const auto& [name, of_kinds] : meanings) values[prefix + "." + name] = either(of_kinds);
  }
  values["optimizer.critic"] = optimizer_table("optimizer.critic", Json::object());
  values["optimizer.generator"] = optimizer_table("optimizer.generator", Json::object());
  values["optimizer"] = optimizer_table("optimizer", {{"critic", reference("optimizer.critic")},
                                                      {"generator", reference("optimizer.generator")}});
}

}  // namespace

Json reference(const std::string& key) { return {{"$ref", "#/definitions/" + key}}; }

Json closed(Json properties) {
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

std::map<std::string, Json> value_schemas(const Catalogue& catalogue) {
  Values values;
  for (const std::string& section : plain_sections()) {
    for (const Parameter& parameter : section_settings(section)) {
      values[section + "." + parameter.name] = schema_of(parameter);
    }
  }
  for (const Slot& slot : slots()) add_slot(slot, catalogue, values);
  add_optimizer(values);
  return values;
}

}  // namespace monge::sweep

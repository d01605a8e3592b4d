#include "sweep/catalogue.h"

#include <algorithm>

#include "monge/error.h"

namespace monge::sweep {
namespace {

std::string text_or_empty(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? "" : found->get<std::string>();
}

std::optional<double> number_or_none(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return found->get<double>();
}

Parameter parameter_from(const Json& json) {
  Parameter parameter{json.at("name").get<std::string>(), json.at("type").get<std::string>(),
                      text_or_empty(json, "doc"), text_or_empty(json, "unit")};
  parameter.fallback = json.value("default", Json());
  parameter.min = number_or_none(json, "min");
  parameter.max = number_or_none(json, "max");
  if (const auto found = json.find("choices"); found != json.end() && !found->is_null()) {
    parameter.choices = found->get<std::vector<std::string>>();
  }
  return parameter;
}

PluginSchema schema_from(const Json& json) {
  PluginSchema schema{json.at("key").get<std::string>(),  json.at("kind").get<std::string>(),
                      json.at("name").get<std::string>(), text_or_empty(json, "doc"),
                      text_or_empty(json, "paper"),       text_or_empty(json, "path"),
                      text_or_empty(json, "sha256"),      text_or_empty(json, "build")};
  for (const Json& parameter : json.value("parameters", Json::array())) {
    schema.parameters.push_back(parameter_from(parameter));
  }
  for (const Json& preset : json.value("presets", Json::array())) {
    schema.presets.push_back({preset.at("name").get<std::string>(), text_or_empty(preset, "paper"),
                              preset.value("values", Json::object())});
  }
  for (const Json& value : json.value("values", Json::array())) {
    schema.values.push_back({value.at("name").get<std::string>(), text_or_empty(value, "unit"),
                             text_or_empty(value, "doc"), text_or_empty(value, "goal"),
                             text_or_empty(value, "dims")});
  }
  schema.reads_features = json.value("reads_features", false);
  return schema;
}

template <class T>
const T* named(const std::vector<T>& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const T& one) { return one.name == name; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

const Parameter* PluginSchema::parameter(const std::string& name_of_parameter) const {
  return named(parameters, name_of_parameter);
}

const Preset* PluginSchema::preset(const std::string& name_of_preset) const {
  return named(presets, name_of_preset);
}

Catalogue catalogue_from_json(const Json& answer) try {
  Catalogue catalogue;
  for (const Json& json : answer.at("found")) {
    PluginSchema schema = schema_from(json);
    std::string key = schema.key;
    catalogue.found.insert_or_assign(std::move(key), std::move(schema));
  }
  for (const Json& json : answer.at("broken")) {
    catalogue.broken[json.at("key").get<std::string>()] = text_or_empty(json, "text");
  }
  for (const auto& [kind, names] : answer.at("known").items()) {
    catalogue.known[kind] = names.get<std::vector<std::string>>();
  }
  catalogue.system = answer.value("system", Json::object());
  return catalogue;
} catch (const Json::exception& fault) {
  throw Error(Exit::plugin, std::string("the answer about the plugins is not understood: ") + fault.what() +
                                "; runner and runner-worker must come from one build");
}

}  // namespace monge::sweep

#include "plugin/bind.h"

#include <monge/error.h>

#include <cmath>

namespace monge::plugin {
namespace {

using Json = nlohmann::json;
using Type = Param::Type;

const char* name_of(Type type) {
  switch (type) {
    case Type::real:
      return "real";
    case Type::integer:
      return "int";
    case Type::boolean:
      return "bool";
    case Type::choice:
      return "choice";
    case Type::text:
      return "text";
    case Type::integers:
      return "ints";
    case Type::reals:
      return "reals";
    case Type::texts:
      return "texts";
  }
  return "";
}

Value value_of(Type type, const Json& json) {
  switch (type) {
    case Type::real:
      return json.get<double>();
    case Type::integer:
      return json.get<std::int64_t>();
    case Type::boolean:
      return json.get<bool>();
    case Type::choice:
    case Type::text:
      return json.get<std::string>();
    case Type::integers:
      return json.get<std::vector<std::int64_t>>();
    case Type::reals:
      return json.get<std::vector<double>>();
    case Type::texts:
      return json.get<std::vector<std::string>>();
  }
  return {};
}

Json limit(double bound) { return std::isfinite(bound) ? Json(bound) : Json(nullptr); }

Json to_json(const Param& param) {
  return {{"name", param.name},
          {"type", name_of(param.type)},
          {"doc", param.doc},
          {"unit", param.unit},
          {"default", plugin::to_json(param.fallback)},
          {"min", limit(param.min)},
          {"max", limit(param.max)},
          {"choices", param.choices}};
}

}  // namespace

Json to_json(const Value& value) {
  return std::visit([](const auto& plain) { return Json(plain); }, value);
}

Json settings_of(const Preset& preset) {
  Json settings = Json::object();
  for (const auto& [parameter, value] : preset.values) settings[parameter] = to_json(value);
  return settings;
}

Json to_json(const Library& library) {
  const Schema& schema = library.schema;
  Json answer = {{"key", library.key()},
                 {"kind", library.kind},
                 {"name", library.name},
                 {"doc", schema.doc},
                 {"paper", schema.paper},
                 {"path", library.path.string()},
                 {"build", library.header->build},
                 {"parameters", Json::array()},
                 {"presets", Json::array()},
                 {"values", Json::array()},
                 {"reads_features", schema.reads_features}};
  for (const auto& param : schema.params) answer["parameters"].push_back(to_json(param));
  for (const auto& preset : schema.presets) {
    answer["presets"].push_back(
        {{"name", preset.name}, {"paper", preset.paper}, {"values", settings_of(preset)}});
  }
  for (const auto& value : schema.values) {
    answer["values"].push_back({{"name", value.name},
                                {"unit", value.unit},
                                {"doc", value.doc},
                                {"goal", value.goal},
                                {"dims", value.dims}});
  }
  return answer;
}

void* made(const Library& library) {
  const std::string begin = "in " + library.key() + ": its constructor threw ";
  try {
    return library.header->make();
  } catch (const std::exception& error) {
    throw Error(Exit::plugin, begin + error.what());
  } catch (...) {
    throw Error(Exit::plugin, begin + "something that is no std::exception");
  }
}

void set_parameters(const Library& library, void* object, const Json& table) {
  for (const auto& param : library.schema.params) {
    const auto given = table.find(param.name);
    if (given == table.end()) continue;
    try {
      param.set(object, value_of(param.type, *given));
    } catch (const std::exception& error) {
      throw Error(Exit::plugin, library.key() + ": parameter '" + param.name + "' is a " +
                                    name_of(param.type) + ", got " + given->dump());
    }
  }
}

}  // namespace monge::plugin

#include "sweep/schema.h"

#include <map>

#include "sweep/schema_values.h"
#include "sweep/settings.h"

namespace monge::sweep {
namespace {

using Values = std::map<std::string, Json>;

Json text(const std::string& doc) { return {{"type", "string"}, {"pattern", "\\S"}, {"description", doc}}; }

Json list_of(const Json& items) { return {{"type", "array"}, {"items", items}}; }

Json needing(Json schema, const std::vector<std::string>& required) {
  schema["required"] = required;
  return schema;
}

// [[name]] tables, or one [name].
Json rules(Json rule, const std::string& doc) {
  Json schema = rule;
  schema["type"] = {"object", "array"};
  schema["items"] = std::move(rule);
  schema["description"] = doc;
  return schema;
}

// The keys directly below a table: {"width": "architecture.width"}; below "", the sections.
std::map<std::string, std::string> children(const std::string& table, const Values& values) {
  std::map<std::string, std::string> found;
  for (const auto& [key, schema] : values) {
    const std::string begin = table.empty() ? "" : table + ".";
    if (!key.starts_with(begin)) continue;
    const std::string name = key.substr(begin.size(), key.find('.', begin.size()) - begin.size());
    found.emplace(name, begin + name);
  }
  return found;
}

Json section(const std::string& name, const Values& values) {
  Json properties = Json::object();
  for (const auto& [child, key] : children(name, values)) properties[child] = reference(key);
  return closed(std::move(properties));
}

// A list of values, or one of the generators; where the key is a table, axes of what stands in it.
Json axis(const std::string& key, const Values& values) {
  const Json numbers = list_of({{"type", "number"}});
  const auto of = [&](std::size_t count, const std::string& doc) {
    Json schema = numbers;
    schema["minItems"] = schema["maxItems"] = count;
    schema["description"] = doc;
    return schema;
  };
  Json properties = Json::object();
  for (const auto& [child, below] : children(key, values)) properties[child] = reference("axis:" + below);
  const bool table = !properties.empty(), value = values.contains(key);
  if (value) {
    properties["range"] = of(3, "[a, b, step], b included where a step hits it");
    properties["lin"] = of(3, "[a, b, n]: n values with equal differences");
    properties["log"] = of(3, "[a, b, n]: n values with equal ratios");
    properties["uniform"] = of(2, "[a, b]: drawn [experiment] samples times");
    properties["log_uniform"] = of(2, "[a, b]: drawn with a uniform logarithm");
    properties["choice"] = list_of(reference(key));
    properties["choice"]["description"] = "values to draw from";
  }
  Json schema = closed(std::move(properties));
  if (!value) return schema;
  schema["type"] = {"array", "object"};
  schema["items"] = reference(key);
  schema["minItems"] = schema["minProperties"] = 1;
  if (!table) schema["maxProperties"] = 1;
  return schema;
}

// Axes by dotted key, and tables of them.
Json axes(const Values& values, Json properties) {
  for (const auto& [key, schema] : values) properties[key] = reference("axis:" + key);
  for (const auto& [name, key] : children("", values)) properties[name] = reference("axis:" + name);
  return closed(std::move(properties));
}

Json settings(const Values& values) {
  Json properties = Json::object();
  for (const auto& [key, schema] : values) properties[key] = reference(key);
  for (const auto& [name, key] : children("", values)) {
    properties[name] = values.contains(name) ? reference(name) : section(name, values);
  }
  Json schema = closed(std::move(properties));
  schema["minProperties"] = 1;
  return schema;
}

Json experiment_section() {
  const Json seed{{"type", "integer"}, {"minimum", 0}};
  Json seeds = list_of(seed);
  seeds.update({{"type", {"integer", "array"}},
                {"minimum", 1},
                {"maximum", 100000},
                {"minItems", 1},
                {"uniqueItems", true},
                {"default", 1},
                {"description", "how many, counted from 1, or a list of them"}});
  Json primary = needing(closed({{"metric", text("a value that a metric reports")},
                                 {"goal", {{"type", "string"}, {"enum", {"min", "max"}}}}}),
                         {"metric"});
  primary["type"] = {"string", "object"};
  primary["description"] = "the value by which cells are ranked";
  return needing(
      closed({{"name",
               {{"type", "string"},
                {"pattern", "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$"},
                {"description", "folder in results/"}}},
              {"seeds", seeds},
              {"primary", primary},
              {"samples",
               {{"type", "integer"},
                {"minimum", 1},
                {"maximum", 100000},
                {"description", "how often the random axes are drawn"}}},
              {"samples_seed",
               {{"type", "integer"}, {"minimum", 0}, {"default", 1}, {"description", "of the draws"}}}}),
      {"name"});
}

Json resources_section() {
  return closed({{"timeout",
                  {{"type", {"number", "string"}},
                   {"exclusiveMinimum", 0},
                   {"pattern", "^[0-9.eE+-]+[smhd]$"},
                   {"description", "of one run, in seconds, or \"90s\", \"5m\", \"3h\", \"1d\""}}}});
}

Json root(const Values& values) {
  const Json condition =
      text("which cells: 'enforcer.plugin == \"clip\" and optimizer.learning_rate > 5e-4'");
  const Json why = text("the reason, which goes into the results"), set = reference("set");
  Json labels = list_of(text("stands for the value in the cells' labels"));
  labels["minItems"] = 1;
  Json properties{
      {"experiment", experiment_section()},
      {"resources", resources_section()},
      {"grid", axes(values, Json::object())},
      {"zip", rules(axes(values, {{"label", labels}}), "axes that move together")},
      {"when", rules(needing(closed({{"if", condition}, {"grid", reference("grid")}}), {"if", "grid"}),
                     "axes of the cells that match")},
      {"row", rules(needing(closed({{"label", text("its name")}, {"set", set}}), {"set"}),
                    "a cell written by hand, beside the grid")},
      {"override",
       rules(needing(closed({{"if", condition}, {"set", set}}), {"if", "set"}), "patches cells that match")},
      {"exclude", rules(needing(closed({{"if", condition}, {"why", why}}), {"if", "why"}),
                        "leaves out cells that match")},
      {"stop", rules(needing(closed({{"if", text("on what is recorded: 'critic_loss > 1e6'")}, {"why", why}}),
                             {"if"}),
                     "ends a run as diverged")}};
  for (const auto& [name, key] : children("", values)) {
    properties[name] = values.contains(name) ? reference(name) : section(name, values);
  }
  Json patch = properties;
  patch["experiment"].erase("required");
  properties["size"] = {{"type", "object"},
                        {"additionalProperties", closed(std::move(patch))},
                        {"description", "patches of this file: runner sweep FILE --size NAME"}};
  return needing(closed(std::move(properties)), {"experiment"});
}

}  // namespace

Json experiment_schema(const Catalogue& catalogue) {
  const Values values = value_schemas(catalogue);
  Json schema = root(values), definitions = Json::object();
  for (const auto& [key, value] : values) {
    definitions[key] = value;
    definitions["axis:" + key] = axis(key, values);
  }
  for (const auto& [name, key] : children("", values)) definitions["axis:" + name] = axis(name, values);
  definitions["set"] = settings(values);
  definitions["grid"] = axes(values, Json::object());
  definitions["grid"]["minProperties"] = 1;
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["title"] = "Experiment of Monge";
  schema["definitions"] = std::move(definitions);
  return schema;
}

}  // namespace monge::sweep

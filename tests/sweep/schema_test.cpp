// The schema's own shape; that it accepts and refuses what it should is tests/cli/schema_test.py.
#include "sweep/schema.h"

#include <functional>
#include <set>

#include "fixture.h"
#include "sweep/sections.h"

namespace schema_test {

using namespace monge;
using namespace monge::sweep;

namespace {

// Every object of the schema, with its path.
void each(const Json& node, const std::string& path,
          const std::function<void(const Json&, const std::string&)>& seen) {
  if (node.is_object()) seen(node, path);
  if (!node.is_structured()) return;
  for (const auto& [key, child] : node.items()) each(child, path + "/" + key, seen);
}

}  // namespace

TEST_CASE("schema: it has every section of the language, and nothing else") {
  std::set<std::string> properties;
  const Json schema = experiment_schema(fixture::catalogue());
  for (const auto& [name, property] : schema.at("properties").items()) properties.insert(name);
  const std::vector<std::string> sections = section_names();
  CHECK(properties == std::set<std::string>(sections.begin(), sections.end()));
  CHECK(schema["additionalProperties"] == false);
}

TEST_CASE("schema: every key of the language is a setting and an axis, and only those") {
  const Json definitions = experiment_schema(fixture::catalogue()).at("definitions");
  const std::vector<std::string> known = all_keys(fixture::catalogue());
  for (const std::string& key : known) {
    CAPTURE(key);
    CHECK(definitions.contains(key));
    CHECK(definitions["set"]["properties"].contains(key));
    CHECK(definitions["grid"]["properties"].contains(key));
    CHECK(read_key(key).fault.empty());
  }
  for (const auto& [key, axis] : definitions["grid"]["properties"].items()) {
    const auto& sections = plain_sections();
    const bool section = std::find(sections.begin(), sections.end(), key) != sections.end();
    CAPTURE(key);
    CHECK((section || read_key(key).fault.empty()));
  }
}

TEST_CASE("schema: every reference leads somewhere, and every parameter says what it is") {
  const Json schema = experiment_schema(fixture::catalogue());
  each(schema, "", [&](const Json& node, const std::string& path) {
    CAPTURE(path);
    const auto reference = node.find("$ref");
    if (reference == node.end() || !reference->is_string()) return;
    const std::string name = reference->get<std::string>().substr(std::string("#/definitions/").size());
    CHECK(schema["definitions"].contains(name));
  });
  const Json& bound = schema["definitions"]["enforcer.bound"];
  CHECK(bound == Json::parse(R"({"type": "number", "minimum": 1e-12, "maximum": 1e6, "default": 0.01,
      "description": "largest absolute value"})"));
  CHECK(schema["definitions"]["train.ema"]["exclusiveMaximum"] == 1.0);
  CHECK(schema["definitions"]["enforcer.preset"]["enum"] == Json({"wgan_gp", "zero_centred", "one_sided"}));
  CHECK(schema["definitions"]["optimizer.critic.betas"]["minItems"] == 2);
}

TEST_CASE("schema: a parameter that plugins declare unlike may be either") {
  const Json width = experiment_schema(fixture::catalogue())["definitions"]["architecture.width"];
  REQUIRE(width.contains("anyOf"));
  CHECK(width["anyOf"].size() == 2);
  CHECK(width["description"].get<std::string>().find("mlp: ") != std::string::npos);
}

TEST_CASE("schema: the line that names it for editors is no part of the question") {
  CHECK(fixture::draft_of("#:schema ../x.json\n# Is it so?\n" + fixture::small()).parsed().question ==
        "Is it so?");
}

}  // namespace schema_test

// What is refused of a plugin as it is opened, so by `plugin check` and before any run.
#include "plugin/schema.h"

#include <doctest/doctest.h>
#include <monge/metric.h>

#include "plugin/bind.h"

namespace schema_test {

using namespace monge;

namespace {

enum class Side { left, right };

struct Things {
  int whole = 3;
  std::uint8_t byte = 1;
  std::uint64_t wide = 1;
  std::int64_t any = 1;
  Side side = Side::right;
  std::string form = "even";
  static constexpr const char* kKind = "loss";
};

template <class Declare>
Schema declared(const Declare& declare) {
  Schema schema;
  Describe<Things> d(schema);
  declare(d);
  return schema;
}

template <class Declare>
std::string fault(const Declare& declare, const std::string& kind = "metric") {
  return plugin::unusable(declared(declare), kind);
}

std::string fault_of_value(const std::string& name, const std::string& goal = "none",
                           const std::string& dims = "") {
  return fault([&](auto& d) { d.value(name, "1", "a value", goal, dims); });
}

}  // namespace

TEST_CASE("schema: a whole number is never out of its member's type") {
  const auto narrow = declared([](auto& d) {
    d.param("whole", &Things::whole, "a number");
    d.param("byte", &Things::byte, "a number");
    d.param("wide", &Things::wide, "a number");
    d.param("any", &Things::any, "a number");
  });
  CHECK(narrow.params[0].min == -2147483648.0);
  CHECK(narrow.params[0].max == 2147483647.0);
  CHECK(narrow.params[1].min == 0);
  CHECK(narrow.params[1].max == 255);
  CHECK(narrow.params[2].min == 0);
  CHECK(std::isinf(narrow.params[2].max));
  CHECK(std::isinf(narrow.params[3].min));
  const auto ranged = declared([](auto& d) { d.param("byte", &Things::byte, "a number").range(-1, 1000); });
  CHECK(ranged.params[0].min == 0);
  CHECK(ranged.params[0].max == 255);
}

TEST_CASE("schema: choices are enforced of an enum, of texts and of whole numbers") {
  const auto schema = declared([](auto& d) {
    d.param("side", &Things::side, "a side").choices({{"left", Side::left}, {"right", Side::right}});
    d.param("form", &Things::form, "a form").choices({{"even", "even"}, {"odd", "uneven"}});
    d.param("whole", &Things::whole, "a number").choices({{"three", 3}, {"four", 4}});
  });
  CHECK(plugin::unusable(schema, "loss").empty());
  Things things;
  const std::vector<std::string> defaults{"right", "even", "three"}, others{"left", "odd", "four"};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(schema.params[i].type == Param::Type::choice);
    CHECK(std::get<std::string>(schema.params[i].fallback) == defaults[i]);
    schema.params[i].set(&things, others[i]);
  }
  CHECK(things.side == Side::left);
  CHECK(things.form == "uneven");
  CHECK(things.whole == 4);
  CHECK(fault([](auto& d) {
          d.param("form", &Things::form, "a form").choices({{"odd", "odd"}});
        }) == "the default of its parameter 'form' is none of its choices: odd");
}

TEST_CASE("schema: names of parameters that an experiment file needs for itself") {
  const auto named = [](const std::string& name) {
    return fault([&](auto& d) { d.param(name, &Things::whole, "a number"); });
  };
  CHECK(named("plugin") ==
        "its parameter 'plugin': the name is taken, it says in an experiment file which "
        "plugin; choose another");
  CHECK(named("preset").empty());
  CHECK(fault([](auto& d) {
          d.param("preset", &Things::whole, "a number");
          d.preset("early", "a paper");
        }).find("which of its presets; choose another") != std::string::npos);
  CHECK(named("My number") == "a parameter is named 'My number'; use [a-z0-9_]+");
  CHECK(fault([](auto& d) {
          d.param("twice", &Things::whole, "a number");
          d.param("twice", &Things::byte, "a number");
        }) == "two of its parameters are named 'twice'");
}

TEST_CASE("schema: what a preset sets is there") {
  const auto preset = [](const std::string& name) {
    return fault([&](auto& d) {
      d.param("whole", &Things::whole, "a number");
      d.preset("early", "a paper").set(name, std::int64_t{3});
    });
  };
  CHECK(preset("whole").empty());
  CHECK(preset("whale") ==
        "its preset 'early' sets 'whale', which is no parameter of it; did you mean 'whole'?");
}

TEST_CASE("schema: a default in its range, choices of names of their own") {
  CHECK(fault([](auto& d) { d.param("whole", &Things::whole, "a number").range(5, 9); }) ==
        "the default of its parameter 'whole', 3, lies outside its own range [5, 9]");
  CHECK(fault([](auto& d) {
          d.param("side", &Things::side, "a side").choices({{"left", Side::right}, {"left", Side::left}});
        }) == "two choices of its parameter 'side' are named 'left'");
}

TEST_CASE("schema: what only plugins of another kind have") {
  const auto value = [](auto& d) { d.value("q", "1", "a value"); };
  const auto state = [](auto& d) { d.state("u", "a vector", nullptr); };
  const auto features = [](auto& d) { d.reads_features(); };
  CHECK(fault(value).empty());
  CHECK(fault(features).empty());
  CHECK(fault(state, "enforcer").empty());
  CHECK(fault(value, "loss") == "it declares the value 'q', which only a metric has; it is of kind loss");
  CHECK(fault(state, "loss").find("the state 'u', which only an enforcer has") != std::string::npos);
  CHECK(fault(features, "dataset").find("reads features, as only a metric does") != std::string::npos);
}

TEST_CASE("schema: a floor is of one number") {
  const auto floored = [](const std::string& dims) {
    return fault([&](auto& d) {
      d.value("q", "1", "a value", "none", dims);
      d.floor("q");
    });
  };
  CHECK(floored("").empty());
  CHECK(floored("bin") == "floor(\"q\"): that value is a list, and a floor is one number");
}

TEST_CASE("schema: names, goals and dimensions of values") {
  CHECK(fault_of_value("distance", "min").empty());
  CHECK(fault_of_value("histogram", "none", "bin").empty());
  CHECK(fault_of_value("my metric/x") == "a value is named 'my metric/x'; use [a-z0-9_]+");
  CHECK(fault_of_value("x1", "smaller") == "the goal of its value 'x1' is 'smaller'; use min, max or none");
  CHECK(fault_of_value("x1", "none", "bins") ==
        "the dimension of its value 'x1' is 'bins'; use bin or layer, or leave it out");
  for (const char* name : {"audit_gap_test", "points", "samples", "evaluated", "seconds", "eval_step", "seed",
                           "bin", "mine_final", "critic_loss", "collapsed"}) {
    CHECK(fault_of_value(name) == "the name of its value '" + std::string(name) +
                                      "' is taken: results and stopping rules have something else of that "
                                      "name; choose another");
  }
}

}  // namespace schema_test

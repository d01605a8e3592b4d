#include "sweep/expression.h"

#include <doctest/doctest.h>

#include "monge/error.h"

namespace expression_test {

using namespace monge;
using namespace monge::sweep;

namespace {

const Json cell = Json::parse(R"({
  "train": {"batch_size": 64, "warm_up": false, "precision": "fp32"},
  "loss": {"plugin": "bce", "generator": "saturating"},
  "enforcer": [{"plugin": "clip", "bound": 0.01}, {"plugin": "gradient_penalty", "weight": 10.0}],
  "evaluate": {"metrics": [{"plugin": "modes"}]},
  "optimizer": {"critic": {"kind": "adam", "learning_rate": 1e-4},
                "generator": {"kind": "sgd", "learning_rate": 1e-3}}})");

bool holds(const std::string& text) {
  Faults faults;
  const auto condition = Condition::parse(text, {"f", 1, 1}, Exit::experiment, faults);
  faults.raise();
  const bool result = condition->holds(cell, faults);
  faults.raise();
  return result;
}

}  // namespace

TEST_CASE("expression: comparisons of numbers, texts and truth values") {
  CHECK(holds("train.batch_size == 64"));
  CHECK(holds("train.batch_size >= 6_4 and train.batch_size <= 64.0"));
  CHECK(holds("64 == train.batch_size"));
  CHECK_FALSE(holds("train.batch_size != 64"));
  CHECK_FALSE(holds("train.batch_size > 64 or train.batch_size < 64"));
  CHECK(holds("train.warm_up == false"));
  CHECK(holds("train.precision == 'fp32'"));
  CHECK(holds("train.batch_size > -1e2"));
}

TEST_CASE("expression: and binds before or, not before both, parentheses before all") {
  CHECK(holds("1 == 1 or 1 == 2 and 1 == 2"));
  CHECK_FALSE(holds("(1 == 1 or 1 == 2) and 1 == 2"));
  CHECK(holds("not 1 == 2 and 1 == 1"));
  CHECK_FALSE(holds("not (1 == 1 and 2 == 2)"));
  CHECK(holds("not not 1 == 1"));
}

TEST_CASE("expression: a key of several values holds for any, != for none") {
  CHECK(holds("enforcer.plugin == \"clip\""));
  CHECK(holds("enforcer.plugin == 'gradient_penalty'"));
  CHECK_FALSE(holds("enforcer.plugin != 'clip'"));
  CHECK(holds("enforcer.plugin != 'none'"));
  CHECK(holds("optimizer.learning_rate > 5e-4"));
  CHECK(holds("optimizer.learning_rate < 5e-4"));
  CHECK_FALSE(holds("optimizer.critic.learning_rate > 5e-4"));
  CHECK(holds("optimizer.kind == 'sgd' and optimizer.critic == 'adam'"));
}

TEST_CASE("expression: a table stands for its plugin") {
  CHECK(holds("loss == 'bce' and enforcer == 'clip' and evaluate.metrics == 'modes'"));
  CHECK(holds("evaluate.metrics.plugin in ['modes']"));
}

TEST_CASE("expression: in and not in") {
  CHECK(holds("train.batch_size in [32, 64]"));
  CHECK(holds("loss.plugin not in ['hinge', \"wasserstein\"]"));
  CHECK_FALSE(holds("enforcer.plugin not in ['clip']"));
}

TEST_CASE("expression: what a cell lacks compares false and is not defined") {
  CHECK(holds("defined(\"enforcer.bound\")"));
  CHECK(holds("defined(enforcer.weight)"));
  CHECK_FALSE(holds("defined('loss.margin')"));
  CHECK_FALSE(holds("loss.margin == 1"));
  CHECK_FALSE(holds("loss.margin != 1"));
  CHECK_FALSE(holds("loss.margin in [1]"));
  CHECK_FALSE(holds("loss.margin not in [1]"));
}

TEST_CASE("expression: a text that is no condition is told its column") {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "column 1 of"},
      {"train.batch_size = 64", "column 18 of the condition: '=' is not known; use '=='"},
      {"a == 1 && b == 2", "column 8 of the condition: '&&' is not known; use 'and'"},
      {"a == 'x", "column 6 of the condition: text without its closing quote"},
      {"a == 1 b", "column 8"},
      {"a", "column 2 of the condition: expected ==, !=, <, <=, >, >= or 'in', not the end"},
      {"1e-5 < a < 1e-3", "column 10"},
      {"a in [b]", "column 7"},
      {"a in []", "column 7"},
      {"a in [1", "column 8"},
      {"defined(3)", "column 9"},
      {"(a == 1", "column 8"},
      {"and == 1", "column 1"},
      {"a == 1x", "column 6 of the condition: '1x' is no number"},
      {"a == 1e999", "column 6"},
      {"a == $", "column 6"},
      {"not", "column 4"},
  };
  for (const auto& [text, said] : wrong) {
    CAPTURE(text);
    CHECK_THROWS_WITH(holds(text), doctest::Contains(said));
  }
}

TEST_CASE("expression: unlike types are a fault, not false") {
  CHECK_THROWS_WITH(holds("train.batch_size == '64'"), doctest::Contains("a number is compared with a text"));
  CHECK_THROWS_WITH(holds("loss.plugin < 'z'"), doctest::Contains("needs numbers"));
  CHECK_THROWS_AS(holds("train.warm_up in [1]"), Error);
}

TEST_CASE("expression: nesting is bounded") {
  CHECK_THROWS_WITH(holds(std::string(100'000, '(') + "1 == 1"), doctest::Contains("too deeply"));
}

TEST_CASE("expression: keys that no cell can have are faults with the nearest one") {
  Faults faults;
  const auto condition =
      Condition::parse("loss.margn == 1 or defined('x')", {"f", 2, 6}, Exit::experiment, faults);
  condition->check_keys({"loss.margin", "loss"}, faults);
  CHECK_THROWS_WITH(faults.raise(), doctest::Contains("f:2:6: column 1 of the condition: no cell has a key "
                                                      "'loss.margn'; did you mean 'loss.margin'?"));
}

}  // namespace expression_test

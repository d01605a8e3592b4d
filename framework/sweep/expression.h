// Conditions on a cell: 'enforcer.plugin == "clip" and optimizer.learning_rate > 5e-4'.
//
//   condition  = both { "or" both }
//   both       = one { "and" one }
//   one        = "not" one | "(" condition ")" | defined("key") | operand compare operand
//              | operand [ "not" ] "in" "[" literal { "," literal } "]"
//   compare    = "==" | "!=" | "<" | "<=" | ">" | ">="
//   operand    = key | literal          literal = number | "text" | 'text' | true | false
//
// A key that names several values (a parameter of a list of enforcers, `optimizer.learning_rate` of both
// players) holds when any of them does; `!=` and `not in` hold when none of them is equal. `loss` alone is
// short for `loss.plugin`. Where a cell lacks a key, every comparison with it is false, `!=` and `not in`
// too.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sweep/value.h"

namespace monge::sweep {

/// What a dotted key names in a resolved configuration: none, one or several values.
std::vector<Json> look_up(const Json& config, const std::string& key);

class Condition {
 public:
  struct Operand {
    std::string key;  // "" for a literal
    Json literal;
    std::size_t column = 0;  // from 1, inside the condition
  };
  struct Node {
    enum class Op { any, all, negation, defined, compare, in };
    Op op = Op::all;
    std::string sign;  // of a comparison; "in" or "not in"
    std::vector<Node> children;
    std::vector<Operand> operands;  // of `in`: the left one, then the list
    std::size_t column = 0;
  };

  /// None where the text is no condition; the fault with its column is then in `faults`.
  static std::optional<Condition> parse(const std::string& text, const Place& at, Exit exit, Faults& faults);

  /// Whether a cell fulfils it. Comparing unlike types is a fault.
  bool holds(const Json& config, Faults& faults) const;

  /// Those it asks for, each once, in its order.
  std::vector<std::string> keys() const;

  /// Faults for keys that are not among `known`.
  void check_keys(const std::vector<std::string>& known, Faults& faults) const;

  /// A fault at a column of the condition.
  void fail(std::size_t column, const std::string& fault, Faults& faults) const;

  const Place& at() const { return at_; }
  const std::string& text() const { return text_; }
  const Node& root() const { return root_; }

 private:
  bool holds(const Node& node, const Json& config, Faults& faults) const;
  bool compares(const Node& node, const Json& config, Faults& faults) const;
  bool is_in(const Node& node, const Json& config, Faults& faults) const;
  std::optional<bool> compared(const std::string& sign, const Json& a, const Json& b, std::size_t column,
                               Faults& faults) const;
  void visit(const Node& node, const std::function<void(const Operand&)>& seen) const;

  Node root_;
  Place at_;
  std::string text_;
};

}  // namespace monge::sweep

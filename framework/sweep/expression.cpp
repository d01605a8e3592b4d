#include "sweep/expression.h"

#include <algorithm>

#include "sweep/expression_reader.h"
#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

void gather(const Json& node, const std::string& path, std::vector<Json>& found);

void gather_in_table(const Json& table, const std::string& path, std::vector<Json>& found) {
  const std::size_t dot = path.find('.');
  const std::string first = path.substr(0, dot);
  const std::string rest = dot == std::string::npos ? "" : path.substr(dot + 1);
  if (const auto child = table.find(first); child != table.end()) {
    gather(*child, rest, found);
  } else if (table.contains("critic") && table.contains("generator")) {
    for (const char* player : {"critic", "generator"}) gather(table[player], path, found);
  }
}

void gather(const Json& node, const std::string& path, std::vector<Json>& found) {
  const bool tables = node.is_array() && !node.empty() && node.front().is_object();
  if (tables) {
    for (const Json& item : node) gather(item, path, found);
  } else if (!path.empty()) {
    if (node.is_object()) gather_in_table(node, path, found);
  } else if (node.is_object()) {
    const auto plugin = node.find("plugin"), kind = node.find("kind");
    if (plugin != node.end()) {
      found.push_back(*plugin);
    } else if (kind != node.end()) {
      found.push_back(*kind);
    } else if (node.contains("critic")) {
      gather_in_table(node, "kind", found);
    }
  } else if (!node.is_null()) {
    found.push_back(node);
  }
}

std::string type_of(const Json& value) {
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a text";
  return value.is_boolean() ? "true or false" : "a list";
}

}  // namespace

std::vector<Json> look_up(const Json& config, const std::string& key) {
  std::vector<Json> found;
  if (!key.empty()) gather(config, key, found);
  return found;
}

std::optional<Condition> Condition::parse(const std::string& text, const Place& at, Exit exit,
                                          Faults& faults) {
  Condition condition;
  condition.at_ = at;
  condition.text_ = text;
  try {
    condition.root_ = read_condition(text);
    return condition;
  } catch (const ExpressionFault& fault) {
    faults.add(at, "column " + std::to_string(fault.column) + " of the condition: " + fault.what(), exit);
    return std::nullopt;
  }
}

bool Condition::holds(const Json& config, Faults& faults) const { return holds(root_, config, faults); }

bool Condition::holds(const Node& node, const Json& config, Faults& faults) const {
  const auto child_holds = [&](const Node& child) { return holds(child, config, faults); };
  switch (node.op) {
    case Node::Op::any:
      return std::any_of(node.children.begin(), node.children.end(), child_holds);
    case Node::Op::all:
      return std::all_of(node.children.begin(), node.children.end(), child_holds);
    case Node::Op::negation:
      return !child_holds(node.children.front());
    case Node::Op::defined:
      return !look_up(config, node.operands.front().key).empty();
    case Node::Op::compare:
      return compares(node, config, faults);
    case Node::Op::in:
      return is_in(node, config, faults);
  }
  return false;
}

bool Condition::compares(const Node& node, const Json& config, Faults& faults) const {
  const auto values = [&](const Operand& operand) {
    return operand.key.empty() ? std::vector<Json>{operand.literal} : look_up(config, operand.key);
  };
  const std::vector<Json> left = values(node.operands[0]), right = values(node.operands[1]);
  if (left.empty() || right.empty()) return false;
  const bool negated = node.sign == "!=";
  for (const Json& a : left) {
    for (const Json& b : right) {
      const auto result = compared(negated ? "==" : node.sign, a, b, node.column, faults);
      if (!result) return false;
      if (*result) return !negated;
    }
  }
  return negated;
}

bool Condition::is_in(const Node& node, const Json& config, Faults& faults) const {
  const Operand& left = node.operands.front();
  const auto values = left.key.empty() ? std::vector<Json>{left.literal} : look_up(config, left.key);
  const bool negated = node.sign == "not in";
  for (const Json& a : values) {
    for (auto item = node.operands.begin() + 1; item != node.operands.end(); ++item) {
      if (compared("==", a, item->literal, item->column, faults).value_or(false)) return !negated;
    }
  }
  return negated && !values.empty();
}

std::optional<bool> Condition::compared(const std::string& sign, const Json& a, const Json& b,
                                        std::size_t column, Faults& faults) const {
  const bool numbers = a.is_number() && b.is_number();
  if (!numbers && a.type() != b.type()) {
    fail(column, type_of(a) + " is compared with " + type_of(b), faults);
    return std::nullopt;
  }
  if (sign == "==") return a == b;
  if (!numbers) {
    fail(column, "'" + sign + "' needs numbers, got " + type_of(a), faults);
    return std::nullopt;
  }
  const auto x = a.get<double>(), y = b.get<double>();
  if (sign == "<") return x < y;
  if (sign == "<=") return x <= y;
  return sign == ">" ? x > y : x >= y;
}

void Condition::visit(const Node& node, const std::function<void(const Operand&)>& seen) const {
  for (const Operand& operand : node.operands) seen(operand);
  for (const Node& child : node.children) visit(child, seen);
}

std::vector<std::string> Condition::keys() const {
  std::vector<std::string> all;
  visit(root_, [&](const Operand& operand) {
    if (!operand.key.empty() && std::find(all.begin(), all.end(), operand.key) == all.end())
      all.push_back(operand.key);
  });
  return all;
}

void Condition::check_keys(const std::vector<std::string>& known, Faults& faults) const {
  visit(root_, [&](const Operand& operand) {
    if (operand.key.empty() || std::find(known.begin(), known.end(), operand.key) != known.end()) return;
    std::string hint = operand.key == "seed" ? "; seeds are [experiment] seeds or --seeds"
                                             : did_you_mean(operand.key, known);
    if (hint.empty()) hint = "; if it is a text, quote it: '" + operand.key + "'";
    fail(operand.column, "no cell has a key '" + operand.key + "'" + hint, faults);
  });
}

void Condition::fail(std::size_t column, const std::string& fault, Faults& faults) const {
  faults.add(at_, "column " + std::to_string(column) + " of the condition: " + fault);
}

}  // namespace monge::sweep

#include "sweep/stop.h"

#include <algorithm>

#include "record/audit_columns.h"
#include "record/columns.h"
#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

using Node = Condition::Node;
using Names = std::vector<std::string>;

bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Columns that two equal runs have alike: not the seconds.
Names train_names() {
  Names names;
  for (const record::Column& column : record::columns()) {
    if (!column.is_volatile) names.emplace_back(column.name);
  }
  names.emplace_back("vanished");  // 1 from the event on
  return names;
}

// Values that are one number, not a histogram.
Names eval_names(const Json& config, const Catalogue& catalogue) {
  Names names;
  for (const Json& metric : config.at("evaluate").at("metrics")) {
    const auto found = catalogue.found.find("metric/" + metric.at("plugin").get<std::string>());
    if (found == catalogue.found.end()) continue;
    for (const ReportedValue& value : found->second.values) {
      if (value.dims.empty()) names.push_back(value.name);
    }
  }
  if (!config.at("evaluate").value("audit", true)) return names;
  for (const record::AuditColumn& column : record::audit_columns()) {
    if (column.dim.empty()) names.push_back(column.name);
  }
  names.emplace_back("collapsed");  // 1 from the event on
  return names;
}

class Compiler {
 public:
  Compiler(const Condition& condition, const Names& train, const Names& eval, Faults& faults)
      : condition_(condition), train_(train), eval_(eval), faults_(faults) {}

  // None where the rule is at fault.
  std::optional<Json> compile() {
    Json rule = compiled(condition_.root());
    if (good_ && reads_train_ && reads_eval_) {
      fail(1, "a rule reads either training ('" + listed(train_) + "') or evaluations ('" + listed(eval_) +
                  "'), not both: they are at different steps");
    }
    if (good_ && !reads_train_ && !reads_eval_) fail(1, "a rule reads something that is recorded");
    if (!good_) return std::nullopt;
    return rule;
  }
  std::string reads() const { return reads_eval_ ? "eval" : "train"; }

 private:
  Json compiled(const Node& node) {
    Json rule = Json::array();
    switch (node.op) {
      case Node::Op::any:
        rule.push_back("any");
        break;
      case Node::Op::all:
        rule.push_back("all");
        break;
      case Node::Op::negation:
        rule.push_back("not");
        break;
      case Node::Op::compare:
        rule.push_back(node.sign);
        break;
      case Node::Op::defined:
      case Node::Op::in:
        fail(node.column, "a [[stop]] compares numbers; 'in' and defined() are for conditions on cells");
        return rule;
    }
    for (const Node& child : node.children) rule.push_back(compiled(child));
    for (const Condition::Operand& operand : node.operands) rule.push_back(compiled(operand));
    return rule;
  }

  Json compiled(const Condition::Operand& operand) {
    if (operand.key.empty()) {
      if (!operand.literal.is_number()) fail(operand.column, "a [[stop]] compares numbers");
      return operand.literal;
    }
    reads_train_ = reads_train_ || holds(train_, operand.key);
    reads_eval_ = reads_eval_ || holds(eval_, operand.key);
    if (!holds(train_, operand.key) && !holds(eval_, operand.key)) {
      Names known = train_;
      known.insert(known.end(), eval_.begin(), eval_.end());
      fail(operand.column, "no run records '" + operand.key + "'" + did_you_mean(operand.key, known) +
                               "  Known: " + listed(known));
    }
    return operand.key;
  }

  void fail(std::size_t column, const std::string& fault) {
    good_ = false;
    condition_.fail(column, fault, faults_);
  }

  const Condition& condition_;
  const Names &train_, &eval_;
  Faults& faults_;
  bool good_ = true, reads_train_ = false, reads_eval_ = false;
};

}  // namespace

void add_stops(const std::vector<Rule>& rules, const Catalogue& catalogue, Json& config, Faults& faults) {
  if (rules.empty()) return;
  const Names train = train_names(), eval = eval_names(config, catalogue);
  Json stops = Json::array();
  for (const Rule& rule : rules) {
    Compiler compiler(rule.condition, train, eval, faults);
    std::optional<Json> compiled = compiler.compile();
    if (!compiled) continue;
    stops.push_back({{"if", rule.condition.text()},
                     {"why", rule.why},
                     {"reads", compiler.reads()},
                     {"rule", std::move(*compiled)}});
  }
  config["stop"] = std::move(stops);
}

}  // namespace monge::sweep

#include "sweep/check.h"

#include <algorithm>
#include <cmath>

#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

using Kind = Value::Kind;

const char* const list_hint = "  (in [grid] the outer list holds the alternatives)";

std::string must(const Parameter& parameter, const std::string& what, const Value& value) {
  const bool list_wanted = parameter.type == "ints" || parameter.type == "reals" || parameter.type == "texts";
  const bool several = value.is_table() || (value.is_list() && !list_wanted);
  return "'" + parameter.name + "' must " + what + ", got " + shown(value) +
         (several ? "  (values to be compared go into [grid])" : "");
}

std::string upper_end(double max) {
  const UpperBound end = upper_bound(max);
  return number_text(end.number) + (end.open ? ")" : "]");
}

std::string range_text(const Parameter& parameter) {
  if (parameter.min && parameter.max) {
    return "lie in [" + number_text(*parameter.min) + ", " + upper_end(*parameter.max);
  }
  if (parameter.min) return "be at least " + number_text(*parameter.min);
  return "be at most " + number_text(*parameter.max);
}

bool inside(const Parameter& parameter, double number) {
  return !(parameter.min && number < *parameter.min) && !(parameter.max && number > *parameter.max);
}

double real_from(double number) { return number == 0 ? 0.0 : number; }  // -0 becomes 0

Checked check_number(const Parameter& parameter, const Value& value, bool whole, const std::string& kind) {
  const bool fits = value.kind == Kind::integer || (!whole && value.kind == Kind::real);
  if (!fits) return {{}, must(parameter, "be " + kind, value)};
  const auto number = value.scalar.get<double>();
  if (!std::isfinite(number)) return {{}, must(parameter, "be finite", value)};
  if (!inside(parameter, number)) return {{}, must(parameter, range_text(parameter), value)};
  return {whole ? value.scalar : Json(real_from(number)), ""};
}

Checked check_list(const Parameter& parameter, const Value& value, bool whole) {
  const std::string kind = whole ? "a list of integers" : "a list of numbers";
  if (!value.is_list()) {
    return {{}, must(parameter, "be " + kind, value) + list_hint};
  }
  Json list = Json::array();
  for (const Value& item : value.items) {
    Checked checked = check_number(parameter, item, whole, kind);
    if (!checked.value) return checked;
    list.push_back(std::move(*checked.value));
  }
  return {std::move(list), ""};
}

Checked check_texts(const Parameter& parameter, const Value& value) {
  const std::string wanted = "be a list of texts in quotes";
  if (!value.is_list()) return {{}, must(parameter, wanted, value) + list_hint};
  Json list = Json::array();
  for (const Value& item : value.items) {
    if (!item.is_text()) return {{}, must(parameter, wanted, value)};
    list.push_back(item.scalar);
  }
  return {std::move(list), ""};
}

// Of whole numbers: 32 is "32".
Checked check_choice(const Parameter& parameter, const Value& value) {
  const std::string allowed = "be one of " + listed(parameter.choices);
  const bool whole = value.kind == Kind::integer;
  if (!value.is_text() && !whole) return {{}, must(parameter, allowed, value)};
  const std::string chosen = whole ? value.scalar.dump() : value.text();
  const auto& choices = parameter.choices;
  if (std::find(choices.begin(), choices.end(), chosen) == choices.end()) {
    return {{}, must(parameter, allowed, value) + (whole ? "" : did_you_mean(chosen, choices))};
  }
  return {Json(chosen), ""};
}

// "pixels", "classifier" or { torchscript = "file.pt" }.
Checked check_extractor(const Parameter& parameter, const Value& value) {
  if (value.is_text() && (value.text() == "pixels" || value.text() == "classifier"))
    return {value.scalar, ""};
  const Field* file = value.is_table() && value.fields.size() == 1 ? value.field("torchscript") : nullptr;
  if (file != nullptr && file->value.is_text() && !file->value.text().empty()) {
    return {Json{{"torchscript", file->value.text()}}, ""};
  }
  const std::string near = value.is_text() ? did_you_mean(value.text(), {"pixels", "classifier"}) : "";
  return {{},
          "'" + parameter.name +
              "' must be \"pixels\", \"classifier\" or { torchscript = \"file.pt\" }, got " + shown(value) +
              near};
}

}  // namespace

UpperBound upper_bound(double max) {
  const double next = std::ceil(max);
  const bool open = next != max && next - max < 1e-6;
  return {open ? next : max, open};
}

Checked check(const Parameter& parameter, const Value& value) {
  const std::string& type = parameter.type;
  if (type == "real") return check_number(parameter, value, false, "a number");
  if (type == "int") return check_number(parameter, value, true, "an integer");
  if (type == "ints") return check_list(parameter, value, true);
  if (type == "reals") return check_list(parameter, value, false);
  if (type == "texts") return check_texts(parameter, value);
  if (type == "choice") return check_choice(parameter, value);
  if (type == "extractor") return check_extractor(parameter, value);
  if (type == "bool") {
    if (value.kind != Kind::boolean) return {{}, must(parameter, "be true or false", value)};
    return {value.scalar, ""};
  }
  if (!value.is_text()) return {{}, must(parameter, "be text in quotes", value)};
  return {value.scalar, ""};
}

Json canonical_default(const Parameter& parameter) {
  const Json& fallback = parameter.fallback;
  if (parameter.type == "real" && fallback.is_number()) return real_from(fallback.get<double>());
  if (parameter.type != "reals" || !fallback.is_array()) return fallback;
  Json list = Json::array();
  for (const Json& item : fallback)
    list.push_back(item.is_number() ? Json(real_from(item.get<double>())) : item);
  return list;
}

}  // namespace monge::sweep

#include "sweep/generator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

using Kind = Value::Kind;

constexpr double most_values = 100'000;
constexpr int digits = 12;               // 0.1 steps give 0.3, not 0.30000000000000004
constexpr double exact_integers = 9e15;  // beyond, a double is no longer any integer

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> all{"range", "lin", "log"};
  return all;
}

struct Inputs {
  double a = 0, b = 0, third = 0;
  bool whole = false;  // a and b (and a range's step) are integers
};

std::string wrong_range(const Inputs& in) {
  if (in.third == 0) return "the step of a range must not be 0";
  if ((in.b - in.a) / in.third < 0) return "the step of a range must lead from a to b";
  return (in.b - in.a) / in.third >= most_values ? "a range may give at most 100000 values" : "";
}

std::string wrong_points(const Inputs& in, bool logarithmic) {
  const bool count = in.third >= 2 && in.third <= most_values && in.third == std::floor(in.third);
  if (!count) return "n must be an integer from 2 to 100000";
  if (logarithmic && !(in.a > 0 && in.b > 0)) return "the ends of a log axis must be positive";
  return "";
}

std::vector<double> range_values(const Inputs& in) {
  // A step that misses b by rounding alone still hits it.
  const auto steps = static_cast<std::size_t>(std::floor((in.b - in.a) / in.third + 1e-9));
  std::vector<double> values;
  for (std::size_t i = 0; i <= steps; ++i)
    values.push_back(rounded(in.a + static_cast<double>(i) * in.third, digits));
  return values;
}

std::vector<double> point_values(const Inputs& in, bool logarithmic) {
  const auto count = static_cast<std::size_t>(in.third);
  const double a = logarithmic ? std::log(in.a) : in.a, b = logarithmic ? std::log(in.b) : in.b;
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(count - 1);
    const double value = a + (b - a) * share;
    values.push_back(rounded(logarithmic ? std::exp(value) : value, digits));
  }
  values.front() = in.a;
  values.back() = in.b;
  return values;
}

bool read_inputs(const Value& list, const std::string& kind, Inputs& in) {
  if (!list.is_list() || list.items.size() != 3) return false;
  for (const Value& item : list.items) {
    const bool number = item.kind == Kind::integer || item.kind == Kind::real;
    if (!number || !std::isfinite(item.scalar.get<double>())) return false;
  }
  const auto whole = [&](std::size_t i) { return list.items[i].kind == Kind::integer; };
  in = {list.items[0].scalar.get<double>(), list.items[1].scalar.get<double>(),
        list.items[2].scalar.get<double>(), whole(0) && whole(1) && (kind != "range" || whole(2))};
  return true;
}

Value number(double value, bool whole, const Place& at) {
  Value result;
  const bool integer = whole && value == std::floor(value) && std::abs(value) < exact_integers;
  result.kind = integer ? Kind::integer : Kind::real;
  result.scalar = integer ? Json(static_cast<std::int64_t>(value)) : Json(value);
  result.at = at;
  return result;
}

}  // namespace

double rounded(double number, int significant) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.*g", significant, number);
  return std::strtod(text.data(), nullptr);
}

bool is_generator(const Value& table) {
  return std::any_of(table.fields.begin(), table.fields.end(), [](const Field& field) {
    return std::find(kinds().begin(), kinds().end(), field.key) != kinds().end();
  });
}

std::vector<Value> generate(const Value& table, Faults& faults) {
  if (table.fields.size() != 1) {
    faults.add(table.at,
               "an axis has one generator: { range = [a, b, step] }, { lin = [a, b, n] } or "
               "{ log = [a, b, n] }");
    return {};
  }
  const Field& field = table.fields.front();
  const bool range = field.key == "range", logarithmic = field.key == "log";
  Inputs in;
  if (!read_inputs(field.value, field.key, in)) {
    faults.add(field.value.at, "'" + field.key + "' takes three numbers, [a, b, " + (range ? "step" : "n") +
                                   "], got " + shown(field.value));
    return {};
  }
  const std::string wrong = range ? wrong_range(in) : wrong_points(in, logarithmic);
  if (!wrong.empty()) {
    faults.add(field.value.at, wrong + ", got " + shown(field.value));
    return {};
  }
  std::vector<Value> values;
  for (const double value : range ? range_values(in) : point_values(in, logarithmic)) {
    values.push_back(number(value, in.whole, field.value.at));
  }
  return values;
}

}  // namespace monge::sweep

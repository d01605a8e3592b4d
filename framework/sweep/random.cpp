#include "sweep/random.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "record/hash.h"
#include "sweep/generator.h"

namespace monge::sweep {
namespace {

using Kind = Value::Kind;

constexpr std::size_t hex_digits = 13;  // 52 bits, exact in a double
constexpr double largest = 1e15;        // ends up to here: every integer between them is exact

bool names_random(const std::string& key) {
  return key == "uniform" || key == "log_uniform" || key == "choice";
}

bool is_end(const Value& value) {
  const bool number = value.kind == Kind::integer || value.kind == Kind::real;
  return number && std::abs(value.scalar.get<double>()) <= largest;
}

std::optional<Random> read_choice(const Field& field, Faults& faults) {
  if (field.value.is_list() && !field.value.items.empty()) {
    return Random{Random::Kind::choice, 0, 0, field.value.items, field.at};
  }
  faults.add(field.value.at, "'choice' takes a list of values, got " + shown(field.value));
  return std::nullopt;
}

std::optional<Random> read_ends(const Field& field, Faults& faults) {
  const bool logarithmic = field.key == "log_uniform";
  const auto& ends = field.value.items;
  const bool two = field.value.is_list() && ends.size() == 2 && is_end(ends[0]) && is_end(ends[1]);
  if (!two) {
    faults.add(field.value.at, "'" + field.key + "' takes two numbers, [a, b], got " + shown(field.value));
    return std::nullopt;
  }
  const auto a = ends[0].scalar.get<double>(), b = ends[1].scalar.get<double>();
  const bool ordered = a < b && !(logarithmic && a <= 0);
  if (!ordered) {
    faults.add(field.value.at, std::string("the ends of a random axis must be ") +
                                   (logarithmic ? "positive and " : "") + "in order, a < b, got " +
                                   shown(field.value));
    return std::nullopt;
  }
  const auto kind = logarithmic ? Random::Kind::log_uniform : Random::Kind::uniform;
  return Random{kind, a, b, {}, field.at};
}

double integer_at(const Random& random, double share) {
  const double past = random.b + 1;
  const double number = random.kind == Random::Kind::log_uniform
                            ? std::exp(std::log(random.a) + (std::log(past) - std::log(random.a)) * share)
                            : random.a + (past - random.a) * share;
  return std::clamp(std::floor(number), random.a, random.b);
}

double real_at(const Random& random, double share) {
  double number = 0;
  if (random.kind == Random::Kind::log_uniform) {
    number = rounded(std::exp(std::log(random.a) + (std::log(random.b) - std::log(random.a)) * share), 4);
  } else {
    const double unit = std::pow(10, std::floor(std::log10(random.b - random.a)) - 4);
    number = rounded(std::round((random.a + (random.b - random.a) * share) / unit) * unit, 12);
  }
  return std::clamp(number, random.a, random.b);
}

}  // namespace

bool is_random(const Value& table) {
  return std::any_of(table.fields.begin(), table.fields.end(),
                     [](const Field& field) { return names_random(field.key); });
}

std::optional<Random> read_random(const Value& table, Faults& faults) {
  for (const Field& field : table.fields) {
    if (names_random(field.key)) continue;
    const bool count = field.key == "samples";
    faults.add(field.at, count ? "all random axes are drawn together: write [experiment] samples = " +
                                     shown(field.value)
                               : "a random axis has no '" + field.key + "'");
    return std::nullopt;
  }
  if (table.fields.size() != 1) {
    faults.add(table.at,
               "a random axis is one of { uniform = [a, b] }, { log_uniform = [a, b] } or "
               "{ choice = [...] }");
    return std::nullopt;
  }
  const Field& field = table.fields.front();
  return field.key == "choice" ? read_choice(field, faults) : read_ends(field, faults);
}

double share(std::int64_t samples_seed, const std::string& key, std::size_t sample) {
  const std::string text = std::to_string(samples_seed) + "/" + key + "/" + std::to_string(sample);
  const std::string digits = record::sha256(text).substr(0, hex_digits);
  return std::ldexp(static_cast<double>(std::strtoull(digits.c_str(), nullptr, 16)), -52);
}

Value drawn(const Random& random, double share, bool whole) {
  if (random.kind == Random::Kind::choice) {
    const auto count = static_cast<double>(random.choices.size());
    return random.choices[static_cast<std::size_t>(share * count)];
  }
  // Ends such as 0.5 are no integers: the parameter then refuses what is drawn.
  whole = whole && random.a == std::floor(random.a) && random.b == std::floor(random.b);
  Value value;
  value.at = random.at;
  value.kind = whole ? Kind::integer : Kind::real;
  value.scalar =
      whole ? Json(static_cast<std::int64_t>(integer_at(random, share))) : Json(real_at(random, share));
  return value;
}

}  // namespace monge::sweep

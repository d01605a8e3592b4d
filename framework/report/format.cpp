#include "report/format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "report/columns.h"
#include "sweep/value.h"

namespace monge::report {
namespace {

std::string line(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
  std::string text;
  for (std::size_t i = 0; i < row.size(); ++i) {
    text += row[i] + std::string(widths[i] - columns_of(row[i]) + 2, ' ');
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

}  // namespace

std::string rounded(double value) {
  if (std::isnan(value)) return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

std::string parameter_text(const nlohmann::json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? sweep::number_text(value.get<double>()) : value.dump();
}

std::string one_line(const std::string& text) {
  std::istringstream lines(text);
  std::string joined;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos) continue;
    joined += (joined.empty()          ? ""
               : joined.ends_with(":") ? " "
                                       : "; ") +
              line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
  }
  return joined;
}

std::string aligned(const std::vector<std::vector<std::string>>& entries) {
  std::vector<std::vector<std::string>> rows = entries;
  for (auto& row : rows) std::transform(row.begin(), row.end(), row.begin(), one_line);
  if (rows.empty()) return "";
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    text += line(row, widths);
    if (&row != &rows.front()) continue;
    std::vector<std::string> rule;
    for (const std::size_t one : widths) rule.emplace_back(one, '-');
    text += line(rule, widths);
  }
  return text;
}

}  // namespace monge::report

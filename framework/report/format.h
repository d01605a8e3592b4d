// Numbers and columns as text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace monge::report {

/// Three significant digits: 0.0861, 12.3, 1.2e-05; "-" for NaN.
std::string rounded(double value);

/// A parameter's value as labels have it: 1e-4, true, clip; "" where there is none.
std::string parameter_text(const nlohmann::json& value);

/// What may have several lines, such as an exception's text, as one: they are joined by "; ".
std::string one_line(const std::string& text);

/// Columns as wide as their widest entry, two blanks apart, no blanks at the ends of lines; entries are
/// aligned to the left, each one line. A rule follows the first row.
std::string aligned(const std::vector<std::vector<std::string>>& entries);

}  // namespace monge::report

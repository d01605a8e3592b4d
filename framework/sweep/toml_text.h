// JSON values as TOML text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace monge::sweep {

/// One value on one line: tables in braces, texts in double quotes, nulls left out of tables and "" in lists.
/// Reals stay reals (10.0) and read back as the same number. Bytes that are no UTF-8 are replaced.
std::string toml_value(const nlohmann::json& value);

/// A key part, in quotes where it needs them.
std::string toml_key(const std::string& key);

}  // namespace monge::sweep

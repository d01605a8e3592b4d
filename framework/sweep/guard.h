// Bounds on a TOML text before it is parsed: toml++ 3.3.0 recurses over dotted keys and crashes on deep ones.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace monge::sweep {

struct Limits {
  std::size_t bytes = 1 << 20;
  std::size_t line_bytes = 1 << 16;
  std::size_t key_parts = 64;  // of one dotted key
  std::size_t nesting = 32;    // of brackets and braces
};

/// Throws monge::Error (Exit::experiment) with `source`:line:column where a bound is passed.
void guard(std::string_view text, const std::string& source, const Limits& limits);

}  // namespace monge::sweep

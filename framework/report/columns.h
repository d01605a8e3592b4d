// How much of a line a text takes.
#pragma once

#include <string>
#include <string_view>

namespace monge::report {

/// Columns that `text` takes: wide East Asian characters take two, combining marks none.
std::size_t columns_of(std::string_view text);

/// `text` cut to `width` columns, the last of them "…" where something is missing. Bytes that are not UTF-8
/// and control characters become "?", so no label can move the cursor.
std::string fitted(std::string_view text, std::size_t width);

}  // namespace monge::report

// Rules a Group keeps so that every netCDF-4 reader understands its file.
#pragma once

#include <string>
#include <string_view>

#include "record/group.h"

namespace monge::record {

/// The first contradiction in the group as a sentence ("variable 'train/gap' has 3 values, its dimensions
/// make 4"), or nothing. Besides what group.h says: a name is used once in its group; a dimension's name is
/// not used again in a group below (xarray's trees refuse it); a variable named like a dimension of its group
/// is one-dimensional along it; names are of letters, digits and `_.+-@`, not beginning with `_`, `.`, `+` or
/// `-`.
std::string contradiction(const Group& root);

/// The text with every byte that is not UTF-8, and every zero byte, replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace monge::record

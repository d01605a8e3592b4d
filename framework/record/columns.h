// What every run records as it trains: the columns of /train in run.h5.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "record/group.h"

namespace monge::record {

struct Column {
  const char *name, *unit, *doc, *goal;
  bool is_volatile = false;  // may differ between equal runs
};
const std::vector<Column>& columns();
/// Its place among them. Throws std::out_of_range where there is none of this name.
std::size_t place_of_column(std::string_view name);

Attributes attributes_of(const Column& column);

}  // namespace monge::record

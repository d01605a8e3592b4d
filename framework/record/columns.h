// What every run records as it trains: the columns of /train in run.h5.
#pragma once

#include <vector>

#include "record/group.h"

namespace monge::record {

struct Column {
  const char *name, *unit, *doc, *goal;
  bool is_volatile = false;  // may differ between equal runs
};
const std::vector<Column>& columns();

Attributes attributes_of(const Column& column);

}  // namespace monge::record

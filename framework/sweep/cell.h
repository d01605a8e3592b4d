// One cell: its settings in the order of their levels, and the configuration they come to.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "sweep/catalogue.h"
#include "sweep/parsed.h"

namespace monge::sweep {

/// A setting at a level: 0 the file, 1 its axes and rows, 2 the axes of [[when]]s, then one for each
/// override, one for all --axis, and one for all --set: the order of flags does not matter.
/// A higher level wins; at one level a table comes before the keys inside it.
struct Given {
  const Setting* setting = nullptr;
  std::size_t level = 0;
};

/// A key that what the cell uses does not have: named together with the cells, once all are known.
struct Miss {
  Place at;
  std::string kind;                  // "enforcer", "optimizer"
  std::string key;                   // "weigth"
  std::vector<std::string> plugins;  // those that lack it
};

struct CellFaults {
  Faults faults;
  std::vector<Miss> misses;
};

/// The complete configuration; settings at fault are left out of it and reported.
/// A key whose plugin or optimiser was switched at a higher level, and which the new one lacks, is dropped.
/// `file` is where missing settings are reported.
Json resolve_cell(std::vector<Given> given, const Place& file, const Catalogue& catalogue,
                  CellFaults& faults);

/// The plugins of one slot from the settings that concern it: always a list. Also labels an axis by itself.
Json resolve_slot(const Slot& slot, const std::vector<Given>& given, const Place& file,
                  const Catalogue& catalogue, CellFaults& faults);

/// {"critic": {...}, "generator": {...}}. A setting for both players replaces one of a lower level for a
/// player.
Json resolve_players(const std::vector<Given>& given, CellFaults& faults);

}  // namespace monge::sweep

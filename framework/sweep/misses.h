// Keys that some cells' plugins lack, gathered over all cells and reported once each.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sweep/cell.h"

namespace monge::sweep {

class Misses {
 public:
  void add(const Miss& miss, const std::string& cell);

  /// One fault for each key at each place, with the nearest name and the cells, when not all `cells` are
  /// meant.
  void report(std::size_t cells, const Catalogue& catalogue, Faults& faults) const;

 private:
  using Key = std::tuple<Place, std::string, std::string>;  // place, kind, key
  struct Who {
    std::set<std::string> plugins;
    std::vector<std::string> cells;
  };
  std::map<Key, Who> misses_;
};

}  // namespace monge::sweep

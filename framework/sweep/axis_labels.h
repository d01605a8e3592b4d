// What the alternatives of an axis are called, in the labels of cells and along the axes of sweep.h5.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sweep/catalogue.h"
#include "sweep/parsed.h"

namespace monge::sweep {

/// Whether the axis replaces a whole table.
bool is_table_axis(const GridAxis& axis);
/// Whether its coordinate is a label: that of a table, or of a preset, which is no setting of a cell.
bool is_labelled_axis(const GridAxis& axis);

/// `text`, which is what the setting is called as it is written, or what has become of it in a cell: another
/// plugin, another number. `text` where the configuration is null.
std::string in_cell(const Setting& written, const std::string& text, const Json& config);

/// A cell's value of a key, a list as a text; of several players or plugins "1+2", null where it has none.
Json of_key(const std::string& key, const Json& config);

/// A value, or the plugin with the parameters that tell the alternatives apart.
class AxisLabels {
 public:
  /// Keeps a pointer to the axis. `all`: the axes, which tell by themselves what else they give a table.
  AxisLabels(const GridAxis& axis, const std::vector<GridAxis>& all, const Place& file,
             const Catalogue& catalogue);
  /// Of the author's own words.
  AxisLabels(const GridAxis& axis, std::vector<std::string> given);

  /// As it is in a cell with this configuration, where an override or a flag may have set what the label
  /// tells; as it is written where that is null.
  std::string in_cell(std::size_t at, const Json& config) const;

 private:
  const GridAxis* axis_;
  std::vector<std::string> texts_;
  // Of tables that are labelled here, for each alternative: what it comes to, and what of each of its plugins
  // is told.
  std::vector<Json> tables_;
  std::vector<std::vector<std::set<std::string>>> told_;
};

}  // namespace monge::sweep

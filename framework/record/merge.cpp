#include "record/merge.h"

#include <algorithm>
#include <limits>
#include <map>

#include "monge/error.h"
#include "record/access.h"
#include "record/shown.h"

namespace monge::record {
namespace {

/// One variable of the result and where it comes from.
struct Merged {
  Variable result;  // without values and without `run` until they are laid out
  std::vector<std::pair<std::size_t, const Variable*>> sources;  // index of the run
};

bool is_integer(const Values& values) {
  return std::holds_alternative<std::vector<std::int32_t>>(values) ||
         std::holds_alternative<std::vector<std::int64_t>>(values);
}

Values empty_like(const Values& values) {
  if (is_integer(values)) return std::vector<double>{};
  return std::visit([]<class T>(const std::vector<T>&) -> Values { return std::vector<T>{}; }, values);
}

/// What differs between two definitions, as a clause, or "".
std::string disagreement(const Attributes& a, const Attributes& b) {
  for (const Attributes* side : {&a, &b}) {
    for (const auto& [name, value] : *side) {
      if (name == "long_name") continue;  // words may be improved between two runs
      const Attribute *left = find_attribute(a, name), *right = find_attribute(b, name);
      if (left == nullptr || right == nullptr || *left != *right) {
        return "its attribute '" + name + "' is " + shown(left) + " and " + shown(right);
      }
    }
  }
  return {};
}

/// The coordinates of the group's rows.
std::vector<double> axis_of(const Group& group, const std::string& axis) {
  std::vector<double> steps = numbers_of(group, axis);
  for (std::size_t i = steps.size(); i < length_of(group, axis); ++i) steps.push_back(static_cast<double>(i));
  return steps;
}

class Merge {
 public:
  Merge(std::string name, std::string axis, const std::vector<Part>& parts)
      : axis_(std::move(axis)), parts_(parts) {
    group_.name = std::move(name);
  }

  Group merged() {
    unite_axis();
    for (std::size_t run = 0; run < parts_.size(); ++run) {
      if (parts_[run].group != nullptr) gather(run, *parts_[run].group);
    }
    for (const auto& [name, length] : lengths_) group_.dimensions.push_back({name, length});
    for (Merged& entry : entries_) {
      if (is_common_coordinate(entry)) continue;
      lay_out(entry);
      group_.variables.push_back(std::move(entry.result));
    }
    return std::move(group_);
  }

 private:
  void unite_axis() {
    std::vector<std::int32_t> steps;
    Attributes attributes = {{"units", "1"}};
    for (const Part& part : parts_) {
      if (part.group == nullptr) continue;
      for (const double step : axis_of(*part.group, axis_)) steps.push_back(static_cast<std::int32_t>(step));
      if (const Variable* coordinate = find_variable(*part.group, axis_)) attributes = coordinate->attributes;
    }
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    rows_ = steps;
    group_.dimensions.push_back({axis_, steps.size()});
    group_.variables.push_back({axis_, {axis_}, std::move(steps), attributes});
  }

  void gather(std::size_t run, const Group& group) {
    for (const Variable& variable : group.variables) {
      if (variable.name == axis_) continue;
      for (const std::string& dim : variable.dims) {
        declared(run, variable, dim);
        if (dim != axis_) lengths_[dim] = std::max(lengths_[dim], length_of(group, dim));
      }
      add_source(entry_for(variable, run), variable, run);
    }
  }

  /// Throws where the dimension is not the group's own: those of a run's root are nobody's business here.
  void declared(std::size_t run, const Variable& variable, const std::string& dim) const {
    if (find_dimension(*parts_[run].group, dim) != nullptr) return;
    throw Error(Exit::storage, "run " + parts_[run].run_id + ": " + group_.name + "/" + variable.name +
                                   " lies along '" + dim + "', which is not a dimension of its group");
  }

  Merged& entry_for(const Variable& variable, std::size_t run) {
    for (Merged& entry : entries_) {
      const Variable& first = *entry.sources.front().second;
      if (first.name == variable.name && first.dims == variable.dims) return entry;
    }
    Merged entry;
    entry.result = {variable.name, variable.dims, empty_like(variable.values), variable.attributes};
    const bool taken = std::any_of(entries_.begin(), entries_.end(),
                                   [&](const Merged& other) { return other.result.name == variable.name; });
    if (taken) entry.result.name += "_" + (variable.dims.empty() ? "scalar" : variable.dims.back());
    entry.sources.emplace_back(run, &variable);
    entries_.push_back(std::move(entry));
    return entries_.back();
  }

  void add_source(Merged& entry, const Variable& variable, std::size_t run) {
    const auto& [first_run, first] = entry.sources.front();
    if (first == &variable) return;
    std::string fault = disagreement(first->attributes, variable.attributes);
    if (entry.result.values.index() != empty_like(variable.values).index()) fault = "its type differs";
    if (!fault.empty()) {
      throw Error(Exit::storage, "runs " + parts_[first_run].run_id + " and " + parts_[run].run_id +
                                     " disagree on what " + group_.name + "/" + variable.name +
                                     " is: " + fault +
                                     "; give the one definition to all cells, or sweep them apart; runs made "
                                     "by earlier code or data are trained again by --redo stale");
    }
    entry.sources.emplace_back(run, &variable);
  }

  /// Keeps the coordinate of a dimension (of bins, of layers) once, if all runs agree as far as they reach.
  bool is_common_coordinate(Merged& entry) {
    const std::string& name = entry.result.name;
    if (entry.result.dims != std::vector<std::string>{name}) return false;
    const auto longest = std::max_element(
        entry.sources.begin(), entry.sources.end(),
        [](const auto& a, const auto& b) { return size(a.second->values) < size(b.second->values); });
    const Variable& coordinate = *longest->second;
    const bool agree = std::all_of(entry.sources.begin(), entry.sources.end(), [&](const auto& source) {
      return std::visit(
          [&]<class T>(const std::vector<T>& values) {
            const auto* all = std::get_if<std::vector<T>>(&coordinate.values);
            return all != nullptr && std::equal(values.begin(), values.end(), all->begin());
          },
          source.second->values);
    });
    if (agree) {
      group_.variables.push_back(coordinate);
    } else {
      entry.result.name += "_of_run";  // a variable of two dimensions cannot bear the name of one
    }
    return agree;
  }

  void lay_out(Merged& entry) {
    std::vector<std::size_t> shape = {parts_.size()};
    for (const std::string& dim : entry.result.dims) {
      shape.push_back(dim == axis_ ? rows_.size() : lengths_[dim]);
    }
    std::size_t count = 1;
    for (const std::size_t length : shape) count *= length;
    std::visit(
        [&]<class T>(std::vector<T>& to) {
          if constexpr (std::is_floating_point_v<T>) {
            to.assign(count, std::numeric_limits<T>::quiet_NaN());
          } else {
            to.assign(count, T{});
          }
          for (const auto& [run, variable] : entry.sources) copy(run, *variable, shape, to);
        },
        entry.result.values);
    entry.result.dims.insert(entry.result.dims.begin(), "run");
  }

  /// Where index i of each dimension of the run begins in the result.
  std::vector<std::vector<std::size_t>> offsets(std::size_t run, const Variable& variable,
                                                const std::vector<std::size_t>& shape) const {
    std::vector<std::vector<std::size_t>> result(variable.dims.size());
    std::size_t stride = 1;
    for (std::size_t axis = variable.dims.size(); axis-- > 0; stride *= shape[axis + 1]) {
      const Group& group = *parts_[run].group;
      if (variable.dims[axis] == axis_) {
        for (const double step : axis_of(group, axis_)) {
          const auto row = std::lower_bound(rows_.begin(), rows_.end(), static_cast<std::int32_t>(step));
          result[axis].push_back(static_cast<std::size_t>(row - rows_.begin()) * stride);
        }
      } else {
        for (std::size_t i = 0; i < length_of(group, variable.dims[axis]); ++i)
          result[axis].push_back(i * stride);
      }
    }
    return result;
  }

  template <class T>
  void copy(std::size_t run, const Variable& variable, const std::vector<std::size_t>& shape,
            std::vector<T>& to) const {
    const auto places = offsets(run, variable, shape);
    const std::size_t begin = to.size() / std::max<std::size_t>(parts_.size(), 1) * run;
    std::visit(
        [&]<class S>(const std::vector<S>& from) {
          if constexpr (std::is_convertible_v<S, T>) {
            std::vector<std::size_t> index(places.size(), 0);
            for (const S& value : from) {
              std::size_t at = begin;
              for (std::size_t axis = 0; axis < index.size(); ++axis) at += places[axis][index[axis]];
              to[at] = static_cast<T>(value);
              for (std::size_t axis = index.size(); axis-- > 0;) {
                if (++index[axis] < places[axis].size()) break;
                index[axis] = 0;
              }
            }
          }
        },
        variable.values);
  }

  std::string axis_;
  const std::vector<Part>& parts_;
  Group group_;
  std::vector<std::int32_t> rows_;              // coordinates of the axis, ascending
  std::map<std::string, std::size_t> lengths_;  // of the other dimensions
  std::vector<Merged> entries_;
};

}  // namespace

Group merge(const std::string& name, const std::string& axis, const std::vector<Part>& parts) {
  return Merge(name, axis, parts).merged();
}

Variable rows_there(const std::string& name, const Group& merged, const std::string& axis,
                    const std::vector<Part>& parts) {
  const std::vector<double> rows = numbers_of(merged, axis);
  std::vector<std::uint8_t> there(parts.size() * rows.size(), 0);
  for (std::size_t run = 0; run < parts.size(); ++run) {
    if (parts[run].group == nullptr) continue;
    for (const double step : axis_of(*parts[run].group, axis)) {
      const auto row = std::lower_bound(rows.begin(), rows.end(), step);
      there.at(run * rows.size() + static_cast<std::size_t>(row - rows.begin())) = 1;
    }
  }
  return {name, {"run", axis}, there, {{"units", "1"}, {"dtype", "bool"}}};
}

}  // namespace monge::record

#include "record/equal.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "monge/error.h"
#include "record/access.h"
#include "record/group_file.h"
#include "record/shown.h"

namespace monge::record {
namespace {

namespace fs = std::filesystem;

std::set<std::string> runs_in(const fs::path& results) {
  std::set<std::string> ids;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(results / "runs", error)) {
    if (fs::exists(entry.path() / "run.h5")) ids.insert(entry.path().filename().string());
  }
  if (ids.empty()) {
    throw Error(Exit::storage,
                results.string() + ": holds no runs; a results folder is what `runner sweep` makes");
  }
  return ids;
}

template <class T>
bool same(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, std::string>) {
    return a == b;
  } else {
    return std::memcmp(&a, &b, sizeof(T)) == 0;
  }
}

/// Position of a flat index: [2, 40].
std::string position(const Variable& variable, const Group& group, std::size_t flat) {
  std::string text;
  for (std::size_t axis = variable.dims.size(); axis-- > 0;) {
    const std::size_t length = length_of(group, variable.dims[axis]);
    if (length == 0) return "[" + std::to_string(flat) + "]";  // a dimension of an enclosing group
    text = std::to_string(flat % length) + (text.empty() ? "" : ", ") + text;
    flat /= length;
  }
  return "[" + text + "]";
}

std::string difference(const Variable& a, const Variable& b, const Group& group) {
  if (a.dims != b.dims) return "has other dimensions";
  if (a.values.index() != b.values.index()) return "has another type";
  return std::visit(
      [&]<class T>(const std::vector<T>& left) -> std::string {
        const auto& right = std::get<std::vector<T>>(b.values);
        const std::size_t common = std::min(left.size(), right.size());
        for (std::size_t i = 0; i < common; ++i) {
          if (same(left[i], right[i])) continue;
          const std::string place = a.dims.empty() ? "" : " first at " + position(a, group, i);
          return "differs" + place + ": " + shown(left[i]) + " and " + shown(right[i]);
        }
        if (left.size() == right.size()) return "";
        return "has " + std::to_string(left.size()) + " and " + std::to_string(right.size()) + " values";
      },
      a.values);
}

bool skipped(const Variable& variable) {
  return is_volatile(variable) || variable.name == "provenance" || variable.name == "fingerprint";
}

void compare_attributes(const Attributes& a, const Attributes& b, const std::string& place,
                        std::vector<std::string>& out) {
  static const std::set<std::string> names_and_times = {"created", "finished", "title", "sweep"};
  std::set<std::string> names;
  for (const Attributes* side : {&a, &b}) {
    for (const auto& [name, value] : *side) names.insert(name);
  }
  for (const std::string& name : names) {
    const Attribute *left = find_attribute(a, name), *right = find_attribute(b, name);
    const bool equal = left != nullptr && right != nullptr && *left == *right;
    if (equal || names_and_times.contains(name)) continue;
    out.push_back(place + ": attribute '" + name + "' differs: " + shown(left) + " and " + shown(right));
  }
}

void compare(const Group& a, const Group& b, const std::string& place, const std::string& path,
             std::vector<std::string>& out) {
  compare_attributes(a.attributes, b.attributes, path.empty() ? place : place + ": " + path, out);
  for (const Variable& left : a.variables) {
    const std::string name = place + ": " + path + left.name + " ";
    const Variable* right = find_variable(b, left.name);
    if (skipped(left)) continue;
    const std::string text = right == nullptr ? "is only in the first" : difference(left, *right, a);
    if (!text.empty()) out.push_back(name + text);
  }
  for (const Variable& right : b.variables) {
    if (!skipped(right) && find_variable(a, right.name) == nullptr) {
      out.push_back(place + ": " + path + right.name + " is only in the second");
    }
  }
  for (const Group& left : a.groups) {
    const Group* right = find_group(b, left.name);
    compare(left, right == nullptr ? Group{} : *right, place, path + left.name + "/", out);
  }
  for (const Group& right : b.groups) {
    if (find_group(a, right.name) == nullptr) compare(Group{}, right, place, path + right.name + "/", out);
  }
}

std::size_t arrays_in(const Group& group) {
  auto count = static_cast<std::size_t>(std::count_if(group.variables.begin(), group.variables.end(),
                                                      [](const auto& v) { return !skipped(v); }));
  for (const Group& inner : group.groups) count += arrays_in(inner);
  return count;
}

}  // namespace

std::vector<std::string> differences(const Group& a, const Group& b, const std::string& place) {
  std::vector<std::string> sentences;
  compare(a, b, place, "", sentences);
  return sentences;
}

std::vector<std::string> differences(const fs::path& a, const fs::path& b, Extent* extent) {
  const std::set<std::string> in_a = runs_in(a), in_b = runs_in(b);
  std::vector<std::string> sentences;
  std::set<std::string> all = in_a;
  all.insert(in_b.begin(), in_b.end());
  for (const std::string& id : all) {
    if (!in_a.contains(id) || !in_b.contains(id)) {
      sentences.push_back("run " + id + " is only in " + (in_a.contains(id) ? a : b).string());
      continue;
    }
    if (extent != nullptr) ++extent->runs;
    for (const char* file : {"run.h5", "state.h5"}) {
      const fs::path left = a / "runs" / id / file, right = b / "runs" / id / file;
      if (!fs::exists(left) || !fs::exists(right)) {
        if (extent != nullptr) extent->without_state.push_back(id);  // both have run.h5
        continue;
      }
      const Group group = read(left);
      const auto found = differences(group, read(right), "run " + id + ", " + file);
      if (extent != nullptr) extent->arrays += arrays_in(group);
      sentences.insert(sentences.end(), found.begin(), found.end());
    }
  }
  return sentences;
}

}  // namespace monge::record

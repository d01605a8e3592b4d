#include "record/group_check.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "record/access.h"

namespace monge::record {
namespace {

using Scope = std::vector<const Dimension*>;

bool well_formed(const std::string& name) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_.+-@").find(static_cast<char>(c)) != std::string_view::npos;
  };
  return !name.empty() && std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
         std::all_of(name.begin(), name.end(), allowed);
}

std::string attributes_fault(const Attributes& attributes) {
  static const std::set<std::string_view> reserved = {"NAME", "DIMENSION_LIST", "REFERENCE_LIST",
                                                      "DIMENSION_LABELS"};
  std::set<std::string_view> seen;
  for (const auto& [name, value] : attributes) {
    if (!well_formed(name) || reserved.contains(name))
      return "attribute '" + name + "' may not have this name";
    if (!seen.insert(name).second) return "attribute '" + name + "' is given twice";
    const auto* numbers = std::get_if<std::vector<std::uint8_t>>(&value);
    if (numbers != nullptr && numbers->empty()) return "attribute '" + name + "' has no values";
  }
  return {};
}

const Dimension* find(const Scope& scope, const std::string& name) {
  const auto found =
      std::find_if(scope.rbegin(), scope.rend(), [&](const Dimension* d) { return d->name == name; });
  return found == scope.rend() ? nullptr : *found;
}

std::string variable_fault(const Variable& variable, const Group& group, const Scope& scope) {
  std::size_t expected = 1;
  for (const std::string& name : variable.dims) {
    const Dimension* dimension = find(scope, name);
    if (dimension == nullptr) return "has a dimension '" + name + "' that is not declared";
    expected *= dimension->length;
  }
  if (size(variable.values) != expected) {
    return "has " + std::to_string(size(variable.values)) + " values, its dimensions make " +
           std::to_string(expected);
  }
  const bool named_as_dimension = find_dimension(group, variable.name) != nullptr;
  if (named_as_dimension && variable.dims != std::vector<std::string>{variable.name}) {
    return "has the name of a dimension and does not lie along it alone";
  }
  if (named_as_dimension && find_attribute(variable.attributes, "CLASS") != nullptr) {
    return "is a coordinate and may not have the attribute 'CLASS'";
  }
  return attributes_fault(variable.attributes);
}

std::string group_fault(const Group& group, const std::string& path, Scope& scope) {
  const auto place = [&](const char* what, const std::string& name) {
    return std::string(what) + " '" + path + name + "' ";
  };
  if (const auto fault = attributes_fault(group.attributes); !fault.empty()) {
    return "group '/" + path + "': " + fault;
  }
  std::set<std::string> names;
  for (const Dimension& dimension : group.dimensions) {
    if (!well_formed(dimension.name)) return place("dimension", dimension.name) + "is not well named";
    if (find(scope, dimension.name) != nullptr)
      return place("dimension", dimension.name) + "is declared twice";
    scope.push_back(&dimension);
  }
  for (const Variable& variable : group.variables) {
    if (!well_formed(variable.name)) return place("variable", variable.name) + "is not well named";
    if (!names.insert(variable.name).second) return place("variable", variable.name) + "is there twice";
    if (const auto fault = variable_fault(variable, group, scope); !fault.empty()) {
      return place("variable", variable.name) + fault;
    }
  }
  for (const Dimension& dimension : group.dimensions) names.insert(dimension.name);
  for (const Group& child : group.groups) {
    if (!well_formed(child.name)) return place("group", child.name) + "is not well named";
    if (!names.insert(child.name).second) return place("group", child.name) + "has a name that is taken";
    const std::size_t outer = scope.size();
    if (auto fault = group_fault(child, path + child.name + "/", scope); !fault.empty()) return fault;
    scope.resize(outer);
  }
  return {};
}

/// Bytes of the UTF-8 sequence at the front of `text`, 0 where there is none (overlong forms and surrogates
/// too).
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    return follows(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    return follows(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) && follows(2) && follows(3)
               ? 4
               : 0;
  }
  return 0;
}

}  // namespace

std::string contradiction(const Group& root) {
  Scope scope;
  return group_fault(root, "", scope);
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence(text);
    if (length == 0) {
      valid += "\xef\xbf\xbd";
    } else {
      valid += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return valid;
}

}  // namespace monge::record

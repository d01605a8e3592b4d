#include "record/access.h"

#include <algorithm>

namespace monge::record {

const Variable* find_variable(const Group& group, std::string_view name) {
  const auto found = std::find_if(group.variables.begin(), group.variables.end(),
                                  [&](const Variable& v) { return v.name == name; });
  return found == group.variables.end() ? nullptr : &*found;
}

const Group* find_group(const Group& group, std::string_view name) {
  const auto found =
      std::find_if(group.groups.begin(), group.groups.end(), [&](const Group& g) { return g.name == name; });
  return found == group.groups.end() ? nullptr : &*found;
}

const Dimension* find_dimension(const Group& group, std::string_view name) {
  const auto found = std::find_if(group.dimensions.begin(), group.dimensions.end(),
                                  [&](const Dimension& d) { return d.name == name; });
  return found == group.dimensions.end() ? nullptr : &*found;
}

const Attribute* find_attribute(const Attributes& attributes, std::string_view name) {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const auto& a) { return a.first == name; });
  return found == attributes.end() ? nullptr : &found->second;
}

void set_attribute(Attributes& attributes, const std::string& name, Attribute value) {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const auto& a) { return a.first == name; });
  if (found == attributes.end()) {
    attributes.emplace_back(name, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

std::string text_of(const Attributes& attributes, std::string_view name) {
  const Attribute* attribute = find_attribute(attributes, name);
  const auto* text = attribute == nullptr ? nullptr : std::get_if<std::string>(attribute);
  return text == nullptr ? "" : *text;
}

std::int64_t number_of(const Attributes& attributes, std::string_view name) {
  const Attribute* attribute = find_attribute(attributes, name);
  const auto* number = attribute == nullptr ? nullptr : std::get_if<std::int64_t>(attribute);
  return number == nullptr ? 0 : *number;
}

std::string text_of(const Group& group, std::string_view scalar) {
  const std::vector<std::string> texts = texts_of(group, scalar);
  return texts.size() == 1 ? texts.front() : "";
}

bool is_volatile(const Variable& variable) { return number_of(variable.attributes, "volatile") != 0; }

std::vector<double> numbers_of(const Group& group, std::string_view variable) {
  const Variable* found = find_variable(group, variable);
  return found == nullptr ? std::vector<double>{} : as_doubles(found->values);
}

std::vector<std::string> texts_of(const Group& group, std::string_view variable) {
  const Variable* found = find_variable(group, variable);
  const auto* texts = found == nullptr ? nullptr : std::get_if<std::vector<std::string>>(&found->values);
  return texts == nullptr ? std::vector<std::string>{} : *texts;
}

std::size_t size(const Values& values) {
  return std::visit([](const auto& vector) { return vector.size(); }, values);
}

std::vector<double> as_doubles(const Values& values) {
  return std::visit(
      []<class T>(const std::vector<T>& vector) -> std::vector<double> {
        if constexpr (std::is_same_v<T, std::string>) {
          return {};
        } else {
          return {vector.begin(), vector.end()};
        }
      },
      values);
}

std::size_t length_of(const Group& group, std::string_view dimension) {
  const Dimension* found = find_dimension(group, dimension);
  return found == nullptr ? 0 : found->length;
}

}  // namespace monge::record

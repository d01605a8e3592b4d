// Finding things in a Group by name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/group.h"

namespace monge::record {

/// nullptr where there is none.
const Variable* find_variable(const Group& group, std::string_view name);
const Group* find_group(const Group& group, std::string_view name);
const Dimension* find_dimension(const Group& group, std::string_view name);
const Attribute* find_attribute(const Attributes& attributes, std::string_view name);

/// Replaces the attribute or adds it at the end.
void set_attribute(Attributes& attributes, const std::string& name, Attribute value);

/// The attribute's value; "" or 0 where it is missing or of another type.
std::string text_of(const Attributes& attributes, std::string_view name);
std::int64_t number_of(const Attributes& attributes, std::string_view name);

/// The text of a scalar variable; "" where there is none.
std::string text_of(const Group& group, std::string_view scalar);

/// `volatile` = 1: the variable may differ between equal runs.
bool is_volatile(const Variable& variable);

/// Numbers of any type as doubles, texts as texts; empty where the variable is missing or of the other kind.
std::vector<double> numbers_of(const Group& group, std::string_view variable);
std::vector<std::string> texts_of(const Group& group, std::string_view variable);

std::size_t size(const Values& values);

/// Any numeric values as doubles; empty for texts.
std::vector<double> as_doubles(const Values& values);

/// Length of a dimension of this group; 0 where there is none.
std::size_t length_of(const Group& group, std::string_view dimension);

}  // namespace monge::record

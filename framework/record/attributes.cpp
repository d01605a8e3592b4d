#include "record/attributes.h"

#include <set>
#include <string_view>

#include "record/group_check.h"

namespace monge::record::hdf5 {
namespace {

/// Readers want CLASS and the other attributes of the image specification in fixed length.
bool of_image_specification(const std::string& name) {
  return name == "CLASS" || name.starts_with("IMAGE_") || name == "INTERLACE_MODE";
}

void write_text(hid_t object, const std::string& name, const std::string& value) {
  if (of_image_specification(name)) {
    check(H5LTset_attribute_string(object, ".", name.c_str(), value.c_str()),
          "attribute '" + name + "' cannot be written");
    return;
  }
  const std::string text = valid_utf8(value);
  const char* pointer = text.c_str();
  write_attribute(object, name, string_type(), static_cast<const void*>(&pointer), {});
}

void write_one(hid_t object, const std::string& name, const Attribute& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    write_text(object, name, *text);
  } else if (const auto* numbers = std::get_if<std::vector<std::uint8_t>>(&value)) {
    write_attribute(object, name, native<std::uint8_t>(), numbers->data(), {numbers->size()});
  } else if (const auto* real = std::get_if<double>(&value)) {
    write_attribute(object, name, native<double>(), real, {});
  } else {
    write_attribute(object, name, native<std::int64_t>(), &std::get<std::int64_t>(value), {});
  }
}

Attribute value_of(hid_t attribute, const std::string& name) {
  const std::string foreign = "attribute '" + name + "' is of a kind this program does not write";
  const Handle type(H5Aget_type(attribute), H5Tclose, foreign);
  const Handle space(H5Aget_space(attribute), H5Sclose, foreign);
  const H5S_class_t shape = H5Sget_simple_extent_type(space);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  if (shape == H5S_NULL || count < 1 || count > (1 << 16)) throw Fault(foreign);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind == H5T_INTEGER && shape == H5S_SIMPLE && H5Tget_size(type) == 1) {
    std::vector<std::uint8_t> numbers(static_cast<std::size_t>(count));
    check(H5Aread(attribute, H5T_NATIVE_UINT8, numbers.data()), foreign);
    return numbers;
  }
  if (count != 1) throw Fault(foreign);
  if (kind == H5T_INTEGER) {
    std::int64_t number = 0;
    check(H5Aread(attribute, H5T_NATIVE_INT64, &number), foreign);
    return number;
  }
  if (kind == H5T_FLOAT) {
    double number = 0;
    check(H5Aread(attribute, H5T_NATIVE_DOUBLE, &number), foreign);
    return number;
  }
  if (kind != H5T_STRING) throw Fault(foreign);
  return read_texts(type, space, 1, [&](hid_t memory, void* to) { return H5Aread(attribute, memory, to); })
      .front();
}

std::vector<std::string> names_of(hid_t object) {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5A_info_t*, void* to) -> herr_t {
    static_cast<std::vector<std::string>*>(to)->emplace_back(name);
    return 0;
  };
  // Falls back to the order of names in files whose writer kept no order.
  if (H5Aiterate2(object, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, add, &names) < 0) {
    names.clear();
    check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names), "attributes cannot be read");
  }
  return names;
}

}  // namespace

void write_attribute(hid_t object, const std::string& name, hid_t type, const void* values,
                     const Shape& shape) {
  const Handle at(H5Acreate2(object, name.c_str(), type, space(shape), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                  "attribute '" + name + "' cannot be made");
  check(H5Awrite(at, type, values), "attribute '" + name + "' cannot be written");
}

void write_attributes(hid_t object, const Attributes& attributes) {
  for (const auto& [name, value] : attributes) write_one(object, name, value);
}

std::optional<Attribute> read_attribute(hid_t object, const std::string& name) {
  if (H5Aexists(object, name.c_str()) <= 0) return std::nullopt;
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose,
                         "attribute '" + name + "' cannot be read");
  return value_of(attribute, name);
}

Attributes read_attributes(hid_t object, bool is_scale) {
  static const std::set<std::string_view> internal = {"DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS",
                                                      "NAME"};
  Attributes attributes;
  for (const std::string& name : names_of(object)) {
    if (internal.contains(name) || name.starts_with('_') || (is_scale && name == "CLASS")) continue;
    if (auto value = read_attribute(object, name)) attributes.emplace_back(name, *std::move(value));
  }
  return attributes;
}

}  // namespace monge::record::hdf5

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

#include "record/access.h"
#include "record/array.h"
#include "record/attributes.h"
#include "record/group_check.h"
#include "record/memory_file.h"

namespace monge::record::hdf5 {
namespace {

constexpr std::size_t chunk_bytes = 256 << 10;  // well below HDF5's cache of 1 MiB a dataset
// Up to here an array lies as it is: the index of a single chunk is larger. Not in its own header (compact),
// which R's ncdf4 cannot open.
constexpr std::size_t small_bytes = 2 << 10;

bool is_image(const Variable& variable) { return text_of(variable.attributes, "CLASS") == "IMAGE"; }

/// One image a chunk; else the whole array, halved along its slowest axes until it is small enough.
Shape chunk_of(const Variable& variable, const Shape& shape, std::size_t item) {
  Shape chunk = shape;
  std::replace(chunk.begin(), chunk.end(), hsize_t{0}, hsize_t{1});
  if (is_image(variable) && shape.size() >= 3) {
    const std::size_t image = shape.back() <= 4 && shape.size() >= 4 ? 3 : 2;
    std::fill(chunk.begin(), chunk.end() - static_cast<std::ptrdiff_t>(image), hsize_t{1});
    return chunk;
  }
  const auto bytes = [&] {
    std::size_t product = item;
    for (const hsize_t length : chunk) product *= length;
    return product;
  };
  for (hsize_t& length : chunk) {
    while (length > 1 && bytes() > chunk_bytes) length = (length + 1) / 2;
  }
  return chunk;
}

/// How the array lies in the file.
Handle layout_of(const Variable& variable, const Shape& shape, std::size_t item, Compression compression) {
  Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "no memory for a dataset");
  keep_attributes(creation);
  const bool empty = std::find(shape.begin(), shape.end(), hsize_t{0}) != shape.end();
  const bool numbers = !std::holds_alternative<std::vector<std::string>>(variable.values);
  const std::size_t bytes = size(variable.values) * item;
  const bool small = bytes <= small_bytes && !is_image(variable);
  const bool packed = compression == Compression::gzip && numbers && !shape.empty() && bytes > 0 && !small;
  if (empty || packed) {
    const Shape chunk = chunk_of(variable, shape, item);
    check(H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data()), "no memory for chunks");
  }
  if (packed) {
    check(H5Pset_shuffle(creation), "HDF5 lacks its shuffle filter");
    check(H5Pset_deflate(creation, 4), "HDF5 lacks its gzip filter");
    check(H5Pset_fletcher32(creation), "HDF5 lacks its checksum filter");
  }
  return creation;
}

Handle make(hid_t at, const std::string& name, hid_t type, const Shape& shape, hid_t creation) {
  return {H5Dcreate2(at, name.c_str(), type, space(shape), H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose,
          "variable '" + name + "' cannot be made"};
}

Handle write_values(hid_t at, const Variable& variable, hid_t type, const void* values, const Shape& shape,
                    hid_t creation) {
  Handle dataset = make(at, variable.name, type, shape, creation);
  if (size(variable.values) > 0) {
    check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values),
          "variable '" + variable.name + "' cannot be written");
  }
  return dataset;
}

Handle write_texts(hid_t at, const Variable& variable, const std::vector<std::string>& values,
                   const Shape& shape, Compression compression) {
  std::vector<std::string> texts;
  std::vector<const char*> pointers;
  for (const std::string& value : values) texts.push_back(valid_utf8(value));
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const Handle creation = layout_of(variable, shape, sizeof(char*), compression);
  return write_values(at, variable, string_type(), static_cast<const void*>(pointers.data()), shape,
                      creation);
}

}  // namespace

Handle write_array(hid_t at, const Variable& variable, const Shape& shape, Compression compression,
                   bool fill) {
  return std::visit(
      [&]<class T>(const std::vector<T>& values) {
        if constexpr (std::is_same_v<T, std::string>) {
          return write_texts(at, variable, values, shape, compression);
        } else {
          const Handle creation = layout_of(variable, shape, sizeof(T), compression);
          const bool filled = fill && std::is_floating_point_v<T>;
          const T missing = std::numeric_limits<T>::quiet_NaN();
          if (filled) check(H5Pset_fill_value(creation, native<T>(), &missing), "no fill value");
          Handle dataset = write_values(at, variable, native<T>(), values.data(), shape, creation);
          if (filled) write_attribute(dataset, "_FillValue", native<T>(), &missing, {1});
          return dataset;
        }
      },
      variable.values);
}

Handle write_placeholder(hid_t at, const Dimension& dimension) {
  const Shape shape = {dimension.length};
  const Variable nothing{dimension.name, {dimension.name}, std::vector<float>(), {}};
  Handle dataset = make(at, dimension.name, native<float>(), shape,
                        layout_of(nothing, shape, sizeof(float), Compression::none));
  std::array<char, 80> label{};
  std::snprintf(label.data(), label.size(), "%s%10zu", no_variable, dimension.length);
  check(H5DSset_scale(dataset, label.data()), "dimension '" + dimension.name + "' cannot be made");
  return dataset;
}

}  // namespace monge::record::hdf5

#include "record/array.h"

namespace monge::record::hdf5 {
namespace {

constexpr int most_axes = 8;
constexpr std::size_t most_packed = 2048;  // deflate gains at most 1,032 to 1

void refuse_foreign_storage(hid_t dataset, const std::string& path) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose, "'" + path + "' is damaged");
  if (H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) > 0) {
    throw Fault("variable '" + path + "' lies outside of the file");
  }
  for (int i = 0; i < H5Pget_nfilters(creation); ++i) {
    unsigned flags = 0;
    std::size_t parameters = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &parameters, nullptr, 0, nullptr, nullptr);
    if (filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_FLETCHER32) {
      throw Fault("variable '" + path + "' is packed with a filter this program never uses");
    }
  }
}

template <class T>
Values read_numbers(hid_t dataset, const std::string& path, const Shape& shape, Budget& budget) {
  std::vector<T> values(budget.claim(shape, sizeof(T), path));
  if (!values.empty()) {
    check(H5Dread(dataset, native<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          "variable '" + path + "' is damaged");
  }
  return values;
}

std::vector<std::string> read_strings(hid_t dataset, hid_t type, std::size_t count) {
  if (count == 0) return {};
  const Handle space(H5Dget_space(dataset), H5Sclose, "no memory for a shape");
  return read_texts(type, space, count, [&](hid_t memory, void* to) {
    return H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, to);
  });
}

}  // namespace

Budget::Budget(std::size_t bytes) : left_((bytes + 4096) * most_packed) {}

std::size_t Budget::claim(const Shape& shape, std::size_t item, const std::string& path) {
  std::size_t count = 1;
  for (const hsize_t length : shape) {
    if (length == 0) return 0;
    if (length > left_ / item / count) throw Fault("variable '" + path + "' claims more values than fit");
    count *= length;
  }
  if (count * item > left_) throw Fault("variable '" + path + "' claims more values than fit");
  left_ -= count * item;
  return count;
}

Shape shape_of(hid_t dataset, const std::string& path) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "'" + path + "' is damaged");
  const int rank = H5Sget_simple_extent_ndims(space);
  if (H5Sget_simple_extent_type(space) == H5S_NULL || rank < 0 || rank > most_axes) {
    throw Fault("'" + path + "' has a shape this program never writes");
  }
  Shape shape(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, shape.data(), nullptr);
  return shape;
}

Values read_array(hid_t dataset, const std::string& path, const Shape& shape, Budget& budget) {
  refuse_foreign_storage(dataset, path);
  const Handle type(H5Dget_type(dataset), H5Tclose, "'" + path + "' is damaged");
  const std::size_t item = H5Tget_size(type);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind == H5T_STRING) return read_strings(dataset, type, budget.claim(shape, item, path));
  const bool is_signed = kind == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2;
  if (kind == H5T_FLOAT && item == 8) return read_numbers<double>(dataset, path, shape, budget);
  if (kind == H5T_FLOAT && item == 4) return read_numbers<float>(dataset, path, shape, budget);
  if (is_signed && item == 8) return read_numbers<std::int64_t>(dataset, path, shape, budget);
  if (is_signed && item == 4) return read_numbers<std::int32_t>(dataset, path, shape, budget);
  if (kind == H5T_INTEGER && !is_signed && item == 1)
    return read_numbers<std::uint8_t>(dataset, path, shape, budget);
  throw Fault("variable '" + path + "' is of a type this program never writes");
}

}  // namespace monge::record::hdf5

// Built in memory, then written with plain writes: HDF5 cannot close a file on a full disk, and would try
// again at exit. A file costs its compressed size in memory, less than the Group that is there anyway.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <system_error>

#include "monge/error.h"
#include "record/group_check.h"
#include "record/group_file.h"
#include "record/hdf5.h"
#include "record/publish.h"

namespace monge::record {
namespace {

using hdf5::check;
using hdf5::Handle;

constexpr std::size_t chunk_bytes = 256 << 10;  // well below HDF5's cache of 1 MiB a dataset
// Up to here an array lies in its own header, which has a checksum: the index of a single chunk is larger.
constexpr std::size_t compact_bytes = 2 << 10;
constexpr unsigned in_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

using Shape = std::vector<hsize_t>;

template <class T>
hid_t native() {
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
}

Handle space(const Shape& shape) {
  if (shape.empty()) return Handle(H5Screate(H5S_SCALAR), H5Sclose, "no memory for a shape");
  Shape most = shape;
  std::replace(most.begin(), most.end(), hsize_t{0}, H5S_UNLIMITED);  // netCDF reads length 0 as unlimited
  return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), most.data()), H5Sclose,
          "no memory for a shape"};
}

/// Readers want CLASS and the other attributes of the image specification in fixed length.
bool of_image_specification(const std::string& name) {
  return name == "CLASS" || name.starts_with("IMAGE_") || name == "INTERLACE_MODE";
}

void write_text_attribute(hid_t object, const std::string& name, const std::string& value) {
  const std::string text = valid_utf8(value);
  const Handle type = hdf5::string_type();
  const Handle at(H5Acreate2(object, name.c_str(), type, space({}), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                  "attribute '" + name + "' cannot be made");
  const char* pointer = text.c_str();
  check(H5Awrite(at, type, &pointer), "attribute '" + name + "' cannot be written");
}

template <class T>
void write_number_attribute(hid_t object, const std::string& name, const T* values, const Shape& shape) {
  const Handle at(H5Acreate2(object, name.c_str(), native<T>(), space(shape), H5P_DEFAULT, H5P_DEFAULT),
                  H5Aclose, "attribute '" + name + "' cannot be made");
  check(H5Awrite(at, native<T>(), values), "attribute '" + name + "' cannot be written");
}

void write_attribute(hid_t object, const std::string& name, const Attribute& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (of_image_specification(name)) {
      check(H5LTset_attribute_string(object, ".", name.c_str(), text->c_str()),
            "attribute '" + name + "' cannot be written");
    } else {
      write_text_attribute(object, name, *text);
    }
  } else if (const auto* numbers = std::get_if<std::vector<std::uint8_t>>(&value)) {
    write_number_attribute(object, name, numbers->data(), {numbers->size()});
  } else if (const auto* real = std::get_if<double>(&value)) {
    write_number_attribute(object, name, real, {});
  } else {
    write_number_attribute(object, name, &std::get<std::int64_t>(value), {});
  }
}

bool is_image(const Variable& variable) {
  return std::any_of(variable.attributes.begin(), variable.attributes.end(), [](const auto& attribute) {
    return attribute.first == "CLASS" && attribute.second == Attribute("IMAGE");
  });
}

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

std::size_t bytes_of(const Group& group) {
  std::size_t bytes = 0;
  for (const Variable& variable : group.variables) {
    bytes += std::visit(
        []<class T>(const std::vector<T>& values) {
          if constexpr (!std::is_same_v<T, std::string>) return values.size() * sizeof(T);
          std::size_t texts = 0;
          if constexpr (std::is_same_v<T, std::string>) {
            for (const std::string& text : values) texts += text.size() + sizeof(hvl_t);
          }
          return texts;
        },
        variable.values);
  }
  for (const Group& below : group.groups) bytes += bytes_of(below);
  return bytes;
}

/// By how much a file in memory grows at a time: the core driver zeroes all of it, which for a small file
/// costs more than its contents, and a large one must not be moved too often.
std::size_t increment_for(const Group& group) {
  return std::clamp(bytes_of(group) / 8, std::size_t{64} << 10, std::size_t{4} << 20);
}

/// Takes over the core driver's buffer when the file is closed. H5Fget_file_image() gives it while the file
/// is open, and a file that says of itself that somebody writes it has another checksum than HDF5 then
/// expects.
class Memory {
 public:
  Memory() {
    callbacks_.image_malloc = [](std::size_t size, H5FD_file_image_op_t, void*) { return std::malloc(size); };
    callbacks_.image_realloc = [](void* old, std::size_t size, H5FD_file_image_op_t, void*) {
      return std::realloc(old, size);
    };
    callbacks_.image_memcpy = [](void* to, const void* from, std::size_t size, H5FD_file_image_op_t, void*) {
      return std::memcpy(to, from, size);
    };
    callbacks_.image_free = [](void* buffer, H5FD_file_image_op_t, void* self) -> herr_t {
      static_cast<Memory*>(self)->buffer_.reset(static_cast<char*>(buffer));
      return 0;
    };
    callbacks_.udata_copy = [](void* self) { return self; };
    callbacks_.udata_free = [](void*) -> herr_t { return 0; };
    callbacks_.udata = this;
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  H5FD_file_image_callbacks_t& callbacks() { return callbacks_; }

  /// The closed file: its superblock, of version 2, holds its end at byte 28.
  std::string bytes() const {
    constexpr int end_at = 28;
    if (!buffer_ || buffer_[8] != 2 || buffer_[9] != 8)
      throw hdf5::Fault("HDF5 did not keep to its 1.8 format");
    std::size_t end = 0;
    for (int i = 7; i >= 0; --i) end = end << 8 | static_cast<unsigned char>(buffer_[end_at + i]);
    return {buffer_.get(), end};
  }

 private:
  struct Free {
    void operator()(char* buffer) const { std::free(buffer); }
  };
  std::unique_ptr<char[], Free> buffer_;
  H5FD_file_image_callbacks_t callbacks_{};
};

class Writer {
 public:
  explicit Writer(Compression compression) : compression_(compression) {}

  /// The bytes of the file.
  std::string image(const Group& root) {
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "no memory for a file");
    check(H5Pset_fapl_core(access, increment_for(root), false), "no memory for a file");
    check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), "HDF5 lacks its 1.8 format");
    const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "no memory for a file");
    keep_order_of_links(creation);
    Memory memory;
    check(H5Pset_file_image_callbacks(access, &memory.callbacks()), "no memory for a file");
    {
      const Handle file(H5Fcreate("memory", H5F_ACC_TRUNC, creation, access), H5Fclose,
                        "no memory for a file");
      write_group(file, root);
      check(H5Fflush(file, H5F_SCOPE_GLOBAL), "no memory for a file");
    }
    return memory.bytes();
  }

 private:
  struct Scale {
    std::string name;
    hsize_t length;
    Handle dataset;
  };

  static void keep_order_of_links(hid_t creation) {
    check(H5Pset_link_creation_order(creation, in_order), "no order of links");
    keep_order_of_attributes(creation);
  }

  static void keep_order_of_attributes(hid_t creation) {
    check(H5Pset_attr_creation_order(creation, in_order), "no order of attributes");
    check(H5Pset_obj_track_times(creation, false), "no file without times");  // equal groups, equal bytes
  }

  void write_group(hid_t at, const Group& group) {
    for (const auto& [name, value] : group.attributes) write_attribute(at, name, value);
    const std::size_t outer = scales_.size();
    for (const Dimension& dimension : group.dimensions) write_scale(at, group, dimension);
    for (const Variable& variable : group.variables) {
      const bool coordinate = std::any_of(group.dimensions.begin(), group.dimensions.end(),
                                          [&](const Dimension& d) { return d.name == variable.name; });
      if (!coordinate) write_variable(at, variable);
    }
    for (const Group& child : group.groups) {
      const Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "no memory for a group");
      keep_order_of_links(creation);
      const Handle below(H5Gcreate2(at, child.name.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose,
                         "group '" + child.name + "' cannot be made");
      write_group(below, child);
    }
    while (scales_.size() > outer) scales_.pop_back();
  }

  /// The dimension's coordinate variable, or what stands for it in netCDF.
  void write_scale(hid_t at, const Group& group, const Dimension& dimension) {
    const std::string fault = "dimension '" + dimension.name + "' cannot be made";
    const auto coordinate = std::find_if(group.variables.begin(), group.variables.end(),
                                         [&](const Variable& v) { return v.name == dimension.name; });
    if (coordinate != group.variables.end()) {
      Handle dataset = write_values(at, *coordinate, {dimension.length}, false);
      check(H5DSset_scale(dataset, dimension.name.c_str()), fault);
      for (const auto& [name, value] : coordinate->attributes) write_attribute(dataset, name, value);
      scales_.push_back({dimension.name, dimension.length, std::move(dataset)});
      return;
    }
    const Handle creation =
        creation_of(Variable{dimension.name, {dimension.name}, {}, {}}, {dimension.length}, 4);
    Handle dataset(H5Dcreate2(at, dimension.name.c_str(), H5T_NATIVE_FLOAT, space({dimension.length}),
                              H5P_DEFAULT, creation, H5P_DEFAULT),
                   H5Dclose, fault);
    std::array<char, 80> label{};
    std::snprintf(label.data(), label.size(), "%s%10zu", hdf5::no_variable, dimension.length);
    check(H5DSset_scale(dataset, label.data()), fault);
    scales_.push_back({dimension.name, dimension.length, std::move(dataset)});
  }

  void write_variable(hid_t at, const Variable& variable) {
    Shape shape;
    std::vector<const Scale*> scales;
    for (const std::string& name : variable.dims) {
      const auto found =
          std::find_if(scales_.rbegin(), scales_.rend(), [&](const Scale& s) { return s.name == name; });
      scales.push_back(&*found);
      shape.push_back(found->length);
    }
    const Handle dataset = write_values(at, variable, shape, true);
    for (unsigned axis = 0; axis < scales.size(); ++axis) {
      check(H5DSattach_scale(dataset, scales[axis]->dataset, axis),
            "variable '" + variable.name + "' cannot be given its dimensions");
    }
    // After the scales: they cannot be attached to what already is of another CLASS.
    for (const auto& [name, value] : variable.attributes) write_attribute(dataset, name, value);
  }

  Handle write_values(hid_t at, const Variable& variable, const Shape& shape, bool fill) {
    return std::visit(
        [&]<class T>(const std::vector<T>& values) {
          if constexpr (std::is_same_v<T, std::string>) {
            return write_texts(at, variable, shape, values);
          } else {
            return write_numbers(at, variable, shape, values, fill && std::is_floating_point_v<T>);
          }
        },
        variable.values);
  }

  template <class T>
  Handle write_numbers(hid_t at, const Variable& variable, const Shape& shape, const std::vector<T>& values,
                       bool fill) {
    const Handle creation = creation_of(variable, shape, sizeof(T));
    const T missing = std::is_floating_point_v<T> ? std::numeric_limits<T>::quiet_NaN() : T{};
    if (fill) check(H5Pset_fill_value(creation, native<T>(), &missing), "no fill value");
    Handle dataset(
        H5Dcreate2(at, variable.name.c_str(), native<T>(), space(shape), H5P_DEFAULT, creation, H5P_DEFAULT),
        H5Dclose, "variable '" + variable.name + "' cannot be made");
    if (!values.empty()) {
      check(H5Dwrite(dataset, native<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
            "variable '" + variable.name + "' cannot be written");
    }
    if (fill) write_number_attribute(dataset, "_FillValue", &missing, {1});
    return dataset;
  }

  Handle write_texts(hid_t at, const Variable& variable, const Shape& shape,
                     const std::vector<std::string>& values) {
    const Handle type = hdf5::string_type();
    const Handle creation = creation_of(variable, shape, sizeof(char*));
    Handle dataset(
        H5Dcreate2(at, variable.name.c_str(), type, space(shape), H5P_DEFAULT, creation, H5P_DEFAULT),
        H5Dclose, "variable '" + variable.name + "' cannot be made");
    std::vector<std::string> texts;
    std::vector<const char*> pointers;
    for (const std::string& value : values) texts.push_back(valid_utf8(value));
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    if (!pointers.empty()) {
      check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, static_cast<const void*>(pointers.data())),
            "variable '" + variable.name + "' cannot be written");
    }
    return dataset;
  }

  Handle creation_of(const Variable& variable, const Shape& shape, std::size_t item) const {
    Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "no memory for a dataset");
    keep_order_of_attributes(creation);
    const bool empty = std::find(shape.begin(), shape.end(), hsize_t{0}) != shape.end();
    const bool numbers = !std::holds_alternative<std::vector<std::string>>(variable.values);
    const std::size_t bytes = size(variable.values) * item;
    const bool compact = bytes > 0 && bytes <= compact_bytes && !is_image(variable);
    const bool packed =
        compression_ == Compression::gzip && numbers && !shape.empty() && bytes > 0 && !compact;
    if (compact) check(H5Pset_layout(creation, H5D_COMPACT), "no memory for a dataset");
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

  Compression compression_;
  std::vector<Scale> scales_;  // of the group being written and of those around it
};

std::string image(const std::filesystem::path& path, const Group& group, Compression compression) {
  if (const std::string fault = contradiction(group); !fault.empty()) {
    throw Error(Exit::storage, path.string() + ": cannot be written: " + fault);
  }
  const hdf5::Silence silence;
  try {
    return Writer(compression).image(group);
  } catch (const hdf5::Fault& fault) {
    throw Error(Exit::storage, path.string() + ": cannot be written: " + fault.what());
  }
}

}  // namespace

void write(const std::filesystem::path& path, const Group& group, Compression compression) {
  const std::string bytes = image(path, group, compression);
  try {
    write_bytes(path, bytes);
  } catch (const std::system_error& error) {
    throw Error(Exit::storage, cannot_be_written(path, error.code().value()));
  }
}

void seal(const std::filesystem::path& path, const Group& group, Compression compression) {
  publish_text(path, image(path, group, compression));
}

void seal_in_order(const std::vector<Sealing>& files) {
  std::vector<std::pair<std::filesystem::path, Write>> writes;
  writes.reserve(files.size());
  for (const Sealing& file : files) {
    writes.emplace_back(file.path, [&file](const std::filesystem::path& temporary) {
      write_bytes(temporary, image(file.path, file.group, file.compression));
    });
  }
  publish_in_order(writes);
}

}  // namespace monge::record

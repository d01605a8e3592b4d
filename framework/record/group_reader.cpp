// Trusts nothing in the file: it may be cut off, made by other programs, or made to hurt.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>

#include "monge/error.h"
#include "record/group_file.h"
#include "record/hdf5.h"

namespace monge::record {
namespace {

using hdf5::check;
using hdf5::Fault;
using hdf5::Handle;

constexpr int deepest = 16;
constexpr int most_axes = 8;
constexpr std::size_t most_packed = 2048;  // deflate gains at most 1,032 to 1

struct Link {
  std::string name;
  H5L_type_t type;
};

std::vector<Link> links_of(hid_t group) {
  const Handle creation(H5Gget_create_plist(group), H5Pclose, "a group cannot be read");
  unsigned order = 0;
  check(H5Pget_link_creation_order(creation, &order), "a group cannot be read");
  const H5_index_t index = (order & H5P_CRT_ORDER_INDEXED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
  std::vector<Link> links;
  const auto add = [](hid_t, const char* name, const H5L_info_t* info, void* to) -> herr_t {
    static_cast<std::vector<Link>*>(to)->push_back({name, info->type});
    return 0;
  };
  check(H5Literate(group, index, H5_ITER_INC, nullptr, add, &links), "a group cannot be read");
  return links;
}

/// The values of a dataset or an attribute as strings, of variable or fixed length.
template <class Read>
std::vector<std::string> read_texts(hid_t type, hid_t space, std::size_t count, Read read) {
  std::vector<std::string> texts;
  if (H5Tis_variable_str(type) > 0) {
    const Handle memory = hdf5::string_type();
    std::vector<char*> pointers(count, nullptr);
    const herr_t result = read(memory, pointers.data());
    if (result >= 0) {
      for (const char* pointer : pointers) texts.emplace_back(pointer == nullptr ? "" : pointer);
    }
    if (count > 0) H5Dvlen_reclaim(memory, space, H5P_DEFAULT, static_cast<void*>(pointers.data()));
    check(result, "a text cannot be read");
    return texts;
  }
  const std::size_t length = H5Tget_size(type);
  if (length > (1 << 16)) throw Fault("a text of fixed length is too long");
  std::vector<char> bytes(count * length);
  check(read(type, bytes.data()), "a text cannot be read");
  for (std::size_t i = 0; i < count; ++i) {
    const char* begin = bytes.data() + i * length;
    texts.emplace_back(begin, strnlen(begin, length));
  }
  return texts;
}

Attribute read_attribute(hid_t attribute, const std::string& name) {
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
  return read_texts(
             type, space, 1,
             [&](hid_t memory, auto* to) { return H5Aread(attribute, memory, static_cast<void*>(to)); })
      .front();
}

/// Without those that HDF5 and netCDF keep for themselves.
Attributes read_attributes(hid_t object, bool is_scale) {
  static const std::set<std::string_view> internal = {"DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS",
                                                      "NAME"};
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
  Attributes attributes;
  for (const std::string& name : names) {
    if (internal.contains(name) || name.starts_with('_') || (is_scale && name == "CLASS")) continue;
    const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose,
                           "attribute '" + name + "' cannot be read");
    attributes.emplace_back(name, read_attribute(attribute, name));
  }
  return attributes;
}

/// H5DSis_scale() of HDF5 1.10 leaks an identifier, and with it the open file, where CLASS is another text.
bool is_dimension(hid_t dataset) {
  if (H5Aexists(dataset, "CLASS") <= 0) return false;
  const Handle attribute(H5Aopen(dataset, "CLASS", H5P_DEFAULT), H5Aclose,
                         "attribute 'CLASS' cannot be read");
  return read_attribute(attribute, "CLASS") == Attribute("DIMENSION_SCALE");
}

std::int64_t format_of(hid_t file) {
  if (H5Aexists(file, "format") <= 0) return newest_format;
  const Handle attribute(H5Aopen(file, "format", H5P_DEFAULT), H5Aclose, "attribute 'format' cannot be read");
  const Attribute value = read_attribute(attribute, "format");
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) throw Fault("its format is not a number");
  return *number;
}

class Reader {
 public:
  Reader(Wanted wanted, bool descend) : wanted_(std::move(wanted)), descend_(descend) {}

  Group read(const std::filesystem::path& path) {
    left_ = (std::filesystem::file_size(path) + 4096) * most_packed;
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "no memory for a file");
    // Sealed files never change, and locks fail on some network file systems.
    check(H5Pset_file_locking(access, false, true), "no memory for a file");
    const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose,
                      "it is cut off, damaged or not an HDF5 file");
    if (const auto format = format_of(file); format < 1 || format > newest_format) {
      throw Fault("it has format " + std::to_string(format) + ", this program reads up to format " +
                  std::to_string(newest_format) + "; use the version of Monge that wrote it or a newer one");
    }
    const Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, "it has no root");
    Group group;
    read_group(root, "", 0, group);
    return group;
  }

 private:
  /// Where an object lies in the file: equal for equal objects.
  static hobj_ref_t place_of(hid_t object) {
    hobj_ref_t place{};
    check(H5Rcreate(&place, object, ".", H5R_OBJECT, -1), "an object has no place");
    return place;
  }

  void visit(hid_t object, const std::string& path) {
    if (!visited_.insert(place_of(object)).second) throw Fault("'" + path + "' is there under two names");
  }

  void read_group(hid_t at, const std::string& path, int depth, Group& group) {
    if (depth > deepest) throw Fault("groups are nested too deeply");
    visit(at, path);
    group.attributes = read_attributes(at, false);
    struct Found {
      std::string name;
      Handle handle;
      bool is_scale;
    };
    std::vector<Found> datasets, groups;
    for (const Link& link : links_of(at)) {
      const std::string where = path + link.name;
      if (link.type != H5L_TYPE_HARD)
        throw Fault("'" + where + "' is a link, which this program never writes");
      Handle object(H5Oopen(at, link.name.c_str(), H5P_DEFAULT), H5Oclose, "'" + where + "' is damaged");
      const H5I_type_t kind = H5Iget_type(object);
      if (kind != H5I_DATASET && kind != H5I_GROUP) throw Fault("'" + where + "' is neither group nor array");
      const bool is_scale = kind == H5I_DATASET && is_dimension(object);
      (kind == H5I_DATASET ? datasets : groups).push_back({link.name, std::move(object), is_scale});
    }
    for (const auto& [name, dataset, is_scale] : datasets) {
      visit(dataset, path + name);
      if (is_scale) add_dimension(dataset, path + name, name, group);
    }
    for (const auto& [name, dataset, is_scale] : datasets) {
      if (descend_ ? wanted_(path + name) : shape_of(dataset, name).empty()) {
        add_variable(dataset, is_scale, path + name, name, group);
      }
    }
    if (!descend_) return;
    for (const auto& [name, below, is_scale] : groups) {
      if (!wanted_(path + name + "/")) continue;
      group.groups.emplace_back().name = name;
      read_group(below, path + name + "/", depth + 1, group.groups.back());
    }
  }

  static std::vector<hsize_t> shape_of(hid_t dataset, const std::string& path) {
    const Handle space(H5Dget_space(dataset), H5Sclose, "'" + path + "' is damaged");
    const int rank = H5Sget_simple_extent_ndims(space);
    if (H5Sget_simple_extent_type(space) == H5S_NULL || rank < 0 || rank > most_axes) {
      throw Fault("'" + path + "' has a shape this program never writes");
    }
    std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space, shape.data(), nullptr);
    return shape;
  }

  void add_dimension(hid_t dataset, const std::string& path, const std::string& name, Group& group) {
    const auto shape = shape_of(dataset, path);
    if (shape.size() != 1) throw Fault("dimension '" + path + "' is not one-dimensional");
    group.dimensions.push_back({name, static_cast<std::size_t>(shape.front())});
    dimensions_[place_of(dataset)] = name;
  }

  void add_variable(hid_t dataset, bool is_scale, const std::string& path, const std::string& name,
                    Group& group) {
    if (is_scale && label_of(dataset).starts_with(hdf5::no_variable)) return;
    Variable variable;
    variable.name = name;
    const auto shape = shape_of(dataset, path);
    variable.dims = is_scale ? std::vector<std::string>{name} : dims_of(dataset, path, shape.size());
    refuse_foreign_storage(dataset, path);
    variable.values = read_values(dataset, path, shape);
    variable.attributes = read_attributes(dataset, is_scale);
    group.variables.push_back(std::move(variable));
  }

  static std::string label_of(hid_t scale) {
    std::array<char, 80> label{};
    check(H5DSget_scale_name(scale, label.data(), label.size()), "a dimension has no name");
    return label.data();
  }

  std::vector<std::string> dims_of(hid_t dataset, const std::string& path, std::size_t rank) const {
    if (rank == 0) return {};
    const std::string fault = "variable '" + path + "' lacks its dimensions";
    const Handle attribute(H5Aopen(dataset, "DIMENSION_LIST", H5P_DEFAULT), H5Aclose, fault);
    const Handle type(H5Aget_type(attribute), H5Tclose, fault);
    const Handle space(H5Aget_space(attribute), H5Sclose, fault);
    const Handle item(H5Tget_super(type), H5Tclose, fault);
    if (H5Tget_class(type) != H5T_VLEN || H5Tequal(item, H5T_STD_REF_OBJ) <= 0 ||
        H5Sget_simple_extent_npoints(space) != static_cast<hssize_t>(rank)) {
      throw Fault(fault);
    }
    std::vector<hvl_t> lists(rank);
    const herr_t result = H5Aread(attribute, type, lists.data());
    std::vector<std::string> dims;
    for (const hvl_t& list : lists) {
      if (result < 0 || list.len < 1) break;
      const auto found = dimensions_.find(*static_cast<const hobj_ref_t*>(list.p));
      if (found != dimensions_.end()) dims.push_back(found->second);
    }
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, lists.data());
    if (dims.size() != rank) throw Fault(fault);
    return dims;
  }

  static void refuse_foreign_storage(hid_t dataset, const std::string& path) {
    const Handle creation(H5Dget_create_plist(dataset), H5Pclose, "'" + path + "' is damaged");
    if (H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) > 0) {
      throw Fault("variable '" + path + "' lies outside of the file");
    }
    for (int i = 0; i < H5Pget_nfilters(creation); ++i) {
      unsigned flags = 0;
      std::size_t parameters = 0;
      const H5Z_filter_t filter = H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &parameters,
                                                 nullptr, 0, nullptr, nullptr);
      if (filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_FLETCHER32) {
        throw Fault("variable '" + path + "' is packed with a filter this program never uses");
      }
    }
  }

  /// Number of values, once it is known that the file can really hold so many.
  std::size_t claim(const std::vector<hsize_t>& shape, std::size_t item, const std::string& path) {
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

  Values read_values(hid_t dataset, const std::string& path, const std::vector<hsize_t>& shape) {
    const Handle type(H5Dget_type(dataset), H5Tclose, "'" + path + "' is damaged");
    const std::size_t item = H5Tget_size(type);
    const H5T_class_t kind = H5Tget_class(type);
    if (kind == H5T_STRING) return read_strings(dataset, type, claim(shape, item, path));
    const bool is_signed = kind == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2;
    if (kind == H5T_FLOAT && item == 8) return read_numbers<double>(dataset, H5T_NATIVE_DOUBLE, shape, path);
    if (kind == H5T_FLOAT && item == 4) return read_numbers<float>(dataset, H5T_NATIVE_FLOAT, shape, path);
    if (is_signed && item == 8) return read_numbers<std::int64_t>(dataset, H5T_NATIVE_INT64, shape, path);
    if (is_signed && item == 4) return read_numbers<std::int32_t>(dataset, H5T_NATIVE_INT32, shape, path);
    if (kind == H5T_INTEGER && !is_signed && item == 1) {
      return read_numbers<std::uint8_t>(dataset, H5T_NATIVE_UINT8, shape, path);
    }
    throw Fault("variable '" + path + "' is of a type this program never writes");
  }

  template <class T>
  std::vector<T> read_numbers(hid_t dataset, hid_t memory, const std::vector<hsize_t>& shape,
                              const std::string& path) {
    std::vector<T> values(claim(shape, sizeof(T), path));
    if (!values.empty()) {
      check(H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
            "variable '" + path + "' is damaged");
    }
    return values;
  }

  static std::vector<std::string> read_strings(hid_t dataset, hid_t type, std::size_t count) {
    if (count == 0) return {};
    const Handle space(H5Dget_space(dataset), H5Sclose, "no memory for a shape");
    return read_texts(type, space, count, [&](hid_t memory, auto* to) {
      return H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, static_cast<void*>(to));
    });
  }

  Wanted wanted_;
  bool descend_;          // else only the root, and there only scalars
  std::size_t left_ = 0;  // bytes that the rest of the file can plausibly hold
  std::set<hobj_ref_t> visited_;
  std::map<hobj_ref_t, std::string> dimensions_;
};

Group read_with(Reader reader, const std::filesystem::path& path) {
  const hdf5::Silence silence;
  try {
    return reader.read(path);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(Exit::storage, path.string() + ": cannot be read: " + error.code().message());
  } catch (const Fault& fault) {
    throw Error(Exit::storage, path.string() + ": cannot be read: " + fault.what());
  }
}

}  // namespace

Group read(const std::filesystem::path& path) {
  return read(path, [](std::string_view) { return true; });
}

Group read(const std::filesystem::path& path, const Wanted& wanted) {
  return read_with(Reader(wanted, true), path);
}

Group read_root(const std::filesystem::path& path) { return read_with(Reader({}, false), path); }

}  // namespace monge::record

// Trusts nothing in the file: it may be cut off, made by other programs, or made to hurt.
#include <array>
#include <map>
#include <set>

#include "monge/error.h"
#include "record/array.h"
#include "record/attributes.h"
#include "record/checksum.h"
#include "record/group_file.h"

namespace monge::record {
namespace {

using hdf5::check;
using hdf5::Fault;
using hdf5::Handle;
using hdf5::shape_of;

constexpr int deepest = 16;

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

/// H5DSis_scale() of HDF5 1.10 leaks an identifier, and with it the open file, where CLASS is another text.
bool is_dimension(hid_t dataset) {
  return hdf5::read_attribute(dataset, "CLASS") == Attribute("DIMENSION_SCALE");
}

std::int64_t format_of(hid_t file) {
  const auto value = hdf5::read_attribute(file, "format");
  if (!value) return newest_format;
  const auto* number = std::get_if<std::int64_t>(&*value);
  if (number == nullptr) throw Fault("its format is not a number");
  return *number;
}

class Reader {
 public:
  Reader(Wanted wanted, bool descend) : wanted_(std::move(wanted)), descend_(descend) {}

  Group read(const std::filesystem::path& path) {
    budget_ = hdf5::Budget(std::filesystem::file_size(path));
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "no memory for a file");
    // Sealed files never change, and locks fail on some network file systems.
    check(H5Pset_file_locking(access, false, true), "no memory for a file");
    const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose,
                      "it is cut off, damaged or not an HDF5 file");
    if (const auto format = format_of(file); format < 1 || format > newest_format) {
      throw Error(Exit::storage, path.string() + ": cannot be read: it has format " + std::to_string(format) +
                                     ", this program reads up to format " + std::to_string(newest_format) +
                                     "; use the version of Monge that wrote it or a newer one");
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
    group.attributes = hdf5::read_attributes(at, false);
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

  void add_dimension(hid_t dataset, const std::string& path, const std::string& name, Group& group) {
    const auto shape = shape_of(dataset, path);
    if (shape.size() != 1) throw Fault("dimension '" + path + "' is not one-dimensional");
    group.dimensions.push_back({name, static_cast<std::size_t>(shape.front())});
    dimensions_[place_of(dataset)] = group.dimensions.back();
  }

  void add_variable(hid_t dataset, bool is_scale, const std::string& path, const std::string& name,
                    Group& group) {
    if (is_scale && label_of(dataset).starts_with(hdf5::no_variable)) return;
    Variable variable;
    variable.name = name;
    const auto shape = shape_of(dataset, path);
    variable.dims = is_scale ? std::vector<std::string>{name} : dims_of(dataset, path, shape);
    variable.values = hdf5::read_array(dataset, path, shape, budget_);
    variable.attributes = hdf5::read_attributes(dataset, is_scale);
    group.variables.push_back(std::move(variable));
  }

  static std::string label_of(hid_t scale) {
    std::array<char, 80> label{};
    check(H5DSget_scale_name(scale, label.data(), label.size()), "a dimension has no name");
    return label.data();
  }

  std::vector<std::string> dims_of(hid_t dataset, const std::string& path, const hdf5::Shape& shape) const {
    const std::size_t rank = shape.size();
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
      if (found == dimensions_.end() || found->second.length != shape[dims.size()]) break;
      dims.push_back(found->second.name);
    }
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, lists.data());
    if (dims.size() != rank) throw Fault(fault);
    return dims;
  }

  Wanted wanted_;
  bool descend_;  // else only the root, and there only scalars
  hdf5::Budget budget_{0};
  std::set<hobj_ref_t> visited_;
  std::map<hobj_ref_t, Dimension> dimensions_;
};

Group read_with(Reader reader, const std::filesystem::path& path) {
  const hdf5::Silence silence;
  Wholeness how = Wholeness::unknown;
  try {
    how = wholeness(path);
    if (how == Wholeness::damaged) throw Fault("it is damaged: its checksum is not that of its bytes");
    return reader.read(path);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(Exit::storage, path.string() + ": cannot be read: " + error.code().message());
  } catch (const Fault& fault) {
    const std::string said = path.string() + ": cannot be read: " + fault.what();
    // Of a whole file it is the machine's fault: too little memory, a disk that did not answer.
    if (how == Wholeness::whole) throw Error(Exit::storage, said);
    throw Damaged(said);
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

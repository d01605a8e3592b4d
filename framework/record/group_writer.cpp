#include <algorithm>
#include <system_error>

#include "monge/error.h"
#include "record/access.h"
#include "record/array.h"
#include "record/attributes.h"
#include "record/checksum.h"
#include "record/group_check.h"
#include "record/group_file.h"
#include "record/memory_file.h"
#include "record/publish.h"

namespace monge::record {
namespace {

using hdf5::check;
using hdf5::Handle;
using hdf5::Shape;

std::size_t bytes_of(const Group& group) {
  std::size_t bytes = 0;
  for (const Variable& variable : group.variables) {
    bytes += std::visit(
        []<class T>(const std::vector<T>& values) {
          if constexpr (std::is_same_v<T, std::string>) {
            std::size_t texts = 0;
            for (const std::string& text : values) texts += text.size() + sizeof(hvl_t);
            return texts;
          } else {
            return values.size() * sizeof(T);
          }
        },
        variable.values);
  }
  for (const Group& below : group.groups) bytes += bytes_of(below);
  return bytes;
}

class Writer {
 public:
  explicit Writer(Compression compression) : compression_(compression) {}

  void write(hid_t at, const Group& group) {
    hdf5::write_attributes(at, group.attributes);
    const std::size_t outer = scales_.size();
    for (const Dimension& dimension : group.dimensions) write_scale(at, group, dimension);
    for (const Variable& variable : group.variables) {
      if (find_dimension(group, variable.name) == nullptr) write_variable(at, variable);
    }
    for (const Group& child : group.groups) {
      const Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "no memory for a group");
      hdf5::keep_links(creation);
      const Handle below(H5Gcreate2(at, child.name.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose,
                         "group '" + child.name + "' cannot be made");
      write(below, child);
    }
    while (scales_.size() > outer) scales_.pop_back();
  }

 private:
  struct Scale {
    std::string name;
    hsize_t length;
    Handle dataset;
  };

  /// The dimension's coordinate variable, or what stands for it in netCDF.
  void write_scale(hid_t at, const Group& group, const Dimension& dimension) {
    if (const Variable* coordinate = find_variable(group, dimension.name)) {
      Handle dataset = hdf5::write_array(at, *coordinate, {dimension.length}, compression_, /*fill=*/false);
      check(H5DSset_scale(dataset, dimension.name.c_str()),
            "dimension '" + dimension.name + "' cannot be made");
      hdf5::write_attributes(dataset, coordinate->attributes);
      scales_.push_back({dimension.name, dimension.length, std::move(dataset)});
      return;
    }
    scales_.push_back({dimension.name, dimension.length, hdf5::write_placeholder(at, dimension)});
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
    const Handle dataset = hdf5::write_array(at, variable, shape, compression_, /*fill=*/true);
    for (unsigned axis = 0; axis < scales.size(); ++axis) {
      check(H5DSattach_scale(dataset, scales[axis]->dataset, axis),
            "variable '" + variable.name + "' cannot be given its dimensions");
    }
    // After the scales: they cannot be attached to what already is of another CLASS.
    hdf5::write_attributes(dataset, variable.attributes);
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
    std::string bytes =
        hdf5::memory_file(bytes_of(group), [&](hid_t root) { Writer(compression).write(root, group); });
    bytes += checksum_line(bytes);
    return bytes;
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

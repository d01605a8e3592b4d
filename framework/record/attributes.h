// Attributes as HDF5 keeps them, at a file, a group or an array.
#pragma once

#include <optional>
#include <string>

#include "record/group.h"
#include "record/hdf5.h"

namespace monge::record::hdf5 {

/// `values` are of the `type` in memory, as many as `shape` says.
void write_attribute(hid_t object, const std::string& name, hid_t type, const void* values,
                     const Shape& shape);
void write_attributes(hid_t object, const Attributes& attributes);

/// Nothing where there is none of this name.
std::optional<Attribute> read_attribute(hid_t object, const std::string& name);
/// All without those that HDF5 and netCDF keep for themselves; `is_scale`: an array that is a dimension.
Attributes read_attributes(hid_t object, bool is_scale);

}  // namespace monge::record::hdf5

// An HDF5 file made in memory: HDF5 cannot close a file on a full disk, and would try again at exit. It costs
// its compressed size in memory, less than the Group that is there anyway.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "record/hdf5.h"

namespace monge::record::hdf5 {

/// Properties of a new file or group: what is in it keeps the order in which it was made.
void keep_order_of_links(hid_t creation);
/// The same of a file's, a group's or an array's attributes. Equal contents make equal bytes: no times.
void keep_order_of_attributes(hid_t creation);

/// The bytes of a file that `fill` fills, some `bytes` of them before compression.
std::string memory_file(std::size_t bytes, const std::function<void(hid_t root)>& fill);

}  // namespace monge::record::hdf5

// An HDF5 file made in memory: HDF5 cannot close a file on a full disk, and would try again at exit. It costs
// its compressed size in memory, less than the Group that is there anyway.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "record/hdf5.h"

namespace monge::record::hdf5 {

/// Properties of a new file or group: links lie in its header, which has a checksum, in the order in which
/// they were made. Elsewhere they have none, and HDF5 1.10 crashes where they are damaged.
void keep_links(hid_t creation);
/// The same of a file's, a group's or an array's attributes. Equal contents make equal bytes: no times.
void keep_attributes(hid_t creation);

/// The bytes of a file that `fill` fills, some `bytes` of them before compression.
std::string memory_file(std::size_t bytes, const std::function<void(hid_t root)>& fill);

}  // namespace monge::record::hdf5

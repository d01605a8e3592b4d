#include "record/memory_file.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace monge::record::hdf5 {
namespace {

constexpr unsigned most_in_header = 65535;
constexpr unsigned in_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

/// By how much a file in memory grows at a time: the core driver zeroes all of it, which for a small file
/// costs more than its contents, and a large one must not be moved too often.
std::size_t increment_for(std::size_t bytes) {
  return std::clamp(bytes / 8, std::size_t{64} << 10, std::size_t{4} << 20);
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
    if (!buffer_ || buffer_[8] != 2 || buffer_[9] != 8) throw Fault("HDF5 did not keep to its 1.8 format");
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

}  // namespace

void keep_links(hid_t creation) {
  check(H5Pset_link_creation_order(creation, in_order), "no order of links");
  check(H5Pset_link_phase_change(creation, most_in_header, most_in_header - 1), "no links in the header");
  keep_attributes(creation);
}

void keep_attributes(hid_t creation) {
  check(H5Pset_attr_creation_order(creation, in_order), "no order of attributes");
  check(H5Pset_attr_phase_change(creation, most_in_header, most_in_header - 1),
        "no attributes in the header");
  check(H5Pset_obj_track_times(creation, false), "no file without times");
}

std::string memory_file(std::size_t bytes, const std::function<void(hid_t root)>& fill) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "no memory for a file");
  check(H5Pset_fapl_core(access, increment_for(bytes), false), "no memory for a file");
  check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), "HDF5 lacks its 1.8 format");
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "no memory for a file");
  keep_links(creation);
  Memory memory;
  check(H5Pset_file_image_callbacks(access, &memory.callbacks()), "no memory for a file");
  {
    const Handle file(H5Fcreate("memory", H5F_ACC_TRUNC, creation, access), H5Fclose, "no memory for a file");
    fill(file);
    check(H5Fflush(file, H5F_SCOPE_GLOBAL), "no memory for a file");
  }
  return memory.bytes();
}

}  // namespace monge::record::hdf5

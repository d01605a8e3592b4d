#include "record/hdf5.h"

#include <algorithm>
#include <cstring>

namespace monge::record::hdf5 {

Handle space(const Shape& shape) {
  if (shape.empty()) return Handle(H5Screate(H5S_SCALAR), H5Sclose, "no memory for a shape");
  Shape most = shape;
  std::replace(most.begin(), most.end(), hsize_t{0}, H5S_UNLIMITED);  // netCDF reads length 0 as unlimited
  return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), most.data()), H5Sclose,
          "no memory for a shape"};
}

Handle string_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "no memory for a type");
  check(H5Tset_size(type, H5T_VARIABLE), "no memory for a type");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "no memory for a type");
  return type;
}

std::vector<std::string> read_texts(hid_t type, hid_t space, std::size_t count,
                                    const std::function<herr_t(hid_t memory, void* to)>& read) {
  std::vector<std::string> texts;
  if (H5Tis_variable_str(type) > 0) {
    const Handle memory = string_type();
    std::vector<char*> pointers(count, nullptr);
    const herr_t result = read(memory, static_cast<void*>(pointers.data()));
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

}  // namespace monge::record::hdf5

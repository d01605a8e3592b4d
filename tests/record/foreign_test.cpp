// Files that other programs could have made: read() refuses what record/ never writes.
#include <doctest/doctest.h>
#include <hdf5.h>
#include <hdf5_hl.h>

#include <functional>

#include "record/group_file.h"
#include "record/storage_error.h"
#include "scratch.h"

namespace foreign_test {

using namespace monge;

namespace {

/// The fault of read() on a file that `fill` filled through HDF5 itself.
std::string fault_of(const std::function<void(hid_t file)>& fill) {
  const test::Scratch scratch;
  const hid_t file = H5Fcreate((scratch / "x.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  fill(file);
  H5Fclose(file);
  const std::string text = test::storage_error([&] { record::read(scratch / "x.h5"); });
  CHECK(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL) == 0);
  const std::string begin = (scratch / "x.h5").string() + ": cannot be read: ";
  return text.starts_with(begin) ? text.substr(begin.size()) : text;
}

void make(hid_t file, const char* name, hid_t type, std::vector<hsize_t> shape,
          hid_t creation = H5P_DEFAULT) {
  const hid_t space = shape.empty() ? H5Screate(H5S_NULL)
                                    : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  H5Dclose(H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT));
  H5Sclose(space);
}

}  // namespace

TEST_CASE("foreign: links of every kind but the plain one are refused") {
  CHECK(fault_of([](hid_t file) { H5Lcreate_soft("/a", file, "soft", H5P_DEFAULT, H5P_DEFAULT); }) ==
        "'soft' is a link, which this program never writes");
  CHECK(fault_of([](hid_t file) {
          H5Lcreate_external("b.h5", "/", file, "out", H5P_DEFAULT, H5P_DEFAULT);
        }) == "'out' is a link, which this program never writes");
}

TEST_CASE("foreign: a group that contains itself is refused, not followed for ever") {
  CHECK(fault_of([](hid_t file) { H5Lcreate_hard(file, "/", file, "loop", H5P_DEFAULT, H5P_DEFAULT); }) ==
        "'loop/' is there under two names");
}

TEST_CASE("foreign: arrays outside of the file, without dimensions or without a shape are refused") {
  CHECK(fault_of([](hid_t file) { make(file, "bare", H5T_NATIVE_DOUBLE, {3}); }) ==
        "variable 'bare' lacks its dimensions");
  CHECK(fault_of([](hid_t file) {
          make(file, "null", H5T_NATIVE_DOUBLE, {});
        }).find("'null' has a shape this program never writes") == 0);
  CHECK(fault_of([](hid_t file) {
          const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
          H5Pset_external(creation, "/etc/passwd", 0, 8);
          const hid_t space = H5Screate(H5S_SCALAR);
          H5Dclose(H5Dcreate2(file, "out", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
          H5Sclose(space);
          H5Pclose(creation);
        }) == "variable 'out' lies outside of the file");
}

TEST_CASE("foreign: an array that is not as long as its dimension is refused") {
  CHECK(fault_of([](hid_t file) {
          make(file, "step", H5T_NATIVE_DOUBLE, {3});
          make(file, "short", H5T_NATIVE_DOUBLE, {2});
          const hid_t scale = H5Dopen2(file, "step", H5P_DEFAULT);
          const hid_t dataset = H5Dopen2(file, "short", H5P_DEFAULT);
          H5DSset_scale(scale, "step");
          H5DSattach_scale(dataset, scale, 0);
          H5Dclose(dataset);
          H5Dclose(scale);
        }) == "variable 'short' lacks its dimensions");
}

TEST_CASE("foreign: a small file that claims a terabyte is refused before memory is asked for") {
  CHECK(fault_of([](hid_t file) {
          make(file, "step", H5T_NATIVE_DOUBLE, {hsize_t{1} << 37});
          const hid_t dataset = H5Dopen2(file, "step", H5P_DEFAULT);
          const hid_t type = H5Tcopy(H5T_C_S1);
          H5Tset_size(type, 16);
          const hid_t space = H5Screate(H5S_SCALAR);
          const hid_t attribute = H5Acreate2(dataset, "CLASS", type, space, H5P_DEFAULT, H5P_DEFAULT);
          H5Awrite(attribute, type, "DIMENSION_SCALE");
          H5Aclose(attribute);
          H5Sclose(space);
          H5Tclose(type);
          H5Dclose(dataset);
        }) == "variable 'step' claims more values than fit");
}

TEST_CASE("foreign: types that crash other readers, or that nobody writes, are refused by name") {
  CHECK(fault_of([](hid_t file) {
          const hid_t space = H5Screate(H5S_SCALAR);
          H5Dclose(
              H5Dcreate2(file, "long", H5T_NATIVE_LDOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
          H5Sclose(space);
        }) == "variable 'long' is of a type this program never writes");
}

}  // namespace foreign_test

// Arrays of an HDF5 file as h5py and others write them, and every way a file can be wrong.
#include <hdf5.h>

#include "loading.h"
#include "scratch.h"

namespace hdf5_data_test {

using monge::Tensor;
using namespace monge::test;

namespace {

/// An HDF5 file that is being made.
class File {
 public:
  explicit File(const fs::path& path)
      : id_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {
    REQUIRE(id_ >= 0);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { H5Fclose(id_); }

  /// `stored` is the type in the file.
  void put(const std::string& name, const Tensor& values, hid_t stored) const {
    const auto packed = values.contiguous();
    const std::vector<hsize_t> sizes(packed.sizes().begin(), packed.sizes().end());
    const hid_t space = H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t data = H5Dcreate2(id_, name.c_str(), stored, space, links, H5P_DEFAULT, H5P_DEFAULT);
    REQUIRE(data >= 0);
    const hid_t type = packed.scalar_type() == at::kByte   ? H5T_NATIVE_UINT8
                       : packed.scalar_type() == at::kLong ? H5T_NATIVE_INT64
                                                           : H5T_NATIVE_FLOAT;
    REQUIRE(H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.const_data_ptr()) >= 0);
    H5Dclose(data);
    H5Pclose(links);
    H5Sclose(space);
  }

 private:
  hid_t id_;
};

struct Folder {
  Scratch scratch;
  fs::path path() const { return scratch / "data.h5"; }
  Json table(Json more = Json::object()) const {
    more["root"] = scratch.path().string();
    return more;
  }
};

}  // namespace

TEST_CASE("hdf5: images and labels of any whole type, arrays in groups, layouts") {
  const Folder folder;
  const auto bytes = at::arange(4 * 2 * 5 * 3, at::kByte).view({4, 2, 5, 3});
  {
    const File file(folder.path());
    file.put("train", bytes, H5T_STD_U8LE);
    file.put("test", bytes.narrow(0, 0, 2), H5T_STD_U8LE);
    file.put("label/of/train", at::tensor({3, 1, 0, 2}, at::kLong), H5T_STD_I16BE);
    file.put("label/of/test", at::tensor({0, 1}, at::kLong), H5T_STD_U8LE);
  }
  const auto samples =
      load("hdf5", folder.table({{"train_label", "label/of/train"}, {"test_label", "label/of/test"}}));
  CHECK(at::equal(samples.train, bytes.permute({0, 3, 1, 2})));
  CHECK(at::equal(samples.test, bytes.permute({0, 3, 1, 2}).narrow(0, 0, 2)));
  CHECK(at::equal(samples.train_label, at::tensor({3, 1, 0, 2}, at::kLong)));
  CHECK(at::equal(samples.test_label, at::tensor({0, 1}, at::kLong)));
  CHECK(at::equal(load("hdf5", folder.table({{"layout", "channels_first"}})).train, bytes));
}

TEST_CASE("hdf5: reals of any width become float32; without a test array a share is held out") {
  const Folder folder;
  const auto points = at::arange(800, at::kFloat).view({400, 2}) / 800;
  File(folder.path()).put("x", points, H5T_IEEE_F64BE);
  const auto samples =
      load("hdf5", folder.table({{"train", "x"}, {"test", ""}, {"range", "unit"}, {"test_share", 0.25}}));
  CHECK(samples.range == monge::Range::unit);
  CHECK(samples.train.size(0) + samples.test.size(0) == 400);
  CHECK(std::abs(static_cast<double>(samples.test.size(0)) - 100) < 26);
  CHECK(at::equal(std::get<0>(at::cat({samples.train, samples.test}).sort(0)), points));
}

TEST_CASE("hdf5: compressed chunks from h5py are read, and h5py's are what numpy has") {
  const char* python = std::getenv("MONGE_PYTHON");
  const Folder folder;
  const std::string script =
      "import h5py, numpy as n, sys; f = h5py.File(sys.argv[1], 'w'); x = n.arange(72, "
      "dtype='uint8').reshape(2, 3, 4, 3);"
      "f.create_dataset('train', data=x, compression='gzip', chunks=(1, 3, 4, 3)); f['test'] = x[::-1];"
      "f['half'] = x.astype('float16'); f.create_dataset('lzf', data=n.tile(x, (9, 1, 1, 1)), "
      "compression='lzf');"
      "f.create_dataset('empty', (4, 4), 'uint8'); f['text'] = 'none'; f['texts'] = ['a', 'b']; "
      "f.create_group('group')";
  if (python == nullptr ||
      std::system(
          (std::string(python) + " -c \"" + script + "\" '" + folder.path().string() + "'").c_str()) != 0) {
    MESSAGE("SKIPPED: no Python with h5py in MONGE_PYTHON");
    return;
  }
  const auto expected = at::arange(72, at::kByte).view({2, 3, 4, 3}).permute({0, 3, 1, 2});
  const auto samples = load("hdf5", folder.table());
  CHECK(at::equal(samples.train, expected));
  CHECK(at::equal(samples.test, expected.flip(0)));
  CHECK(at::equal(load("hdf5", folder.table({{"train", "half"}, {"test", "half"}})).train,
                  expected.to(at::kFloat)));
  CHECK_CONTAINS(refusal("hdf5", folder.table({{"train", "lzf"}})), "'lzf' that cannot be read");
  CHECK_CONTAINS(refusal("hdf5", folder.table({{"train", "empty"}})), "has nothing in its array 'empty'");
  CHECK_CONTAINS(refusal("hdf5", folder.table({{"train", "texts"}})),
                 "'texts' of neither whole nor real numbers");
  CHECK_CONTAINS(refusal("hdf5", folder.table({{"train", "text"}})), "of neither whole nor real numbers");
  CHECK_CONTAINS(refusal("hdf5", folder.table({{"train", "group"}})),
                 "has no array 'group', but something else");
}

TEST_CASE("hdf5: a missing, foreign or damaged file, and a missing array, are refused with what there is") {
  const Folder folder;
  CHECK_CONTAINS(refusal("hdf5", folder.table()), "no file 'data.h5' in " + folder.scratch.path().string());
  write(folder.path(), "no HDF5 file");
  CHECK_CONTAINS(refusal("hdf5", folder.table()), "is no HDF5 file, or damaged");
  fs::remove(folder.path());
  {
    const File file(folder.path());
    file.put("a", at::arange(6, at::kByte).view({3, 2}), H5T_STD_U8LE);
    file.put("b", at::arange(6, at::kByte), H5T_STD_U8LE);
    file.put("group/c", at::arange(6, at::kLong).view({3, 2}), H5T_STD_I64LE);
  }
  CHECK_CONTAINS(refusal("hdf5", folder.table()), "has no array 'train'; it has: a, b, group");
  CHECK_CONTAINS(refusal("hdf5", folder.table({{"train", "no/where"}})), "has no array 'no/where'");
  CHECK_CONTAINS(refusal("hdf5", folder.table({{"train", "b"}, {"test", "b"}})), "'b' has the shape [6]");
  CHECK_CONTAINS(refusal("hdf5", folder.table({{"train", "group/c"}, {"test", "a"}})),
                 "must be uint8 or float32");
  CHECK_CONTAINS(refusal("hdf5", folder.table({{"train", "a"}, {"test", "a"}, {"train_label", "a"}})),
                 "must have one dimension");
  const auto bytes = read_file(folder.path());
  for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 40) {  // nothing crashes
    write(folder.path(), bytes.substr(0, length));
    CHECK_FALSE(refusal("hdf5", folder.table({{"train", "a"}, {"test", "a"}})).empty());
  }
}

}  // namespace hdf5_data_test

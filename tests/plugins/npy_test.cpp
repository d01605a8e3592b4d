// Arrays of numpy's format: those that numpy writes, and every way a file can be wrong.
#include "loading.h"
#include "scratch.h"

namespace npy_test {

using monge::Tensor;
using namespace monge::test;

namespace {

std::string npy(const std::string& type, const std::string& shape, const std::string& data,
                const std::string& order = "False") {
  std::string header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header.resize(117, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + data;
}

std::string bytes_of(const Tensor& values) {
  const auto packed = values.contiguous();
  return {static_cast<const char*>(packed.const_data_ptr()), packed.nbytes()};
}

struct Arrays {
  Scratch folder;
  void put(const std::string& name, const std::string& bytes) const { write(folder / name, bytes); }
  Json table(Json more = Json::object()) const {
    more["root"] = folder.path().string();
    return more;
  }
  std::string refused(const std::string& bytes, const Json& more = Json::object()) const {
    put("train.npy", bytes);
    return refusal("npy", table(more));
  }
};

}  // namespace

TEST_CASE("npy: images of bytes, channels last or first, and grey ones without a channel") {
  const Arrays arrays;
  const auto bytes = at::arange(4 * 2 * 5 * 3, at::kByte).view({4, 2, 5, 3});
  arrays.put("train.npy", npy("|u1", "(4, 2, 5, 3)", bytes_of(bytes)));
  arrays.put("test.npy", npy("|u1", "(1, 2, 5, 3)", bytes_of(bytes[3])));
  const auto last = load("npy", arrays.table({{"test", "test.npy"}}));
  CHECK(at::equal(last.train, bytes.permute({0, 3, 1, 2})));
  CHECK(last.train.is_contiguous());
  CHECK(at::equal(last.test[0], bytes[3].permute({2, 0, 1})));
  CHECK(last.range == monge::Range::symmetric);
  const auto first =
      load("npy", arrays.table({{"test", "test.npy"}, {"layout", "channels_first"}, {"range", "unit"}}));
  CHECK(at::equal(first.train, bytes));
  CHECK(first.range == monge::Range::symmetric);  // bytes are
  arrays.put("train.npy", npy("|u1", "(8, 5, 3)", bytes_of(bytes)));
  arrays.put("test.npy", npy("|u1", "(1, 5, 3)", counting(15)));
  CHECK(at::equal(load("npy", arrays.table({{"test", "test.npy"}})).train, bytes.view({8, 1, 5, 3})));
}

TEST_CASE("npy: float points with labels; without a test file a share is held out, by row") {
  const Arrays arrays;
  const auto points = at::arange(600, at::kFloat).view({300, 2}) / 600;
  const auto labels = at::arange(300, at::kInt) % 7;
  arrays.put("train.npy", npy("<f4", "(300, 2)", bytes_of(points)));
  arrays.put("labels.npy", npy("<i4", "(300,)", bytes_of(labels)));
  const auto samples = load("npy", arrays.table({{"train_labels", "labels.npy"}, {"range", "unit"}}));
  CHECK(samples.range == monge::Range::unit);
  CHECK(samples.train.size(0) + samples.test.size(0) == 300);
  CHECK(std::abs(static_cast<double>(samples.test.size(0)) - 30) < 16);  // three standard deviations
  for (const auto& [part, label] :
       {std::pair{samples.train, samples.train_label}, {samples.test, samples.test_label}}) {
    const auto row = (part.select(1, 0) * 300).round().to(at::kLong);
    CHECK(at::equal(row % 7, label));
  }
}

TEST_CASE("npy: what numpy itself has saved is read") {
  const char* python = std::getenv("MONGE_PYTHON");
  const Arrays arrays;
  const std::string script =
      "import numpy as n; import sys; d = sys.argv[1] + '/'; x = n.arange(2 * 3 * 4 * 3, "
      "dtype='uint8').reshape(2, 3, 4, 3);"
      "n.save(d + 'train.npy', x); n.save(d + 'test.npy', x[::-1].copy()); n.save(d + 'l.npy', n.array([5, "
      "6]));"
      "n.save(d + 'double.npy', x.astype('float64')); n.save(d + 'fortran.npy', n.asfortranarray(x));"
      "n.lib.format.write_array(open(d + 'v3.npy', 'wb'), x, version=(3, 0))";
  if (python == nullptr ||
      std::system(
          (std::string(python) + " -c \"" + script + "\" '" + arrays.folder.path().string() + "'").c_str()) !=
          0) {
    MESSAGE("SKIPPED: no Python with numpy in MONGE_PYTHON");
    return;
  }
  const Json table =
      arrays.table({{"test", "test.npy"}, {"train_labels", "l.npy"}, {"test_labels", "l.npy"}});
  const auto samples = load("npy", table);
  const auto expected = at::arange(72, at::kByte).view({2, 3, 4, 3}).permute({0, 3, 1, 2});
  CHECK(at::equal(samples.train, expected));
  CHECK(at::equal(samples.test, expected.flip(0)));
  CHECK(at::equal(samples.test_label, at::tensor({5, 6}, at::kLong)));
  CHECK(at::equal(load("npy", arrays.table({{"train", "v3.npy"}, {"test", "test.npy"}})).train, expected));
  CHECK_CONTAINS(refusal("npy", arrays.table({{"train", "double.npy"}})), "values of type <f8");
  CHECK_CONTAINS(refusal("npy", arrays.table({{"train", "fortran.npy"}})), "numpy.ascontiguousarray");
}

TEST_CASE("npy: damaged files are refused, each with its fault") {
  const Arrays arrays;
  CHECK_CONTAINS(refusal("npy", arrays.table()), "no file 'train.npy' in " + arrays.folder.path().string());
  const auto good = npy("|u1", "(4, 6)", counting(24));
  CHECK_CONTAINS(arrays.refused(good.substr(0, good.size() - 1)), "cut short");
  CHECK_CONTAINS(arrays.refused(good.substr(0, 60)), "cut short");
  CHECK_CONTAINS(arrays.refused(good.substr(0, 9)), "cut short");
  CHECK_CONTAINS(arrays.refused(good + "x"), "longer than its header says");
  CHECK_CONTAINS(arrays.refused("PK" + good), "must begin with \\x93NUMPY");
  CHECK_CONTAINS(arrays.refused(""), "must begin with");
  CHECK_CONTAINS(arrays.refused(npy("|u1", "(99999999999999999999999, 6)", counting(24))), "cut short");
  CHECK_CONTAINS(arrays.refused(npy("|u1", "(100, 100, 100, 100)", counting(200))), "cut short");
  CHECK_CONTAINS(arrays.refused(npy("|u1", "4, 6", counting(24))), "its shape is no tuple");
  CHECK_CONTAINS(arrays.refused(npy("|u1", "(-4, -6)", counting(24))), "its shape is no tuple of sizes");
  CHECK_CONTAINS(arrays.refused(npy(">f4", "(3, 2)", counting(24))), "values of type >f4");
  CHECK_CONTAINS(arrays.refused(std::string("\x93NUMPY\x01\x00\x02\x00{}", 12)), "lacks 'descr'");
  for (std::size_t at = 0; at < 128; ++at) {  // nothing crashes
    auto bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 5);
    CHECK_FALSE(arrays.refused(bytes).empty());
  }
}

TEST_CASE("npy: arrays that are no samples, or do not belong together, are refused") {
  const Arrays arrays;
  CHECK_CONTAINS(arrays.refused(npy("|u1", "(24,)", counting(24))), "has the shape [24]; samples are");
  CHECK_CONTAINS(arrays.refused(npy("|u1", "(0, 3)", "")), "none of them 0");
  CHECK_CONTAINS(arrays.refused(npy("<i4", "(3, 2)", counting(24))), "must be uint8 or float32");
  const auto floats = npy("<f4", "(2, 2)", bytes_of(at::tensor({0.0F, 0.5F, -2.0F, 1.0F})));
  CHECK_CONTAINS(arrays.refused(floats, {{"range", "symmetric"}}), "from -2 to 1, allowed are -1 to 1");
  CHECK_CONTAINS(arrays.refused(floats, {{"range", "unit"}}), "allowed are 0 to 1");
  CHECK_CONTAINS(arrays.refused(npy("<f4", "(2, 1)", bytes_of(at::tensor({0.0F, NAN})))),
                 "allowed are finite ones");
  CHECK_CONTAINS(arrays.refused(npy("<f4", "(2, 1)", bytes_of(at::tensor({0.0F, INFINITY})))), "finite");
  arrays.put("test.npy", npy("|u1", "(2, 5)", counting(10)));
  const auto good = npy("|u1", "(4, 6)", counting(24));
  CHECK_CONTAINS(arrays.refused(good, {{"test", "test.npy"}}), "is uint8 [2, 5], but ");
  arrays.put("test.npy", npy("<f4", "(1, 6)", counting(24)));
  CHECK_CONTAINS(arrays.refused(good, {{"test", "test.npy"}}), "is float32 [1, 6], but ");
  arrays.put("test.npy", npy("|u1", "(2, 6)", counting(12)));
  arrays.put("labels.npy", npy("|u1", "(3,)", counting(3)));
  CHECK_CONTAINS(arrays.refused(good, {{"train_labels", "labels.npy"}}), "has 3 labels for 4 samples");
  arrays.put("labels.npy", npy("|u1", "(4,)", counting(4)));
  CHECK_CONTAINS(arrays.refused(good, {{"train_labels", "labels.npy"}, {"test", "test.npy"}}), "only one of");
  arrays.put("labels.npy", npy("<i4", "(4,)", bytes_of(at::tensor({0, 1, -1, 2}, at::kInt))));
  CHECK_CONTAINS(arrays.refused(good, {{"train_labels", "labels.npy"}}), "has a label -1, allowed are 0 to");
  arrays.put("labels.npy", npy("<f4", "(4,)", counting(16)));
  CHECK_CONTAINS(arrays.refused(good, {{"train_labels", "labels.npy"}}), "whole numbers, as labels");
  CHECK_CONTAINS(arrays.refused(good, {{"test_share", 0}}), "4 samples to train on and 0 to test on");
}

}  // namespace npy_test

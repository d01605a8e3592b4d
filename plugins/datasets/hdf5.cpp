// Samples of one's own in arrays of an HDF5 file.
#include <utility>

#include "arrays.h"
#include "hdf5_reader.h"
#include "root.h"

namespace {

using monge::plugins::Array;
using monge::plugins::Hdf5Reader;

struct Hdf5 final : monge::Dataset, monge::plugins::ArraySet {
  std::string root, file = "data.h5", train = "train", test = "test", train_label, test_label;

  static void describe(monge::Describe<Hdf5>& d) {
    d.doc(
        "Arrays of an HDF5 file, uint8 or float: [N, D], [N, H, W] or, by layout, [N, H, W, C] or [N, C, H, "
        "W]; test: its "
        "own array or a share of train");
    d.paper("The HDF Group, HDF5 File Format Specification, version 3.0");
    d.param("root", &Hdf5::root, monge::plugins::kRootDoc);
    d.param("file", &Hdf5::file, "the HDF5 file in root");
    d.param("train", &Hdf5::train, "array to train on; one in a group is named group/array");
    d.param("test", &Hdf5::test, "array held out for evaluation; empty: test_share of train");
    d.param("train_label", &Hdf5::train_label, "array with a whole number for each sample; empty: no labels");
    d.param("test_label", &Hdf5::test_label, "array with a whole number for each sample; empty: no labels");
    describe_arrays(d);
  }

  Samples load(const Source& source) const override {
    const auto path = source.find(root, {file});
    const Hdf5Reader reader(path);
    const auto read = [&](const std::string& name) -> Array {
      if (name.empty()) return {};
      return {reader.read(name), path.string() + ": '" + name + "'"};
    };
    auto points = read(train), held_out = read(test);  // one after the other: the first fault is the one said
    const auto label = read(train_label), held_out_label = read(test_label);
    return samples_of(std::move(points), std::move(held_out), label, held_out_label);
  }
};

}  // namespace

MONGE_PLUGIN(Hdf5)

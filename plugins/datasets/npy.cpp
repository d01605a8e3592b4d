// Samples of one's own in arrays of numpy's format, as numpy.save writes them.
#include <utility>

#include "arrays.h"
#include "npy_reader.h"
#include "root.h"

namespace {

using monge::plugins::Array;

struct Npy final : monge::Dataset, monge::plugins::ArraySet {
  std::string root, train = "train.npy", test, train_labels, test_labels;

  static void describe(monge::Describe<Npy>& d) {
    d.doc(
        "Arrays of numpy's format, uint8 or float32: [N, D], [N, H, W] or, by layout, [N, H, W, C] or [N, C, "
        "H, W]; test: "
        "its own file or a share of train");
    d.paper("numpy.lib.format, NumPy Enhancement Proposal 1 (2007)");
    d.param("root", &Npy::root, monge::plugins::kRootDoc);
    d.param("train", &Npy::train, "file in root to train on");
    d.param("test", &Npy::test, "file in root, held out for evaluation; empty: test_share of train");
    d.param("train_labels", &Npy::train_labels,
            "file in root with a whole number for each sample; empty: no labels");
    d.param("test_labels", &Npy::test_labels,
            "file in root with a whole number for each sample; empty: no labels");
    describe_arrays(d);
  }

  Samples load(const Source& source) const override {
    auto points = read(source, train), held_out = read(source, test);  // one after the other
    const auto label = read(source, train_labels), held_out_label = read(source, test_labels);
    return samples_of(std::move(points), std::move(held_out), label, held_out_label);
  }

 private:
  Array read(const Source& source, const std::string& name) const {
    if (name.empty()) return {};
    const auto path = source.find(root, {name});
    return {monge::plugins::NpyReader::read(path), path.string()};
  }
};

}  // namespace

MONGE_PLUGIN(Npy)

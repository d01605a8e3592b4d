// Samples that come as arrays, whatever file they are in: what they may be, and which are held out.
#pragma once

#include <monge/dataset.h>

#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "held_out.h"
#include "labels.h"

namespace monge::plugins {

/// An array, and where it is from.
struct Array {
  Tensor values;
  std::string place;
};

/// The parameters of a data set of arrays. A plugin derives from it.
struct ArraySet {
  enum class Layout { channels_last, channels_first };
  Layout layout = Layout::channels_last;
  Range range = Range::unbounded;
  double test_share = 0.1;

  template <class T>
  static void describe_arrays(Describe<T>& d) {
    d.param("layout", &T::layout, "of arrays with four dimensions: [N, H, W, C] or [N, C, H, W]")
        .choices({{"channels_last", Layout::channels_last}, {"channels_first", Layout::channels_first}});
    d.param("range", &T::range, "of float samples: [-1, 1], [0, 1] or any; bytes are mapped to [-1, 1]")
        .choices({{"unbounded", Range::unbounded}, {"symmetric", Range::symmetric}, {"unit", Range::unit}});
    d.param("test_share", &T::test_share,
            "where no test array is given: share that is held out, chosen by a hash of the row's number")
        .range(0, 1);
  }

  /// The labels and `test` may be undefined.
  Samples samples_of(Array train, Array test, const Array& train_label, const Array& test_label) const {
    arrange(train);
    Samples samples;
    samples.range = train.values.scalar_type() == at::kByte ? Range::symmetric : range;
    samples.train = train.values;
    samples.train_label = labels_of(train_label, train);
    if (!test.values.defined()) {
      hold_out(samples, train.place);
      return samples;
    }
    arrange(test);
    if (test.values.sizes().slice(1) != train.values.sizes().slice(1) ||
        test.values.scalar_type() != train.values.scalar_type()) {
      throw Error(Exit::storage, test.place + " is " + form_of(test.values) + ", but " + train.place +
                                     " is " + form_of(train.values) +
                                     "; only the number of samples may differ");
    }
    samples.test = test.values;
    samples.test_label = labels_of(test_label, test);
    if (samples.train_label.defined() != samples.test_label.defined()) {
      throw Error(Exit::experiment, "labels are given for only one of " + train.place + " and " + test.place);
    }
    return samples;
  }

 private:
  static std::string form_of(const Tensor& values) {
    std::ostringstream text;
    text << (values.scalar_type() == at::kByte ? "uint8 " : "float32 ") << values.sizes();
    return text.str();
  }

  /// To [N, D] or [N, C, H, W].
  void arrange(Array& array) const {
    auto& values = array.values;
    if (values.scalar_type() != at::kByte && values.scalar_type() != at::kFloat) {
      throw Error(Exit::storage,
                  array.place + " has samples of whole numbers; they must be uint8 or float32");
    }
    if (values.dim() < 2 || values.dim() > 4 || values.numel() == 0) {
      std::ostringstream text;
      text << array.place << " has the shape " << values.sizes()
           << "; samples are [N, D], [N, H, W] or four dimensions, none of them 0";
      throw Error(Exit::storage, text.str());
    }
    if (values.dim() == 3)
      values = values.unsqueeze(1);
    else if (values.dim() == 4 && layout == Layout::channels_last)
      values = values.permute({0, 3, 1, 2}).contiguous();
    if (values.scalar_type() == at::kFloat) check_range(array);
  }

  void check_range(const Array& array) const {
    const double least = array.values.min().item<double>(), most = array.values.max().item<double>();
    constexpr double any = std::numeric_limits<double>::max();
    const double high = range == Range::unbounded ? any : 1;
    const double low = range == Range::unit ? 0 : -high;
    if (least >= low && most <= high) return;  // also false when a value is no number
    std::ostringstream text;
    text << array.place << " has values from " << least << " to " << most << ", allowed are ";
    if (range == Range::unbounded)
      text << "finite ones; mend the file";
    else
      text << low << " to " << high << "; correct the parameter 'range'";
    throw Error(Exit::storage, text.str());
  }

  static Tensor labels_of(const Array& label, const Array& samples) {
    if (!label.values.defined()) return {};
    if (label.values.dim() != 1 || at::isFloatingType(label.values.scalar_type())) {
      throw Error(Exit::storage, label.place + " must have one dimension and whole numbers, as labels");
    }
    auto labels = label.values.to(at::kLong);
    check_labels(labels, label.place, samples.values, samples.place, 1'000'000);
    return labels;
  }

  void hold_out(Samples& samples, const std::string& place) const {
    std::vector<std::int64_t> train, test;
    for (std::int64_t i = 0; i < samples.train.size(0); ++i) {
      (is_held_out(std::to_string(i), test_share) ? test : train).push_back(i);
    }
    if (train.empty() || test.empty()) {
      throw Error(Exit::experiment, place + ": test_share = " + std::to_string(test_share) + " leaves " +
                                        std::to_string(train.size()) + " samples to train on and " +
                                        std::to_string(test.size()) + " to test on; both need some");
    }
    const auto kept = at::tensor(train, at::kLong), held = at::tensor(test, at::kLong);
    samples.test = samples.train.index_select(0, held);
    samples.train = samples.train.index_select(0, kept);
    if (!samples.train_label.defined()) return;
    samples.test_label = samples.train_label.index_select(0, held);
    samples.train_label = samples.train_label.index_select(0, kept);
  }
};

}  // namespace monge::plugins

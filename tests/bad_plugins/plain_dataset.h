// What the bad data sets have in common: four labelled clouds in the plane, of which each spoils something.
#pragma once

#include <monge/dataset.h>

namespace monge::bad {

struct PlainDataset : Dataset {
  Samples load(const Source& source) const override {
    const auto centres = at::tensor({-1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0}, at::kFloat).view({4, 2});
    const auto points = [&](const Tensor& label) {
      const auto noise = source.draw.normal({label.size(0), 2}).to(at::kCPU, at::kFloat);
      return centres.index_select(0, label) + 0.05 * noise;
    };
    Samples samples;
    samples.train_label = source.draw.index({1000}, 4).to(at::kCPU);
    samples.test_label = source.draw.index({200}, 4).to(at::kCPU);
    samples.train = points(samples.train_label);
    samples.test = points(samples.test_label);
    samples.range = Range::unbounded;
    samples.modes = centres;
    samples.mode_sigma = 0.05;
    return samples;
  }
};

}  // namespace monge::bad

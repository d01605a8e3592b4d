// Samples to learn from. Loaded once a worker and kept on its device.
#pragma once

#include <monge/draw.h>
#include <monge/error.h>
#include <monge/plugin.h>
#include <monge/real.h>

#include <filesystem>
#include <string>
#include <vector>

namespace monge {

/// uint8 samples are 0..255 and the host maps them to [-1, 1]; floating ones are used as they are.
struct Samples {
  Tensor train, test;  // [N, C, H, W] or [N, D], uint8 or float32; `test` is held out, for evaluation
  Tensor train_label, test_label;  // [N] int64, undefined when the data has none
  Range range = Range::symmetric;
  Tensor modes;           // [M, D] known centres of the distribution, or undefined
  double mode_sigma = 0;  // standard deviation around each
  // A fixed generator in a network's place: its samples, shaped and typed as the real ones. Then the critic
  // alone is trained, and what it should find may be known. Undefined without one.
  Tensor fake, fake_test;
  Tensor fake_test_slope;  // [N, ...] slope of the optimal critic at each of `fake_test`, where it is known
};

/// Where data may lie, and random numbers for data that is made.
struct Source {
  std::vector<std::filesystem::path> folders;  // MONGE_DATA and the system's, in order of search
  Draw& draw;

  /// The first of `names` found in `root` (a plugin's parameter, searched alone when given) or in `folders`.
  std::filesystem::path find(const std::string& root, const std::vector<std::string>& names) const {
    auto places = root.empty() ? folders : std::vector<std::filesystem::path>{root};
    std::string looked;
    for (const auto& place : places) {
      for (const auto& name : names) {
        if (std::filesystem::is_regular_file(place / name)) return place / name;
      }
      looked += (looked.empty() ? "" : ", ") + std::filesystem::absolute(place).lexically_normal().string();
    }
    throw Error(Exit::experiment,
                "no file '" + names.front() + "' in " + looked +
                    (root.empty() ? "; set the parameter 'root' or the environment variable MONGE_DATA"
                                  : ", which is what the parameter 'root' says"));
  }
};

struct Dataset {
  using Interface = Dataset;
  using Tensor = monge::Tensor;
  using Real = monge::Real;
  using Samples = monge::Samples;
  using Source = monge::Source;
  static constexpr const char* kKind = "dataset";

  virtual ~Dataset() = default;
  virtual Samples load(const Source&) const = 0;
};

}  // namespace monge

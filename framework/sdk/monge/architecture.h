// A pair of networks for a problem, as lists of layers.
#pragma once

#include <monge/error.h>
#include <monge/layers.h>
#include <monge/plugin.h>
#include <monge/real.h>

namespace monge {

/// What the networks are for.
struct Problem {
  Shape sample;              // one sample's shape, [C, H, W] or [D]
  std::int64_t latent = 0;   // length of the generator's input z ~ N(0, I), [N, latent]
  std::int64_t classes = 0;  // of the data's labels, 0 when it has none
  Range range = Range::symmetric;
};

struct Architecture {
  using Interface = Architecture;
  using Problem = monge::Problem;
  using Layers = monge::Layers;
  static constexpr const char* kKind = "architecture";

  virtual ~Architecture() = default;
  virtual Layers generator(const Problem&) const = 0;  // [N, latent] -> [N, sample...]
  virtual Layers critic(const Problem&) const = 0;     // [N, sample...] -> [N, 1]
};

}  // namespace monge

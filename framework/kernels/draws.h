// Draws of K runs at once, with nothing of them on the host: seeds and counters are tensors, so that a
// captured graph draws anew when its counters have advanced.
#pragma once

#include <monge/tensor.h>

#include <optional>

#include "train/draws.h"

namespace monge::kernels {

struct Streams;

/// Row k has the numbers of train::Draws(seeds[k], purpose, counters[k], options, stream). Uniforms and
/// indices are equal bit for bit on every device; normals differ by how a logarithm, a sine and a cosine are
/// rounded, a few units in the last place.
class Draws {
 public:
  /// `seeds` and `counters`: int64 [K]; the draws are made where they lie, in the precision of `options`.
  /// `block`: the first block of four words that is used.
  Draws(Tensor seeds, Tensor counters, train::Purpose purpose, at::TensorOptions options,
        std::uint32_t stream = 0, std::uint32_t block = 0);

  /// The draws of so many counters in a row, from the given ones on, by one kernel.
  Draws& in_a_row(std::int64_t counters);

  // [K, shape], in a row [K, counters, shape]:
  Tensor uniform(at::IntArrayRef shape);
  Tensor normal(at::IntArrayRef shape);
  Tensor index(at::IntArrayRef shape, std::int64_t n);  // int64

 private:
  Tensor empty(at::IntArrayRef shape, at::TensorOptions options) const;
  std::int64_t streams() const;
  Streams take(std::uint32_t words);  // the next of each run

  Tensor seeds_, counters_;
  train::Purpose purpose_;
  at::TensorOptions options_;
  std::uint32_t stream_, block_;
  std::optional<std::uint32_t> row_;
};

}  // namespace monge::kernels

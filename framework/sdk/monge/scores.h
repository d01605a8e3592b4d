// What a loss sees of one batch of B samples of one run.
#pragma once

#include <monge/tensor.h>

namespace monge {

/// The host finds out which fields a loss reads: in the generator's turn the real ones are undefined when it
/// reads none of them.
struct Scores {
  Tensor real, fake;      // the critic's scores [B]: logits, no sigmoid
  Tensor real_x, fake_x;  // the samples [B, C, H, W] or [B, D], in the data's Range
  /// Classes [B] int64; undefined when no network is conditional. In the critic's turn fake n has the class
  /// of real n.
  Tensor label, fake_label;
};

}  // namespace monge

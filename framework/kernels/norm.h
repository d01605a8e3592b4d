// Batch norm of K runs at once, of numbers [K, batches, rows, width] that lie together: each batch of a run
// by itself, column by column.
#pragma once

#include <monge/tensor.h>

#include "kernels/activation_job.h"

namespace monge::kernels {

/// What a norm is of and with: gain and shift [K, width], gain undefined for 1; rows of parameters and
/// averages may be apart.
struct Norm {
  Tensor x, gain, shift;
};

/// The activation of the norm, which lies as x. The running averages [K, width] move towards the batches'.
/// `stats` [K batches, 3, width] becomes what `normalise_back` has to know. Float or double, all on one
/// device; like the other, throws c10::Error where sizes, types or devices do not fit.
Tensor normalise(const Norm& norm, Activation activation, const Tensor& mean, const Tensor& variance,
                 Tensor& stats);

/// The signal, which lies as x, at the norm's output becomes that at its input; the parameters' gradients
/// [K, width], contiguous, become what they are (gain's undefined: not wanted).
void normalise_back(const Tensor& x, const Tensor& stats, const Tensor& signal, const Tensor& gain_gradient,
                    const Tensor& shift_gradient);

}  // namespace monge::kernels

// Activations of K runs' layers: each number is read and written once.
#pragma once

#include <monge/tensor.h>

#include "kernels/activation_job.h"

namespace monge::kernels {

/// x [K, ..., width], contiguous, becomes activation(x + bias); bias [K, width] may be undefined, and its
/// rows lie anywhere.
void activate(const Tensor& x, const Tensor& bias, Activation activation);
/// The same into `out` [K, U, ...], as many numbers: each batch lies together, but they may lie apart.
void activate(const Tensor& x, const Tensor& bias, Activation activation, const Tensor& out);

/// signal [K, ...] is multiplied by the activation's derivative where it gave `activated`; both dense and
/// laid out alike.
void deactivate(const Tensor& signal, const Tensor& activated, Activation activation);

}  // namespace monge::kernels

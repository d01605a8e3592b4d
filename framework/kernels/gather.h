// Batches of K runs at once.
#pragma once

#include <monge/tensor.h>

namespace monge::kernels {

/// data [N, ...], uint8 or float, and index [K, B], int64 in [0, N) -> [K, B, ...] as train::normalised gives
/// them, in the precision `type`. On a GPU nobody looks whether an index is in range: they are those of
/// Draws::index.
Tensor gather(const Tensor& data, const Tensor& index, at::ScalarType type);

/// The same of U batches, index [K, U, B], into `out` [K, U, B, ...], whose batches may lie apart.
void gather(const Tensor& data, const Tensor& index, const Tensor& out);

}  // namespace monge::kernels

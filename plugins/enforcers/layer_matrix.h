// A weight as the matrix that papers on Lipschitz layers speak of.
#pragma once

#include <monge/enforcer.h>

namespace {

/// Whether `w` is a layer's matrix or kernel; biases, gains and shifts are no business of a norm's.
inline bool is_matrix(const at::Tensor& w, const monge::Role& role) {
  return role.part == monge::Role::Part::weight && w.dim() >= 2;
}

/// [out, in] as it is; a kernel [out, in, k, k] as [out, in k k]; a transposed one, [in, out, k, k], likewise
/// by its outputs; an embedding as [classes, features].
inline at::Tensor as_matrix(const at::Tensor& w, const monge::Role& role) {
  return (role.layer == "conv_transpose" ? w.transpose(0, 1) : w).flatten(1);
}

/// The inverse of `as_matrix`.
inline at::Tensor from_matrix(const at::Tensor& matrix, const at::Tensor& like, const monge::Role& role) {
  if (role.layer != "conv_transpose") return matrix.view_as(like);
  return matrix.view(like.transpose(0, 1).sizes()).transpose(0, 1);
}

}  // namespace

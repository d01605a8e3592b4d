// Sums over the rows of K runs' matrices: gradients of biases, and of weights between few numbers and many.
#pragma once

#include <monge/tensor.h>

namespace monge::kernels {

constexpr std::int64_t kMostThin = 8;  // columns

/// Floats. x [K, R, C], numbers of a row together, and `thin` [K, R, T] with strides as they are, T <=
/// kMostThin, or undefined. Results are written where they are defined; columns may be apart, as [A, B] with
/// A B = C.
struct Columns {
  Tensor x, thin = {};
  Tensor products = {};   // [K, T, A, B]: the sum over rows of thin x
  Tensor sums = {};       // [K, A, B]: of x
  Tensor thin_sums = {};  // [K, T]: of thin
};

/// Adds the sums to the results; `fresh`: they become the sums. Of each run the same bits in any company.
/// Throws c10::Error where sizes, types or devices do not fit.
void add_columns(const Columns& columns, bool fresh);

}  // namespace monge::kernels

// Products as jobs: what becomes of the result, how memory is read, the launch.
#pragma once

#include "kernels/product.h"

namespace monge::kernels {

/// c, of which the caller sets the strides within a run.
Output finished(const Finish& finish, const Tensor& c);
/// Read and written by fours where that may be.
Product widened(Product job);
/// By the kernel that should be fastest, or on a CPU by its twin.
void launch(const Product& job, const Tensor& c);

}  // namespace monge::kernels

// Numbers that a player minimises.
#pragma once

#include <monge/tensor.h>

#include <string>
#include <vector>

namespace monge::conform {

/// "" for one finite number, otherwise what it is: "critic() gives [5], not one number".
std::string not_a_cost(const Tensor& cost, const std::string& name);

/// d cost / d inputs, zeros where it does not depend on one; may be asked again.
std::vector<Tensor> gradients(const Tensor& cost, const std::vector<Tensor>& inputs);

bool finite(const Tensor& tensor);

}  // namespace monge::conform

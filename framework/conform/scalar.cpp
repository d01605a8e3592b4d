#include "conform/scalar.h"

#include <torch/autograd.h>

#include "train/enforcing.h"

namespace monge::conform {

std::string not_a_cost(const Tensor& cost, const std::string& name) {
  if (auto fault = train::not_one_number(cost, name); !fault.empty()) return fault;
  if (!cost.is_floating_point()) return name + "() gives no floating-point number";
  return finite(cost) ? "" : name + "() gives " + std::to_string(cost.item<double>());
}

std::vector<Tensor> gradients(const Tensor& cost, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> found(inputs.size());
  if (cost.requires_grad()) {
    found = torch::autograd::grad({cost}, inputs, {}, /*retain_graph=*/true, false, /*allow_unused=*/true);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!found[i].defined()) found[i] = at::zeros_like(inputs[i]);
  }
  return found;
}

bool finite(const Tensor& tensor) { return at::isfinite(tensor).all().item<bool>(); }

}  // namespace monge::conform

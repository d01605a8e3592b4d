// A weight map whose derivative has none
#include <torch/csrc/autograd/custom_function.h>

#include "plain_penalty.h"

namespace {

// sin, whose backward is computed on numbers cut off from the graph.
struct Sine : torch::autograd::Function<Sine> {
  using Tensors = torch::autograd::variable_list;
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& w) {
    context->save_for_backward({w});
    return w.sin();
  }
  static Tensors backward(torch::autograd::AutogradContext* context, const Tensors& gradient) {
    return {gradient[0] * context->get_saved_variables()[0].detach().cos()};
  }
};

struct OnceDifferentiable final : monge::Enforcer {
  static void describe(monge::Describe<OnceDifferentiable>& d) {
    d.doc("A weight map whose derivative has none");
    d.paper("None: a defect made on purpose");
  }
  Tensor weight(const Tensor& w, const Role&, State&) const override { return Sine::apply(w); }
};

}  // namespace

MONGE_PLUGIN(OnceDifferentiable)

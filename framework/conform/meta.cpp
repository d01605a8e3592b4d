#include <torch/library.h>

#include "conform/function.h"

namespace monge::conform {
namespace {

// LibTorch has this one in Python only; a plugin may use relu all the same.
void complete_meta() {
  static const torch::Library library = [] {
    torch::Library meta(torch::Library::IMPL, "aten", c10::DispatchKey::Meta, __FILE__, __LINE__);
    meta.impl("relu", [](const Tensor& x) { return at::empty_like(x); });
    return meta;
  }();
}

}  // namespace

std::string reads_no_values(const Functions& functions) {
  complete_meta();
  for (const auto& function : functions) {
    Tensors inputs = function.inputs(1);
    for (auto& input : inputs) {
      if (input.defined()) input = input.to(at::kMeta);
    }
    auto draw = draws(1, at::TensorOptions(at::kMeta).dtype(at::kDouble));
    try {
      function.call(inputs, draw);
    } catch (const c10::Error& error) {
      return function.name + "() reads a tensor's values on the host: " + error.what_without_backtrace();
    }
  }
  return "";
}

}  // namespace monge::conform

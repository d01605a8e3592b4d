#include <torch/library.h>

#include <algorithm>
#include <string_view>

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

// Some operators have their kernel without values in Python only: nothing is known then, and `packs` finds
// readers, too. Those named here have none because they read.
bool lacks_kernel(std::string_view text) {
  const auto has = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  constexpr std::string_view kReaders[] = {"_local_scalar_dense", "nonzero", "masked_select", "unique",
                                           "aten::equal"};
  if (has("convolution_overrideable")) return true;
  return has("no fake impl") && std::none_of(std::begin(kReaders), std::end(kReaders), has);
}

// Then it is no reading that fails, and other checks say what does.
bool fails_with_values(const Function& function) {
  try {
    function(1);
  } catch (const std::exception&) {
    return true;
  }
  return false;
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
      if (lacks_kernel(error.what_without_backtrace()) || fails_with_values(function)) continue;
      const std::string words = error.what_without_backtrace();
      if (words.find("same device") != std::string::npos)
        return function.name +
               "() makes a tensor on a device of its own, not on its arguments' "
               "(zeros_like(x), or x.options()): " +
               words;
      return function.name + "() reads a tensor's values on the host: " + words;
    }
  }
  return "";
}

}  // namespace monge::conform

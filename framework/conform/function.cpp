#include "conform/function.h"

#include <ATen/CPUGeneratorImpl.h>

namespace monge::conform {
namespace {

Tensors copies(const Tensors& tensors) {
  Tensors result;
  for (const auto& tensor : tensors) result.push_back(tensor.defined() ? tensor.clone() : tensor);
  return result;
}

}  // namespace

train::Draws draws(std::uint64_t seed, at::TensorOptions options) {
  return {seed, train::Purpose::probe, 0, options};
}

Tensors Function::operator()(std::uint64_t seed) const {
  auto draw = draws(seed);
  return call(inputs(seed), draw);
}

bool same(const Tensors& a, const Tensors& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].defined() != b[i].defined()) return false;
    if (!a[i].defined()) continue;
    if (a[i].sizes() != b[i].sizes() || a[i].scalar_type() != b[i].scalar_type()) return false;
    if (!at::allclose(a[i], b[i], 0, 0, /*equal_nan=*/true)) return false;
  }
  return true;
}

std::string repeats(const Functions& functions) {
  std::vector<Tensors> first;
  for (const auto& function : functions) first.push_back(function(1));
  for (std::uint64_t between = 2; between < 5; ++between) {
    for (const auto& function : functions) function(between);
    for (std::size_t i = 0; i < functions.size(); ++i) {
      if (!same(functions[i](1), first[i])) {
        return functions[i].name + "() gives another answer when it is asked again with equal inputs";
      }
    }
  }
  return "";
}

std::string stands_alone(const Functions& functions, const Functions& others) {
  std::vector<Tensors> alone;
  for (const auto& function : functions) alone.push_back(function(1));
  for (const auto& other : others) {
    try {
      other(1);
    } catch (const std::exception&) {  // its parameters may not suit: it is not the one examined
    }
  }
  for (std::size_t i = 0; i < functions.size(); ++i) {
    if (!same(functions[i](1), alone[i])) {
      return functions[i].name + "() changes when another one with other parameters is made";
    }
  }
  return "";
}

std::string keeps_inputs(const Functions& functions) {
  for (const auto& function : functions) {
    const Tensors inputs = function.inputs(1), before = copies(inputs);
    auto draw = draws(1);
    function.call(inputs, draw);
    if (!same(inputs, before)) return function.name + "() changes the tensors that it is handed";
  }
  return "";
}

std::string draws_from_the_host(const Functions& functions) {
  const auto state = [] { return at::detail::getDefaultCPUGenerator().get_state(); };
  for (const auto& function : functions) {
    const Tensor before = state();
    function(1);
    if (!at::equal(state(), before)) {
      return function.name + "() takes random numbers from LibTorch's generator; use Draw's";
    }
  }
  return "";
}

std::string takes_reals(const Functions& functions, const Functions& varied) {
  for (std::size_t i = 0; i < functions.size(); ++i) {
    const std::string name = functions[i].name + "() ";
    const Tensors plain = functions[i](1);  // what it throws here has another cause
    try {
      if (!same(varied[i](1), plain))
        return name +
               "gives other numbers where a Real is one value a run, as in a pack whose runs differ in it";
    } catch (const std::logic_error& error) {
      return name + "reads a Real as a number: " + error.what() + "; compute with the Real itself";
    }
  }
  return "";
}

}  // namespace monge::conform

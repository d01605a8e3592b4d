// A plugin's function as the checks see it: tensors in, tensors out. What holds for the functions of all
// kinds is checked here, once.
#pragma once

#include <monge/draw.h>

#include <functional>
#include <string>
#include <vector>

#include "train/draws.h"

namespace monge::conform {

using Tensors = std::vector<Tensor>;

struct Function {
  std::string name;                                   // "critic", "penalty", ...
  std::function<Tensors(std::uint64_t seed)> inputs;  // undefined ones stay so
  std::function<Tensors(const Tensors&, Draw&)> call;

  Tensors operator()(std::uint64_t seed) const;  // on its own inputs
};

using Functions = std::vector<Function>;

train::Draws draws(std::uint64_t seed, at::TensorOptions options = at::kDouble);

/// Same shapes, same bits; not a number equals itself.
bool same(const Tensors& a, const Tensors& b);

// Each returns the fault as a clause, "" where there is none.

/// Equal inputs give equal bits, whatever was asked before.
std::string repeats(const Functions& functions);
/// `others`, another object's with other parameters, change nothing in these.
std::string stands_alone(const Functions& functions, const Functions& others);
/// The tensors that it is handed hold what they held.
std::string keeps_inputs(const Functions& functions);
/// LibTorch's global generator is where it was.
std::string draws_from_the_host(const Functions& functions);
/// It runs on tensors that have shapes but no values: reading one, or a shape that depends on one, throws.
std::string reads_no_values(const Functions& functions);
/// `varied`, the functions of an object whose Reals are tensors, give the same bits.
std::string takes_reals(const Functions& functions, const Functions& varied);
/// Several runs at once (vmap) give what a loop gives.
std::string packs(const Functions& functions);
/// Called again and again, it keeps no memory.
std::string keeps_memory(const Functions& functions);

}  // namespace monge::conform

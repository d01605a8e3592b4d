#include <utility>

#include "conform/function.h"
#include "train/vmap.h"

namespace monge::conform {
namespace {

using train::Vmap;

constexpr std::uint64_t kRuns = 3, kSeed = 100;

Tensors all_at_once(const Function& function, const std::vector<Tensors>& inputs) {
  const Vmap vmap(kRuns);
  std::vector<train::Draws> each;
  for (std::uint64_t k = 0; k < kRuns; ++k) each.push_back(draws(kSeed + k));
  train::PackedDraws draw(vmap, std::move(each));
  Tensors mapped;
  for (std::size_t i = 0; i < inputs[0].size(); ++i) {
    Tensors one_of_each;
    for (const Tensors& run : inputs) one_of_each.push_back(run[i]);
    mapped.push_back(one_of_each[0].defined() ? vmap.in(at::stack(one_of_each)) : Tensor());
  }
  Tensors outputs = function.call(mapped, draw);
  for (auto& output : outputs) output = vmap.out(output);
  return outputs;
}

// LibTorch's vmap speaks of itself and asks for reports of its bugs.
std::string why_not(const c10::Error& error) {
  std::string words = error.what_without_backtrace();
  if (words.find("calling .item()") != std::string::npos)
    return "reads a tensor's values on the host, by .item() or an `if` over a tensor: three runs at once "
           "have "
           "three of them; compute with tensors instead";
  for (const char* end : {" Please ", ", please "})
    if (const auto at = words.find(end); at != std::string::npos) words.resize(at);
  return "cannot be computed for three runs at once: " + words;
}

}  // namespace

std::string packs(const Functions& functions) {
  for (const auto& function : functions) {
    std::vector<Tensors> inputs;
    for (std::uint64_t k = 0; k < kRuns; ++k) inputs.push_back(function.inputs(kSeed + k));
    Tensors packed;
    try {
      packed = all_at_once(function, inputs);
    } catch (const c10::Error& error) {
      return function.name + "() " + why_not(error);
    }
    for (std::uint64_t k = 0; k < kRuns; ++k) {
      auto draw = draws(kSeed + k);
      const Tensors alone = function.call(inputs[k], draw);
      for (std::size_t i = 0; i < alone.size(); ++i) {
        if (!alone[i].defined()) continue;
        const Tensor mine = packed[i][static_cast<std::int64_t>(k)];
        if (mine.sizes() != alone[i].sizes() || !at::allclose(mine, alone[i], 1e-10, 1e-10, true)) {
          return function.name + "() gives other numbers for three runs at once than for each alone";
        }
      }
    }
  }
  return "";
}

}  // namespace monge::conform

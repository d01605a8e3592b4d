#include "train/arena.h"

#include <cmath>
#include <utility>

#include "train/views.h"

namespace monge::train {
namespace {

using Part = Role::Part;

Tensor initial(const Parameter& parameter, Init init, Draws& draws) {
  const auto uniform = [&](double bound) {
    bound *= parameter.init_scale;
    return draws.uniform(parameter.shape).mul_(2 * bound).sub_(bound);
  };
  const auto fan_in = static_cast<double>(parameter.fan_in), fan_out = static_cast<double>(parameter.fan_out);
  auto zeros = at::zeros({1}, at::kFloat).expand(parameter.shape);
  if (parameter.role.part == Part::gain) {
    return init == Init::normal_002 ? draws.normal(parameter.shape).mul_(0.02).add_(1) : zeros + 1;
  }
  if (parameter.role.part == Part::shift) return zeros;
  if (init == Init::uniform_fan_in) return uniform(1 / std::sqrt(fan_in));
  if (parameter.role.part != Part::weight) return zeros;
  if (init == Init::normal_002) return draws.normal(parameter.shape).mul_(0.02 * parameter.init_scale);
  if (init == Init::he_uniform) return uniform(std::sqrt(6 / fan_in));
  return uniform(std::sqrt(6 / (fan_in + fan_out)));
}

std::int64_t size_of_buffers(const Network& network) {
  std::int64_t total = 0;
  for (const auto& buffer : network.buffers()) total += c10::multiply_integers(buffer.shape);
  return total;
}

}  // namespace

Arena::Arena(const Network& network, at::TensorOptions options)
    : Arena(network, at::zeros({network.size()}, options), at::zeros({size_of_buffers(network)}, options)) {}

Arena::Arena(const Network& network, Tensor memory, Tensor memory_of_buffers)
    : flat(std::move(memory)), flat_buffers(std::move(memory_of_buffers)) {
  at::NoGradGuard no_grad;
  values = views(flat, network.parameters(), &Parameter::shape);
  for (const Tensor& value : values) leaves.push_back(value.detach().requires_grad_());
  buffers = views(flat_buffers, network.buffers(), &Buffer::shape);
}

Arena Arena::copy(const Network& network) const {
  Arena other(network, flat.options());
  other.flat.copy_(flat);
  other.flat_buffers.copy_(flat_buffers);
  return other;
}

void initialise(Arena& arena, const Network& network, std::uint64_t seed, Purpose purpose) {
  at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < arena.values.size(); ++i) {
    Draws draws(seed, purpose, 0, arena.flat.options(), static_cast<std::uint32_t>(i));
    arena.values[i].copy_(initial(network.parameters()[i], network.init(), draws));
  }
  for (std::size_t i = 0; i < arena.buffers.size(); ++i) arena.buffers[i].fill_(i % 2 == 0 ? 0.0 : 1.0);
}

}  // namespace monge::train

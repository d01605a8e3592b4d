#include "train/optimizer.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "train/views.h"

namespace monge::train {
namespace {

// v <- alpha v + (1 - alpha) g^2; p <- p - lr g / (sqrt(v) + eps), through a momentum buffer when there is
// momentum.
void rmsprop(const OptimizerSettings& s, double learning_rate, Tensor& flat, Moments& m) {
  m.second.mul_(s.alpha).addcmul_(m.gradient, m.gradient, 1 - s.alpha);
  const auto root = m.second.sqrt().add_(s.epsilon);
  if (s.momentum == 0) {
    flat.addcdiv_(m.gradient, root, -learning_rate);
    return;
  }
  m.first.mul_(s.momentum).addcdiv_(m.gradient, root);
  flat.add_(m.first, -learning_rate);
}

void sgd(const OptimizerSettings& s, double learning_rate, Tensor& flat, Moments& m) {
  if (s.momentum == 0) {
    flat.add_(m.gradient, -learning_rate);
    return;
  }
  m.first.mul_(s.momentum)
      .add_(m.gradient);  // zero at first, so the first buffer is the gradient itself, as PyTorch's
  flat.add_(m.first, -learning_rate);
}

}  // namespace

Moments::Moments(const Tensor& flat, at::TensorList parameters)
    : Moments(parameters, at::zeros_like(flat), at::zeros_like(flat),
              at::zeros({}, flat.options().dtype(at::kFloat)), at::zeros_like(flat)) {}

Moments::Moments(at::TensorList parameters, Tensor first_, Tensor second_, Tensor step_, Tensor gradient_)
    : first(std::move(first_)),
      second(std::move(second_)),
      step(std::move(step_)),
      gradient(std::move(gradient_)),
      gradients(views(gradient, parameters, [](const Tensor& parameter) { return parameter.sizes(); })) {}

double learning_rate_at(const OptimizerSettings& s, std::int64_t step) {
  using Schedule = OptimizerSettings::Schedule;
  const auto before = static_cast<double>(step - 1);
  double factor = 1;
  if (s.schedule != Schedule::constant) {
    const double done = std::min(1.0, before / static_cast<double>(s.schedule_steps));
    const double left =
        s.schedule == Schedule::linear ? 1 - done : (1 + std::cos(std::numbers::pi * done)) / 2;
    factor = s.final_factor + (1 - s.final_factor) * left;
  }
  if (step < s.warm_up_steps) factor *= static_cast<double>(step) / static_cast<double>(s.warm_up_steps);
  return s.learning_rate * factor;
}

void update(const OptimizerSettings& s, double learning_rate, Tensor& flat, Moments& m) {
  using Kind = OptimizerSettings::Kind;
  at::NoGradGuard no_grad;
  m.step.add_(1);
  if (s.kind == Kind::rmsprop) return rmsprop(s, learning_rate, flat, m);
  if (s.kind == Kind::sgd) return sgd(s, learning_rate, flat, m);
  const auto fused = [&](auto&& step, double weight_decay) {
    step({flat}, {m.gradient}, {m.first}, {m.second}, {}, {m.step}, learning_rate, s.beta1, s.beta2,
         weight_decay, s.epsilon, /*amsgrad=*/false, /*maximize=*/false, {}, {});
  };
  if (s.kind == Kind::adamw)
    fused(at::_ops::_fused_adamw_::call, s.weight_decay);
  else
    fused(at::_ops::_fused_adam_::call, 0);
}

void gather(at::TensorList gradients, Moments& moments) {
  at::NoGradGuard no_grad;
  auto flat = moments.gradient.sizes().vec();
  flat.back() = -1;
  std::vector<Tensor> parts;
  parts.reserve(gradients.size());
  for (std::size_t i = 0; i < gradients.size(); ++i)
    parts.push_back(
        (gradients[i].defined() ? gradients[i] : at::zeros_like(moments.gradients[i])).reshape(flat));
  if (parts.empty()) return;
  std::int64_t size = 0;
  for (const Tensor& part : parts) size += part.size(-1);
  auto all = moments.gradient.narrow(-1, 0, size);  // a pack's has more, see pack/stack
  at::cat_out(all, parts, -1);
}

}  // namespace monge::train

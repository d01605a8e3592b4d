#include "train/optimizer.h"

#include <torch/types.h>

namespace monge::train {
namespace {

// v <- alpha v + (1 - alpha) g^2; p <- p - lr g / (sqrt(v) + eps), through a momentum buffer when there is
// momentum.
void rmsprop(const OptimizerSettings& s, Tensor& flat, Moments& m) {
  m.second.mul_(s.alpha).addcmul_(m.gradient, m.gradient, 1 - s.alpha);
  const auto root = m.second.sqrt().add_(s.epsilon);
  if (s.momentum == 0) {
    flat.addcdiv_(m.gradient, root, -s.learning_rate);
    return;
  }
  m.first.mul_(s.momentum).addcdiv_(m.gradient, root);
  flat.add_(m.first, -s.learning_rate);
}

void sgd(const OptimizerSettings& s, Tensor& flat, Moments& m) {
  if (s.momentum == 0) {
    flat.add_(m.gradient, -s.learning_rate);
    return;
  }
  m.first.mul_(s.momentum)
      .add_(m.gradient);  // zero at first, so the first buffer is the gradient itself, as PyTorch's
  flat.add_(m.first, -s.learning_rate);
}

}  // namespace

Moments::Moments(const Tensor& flat)
    : first(at::zeros_like(flat)),
      second(at::zeros_like(flat)),
      step(at::zeros({}, flat.options().dtype(at::kFloat))),
      gradient(at::zeros_like(flat)) {}

void update(const OptimizerSettings& s, Tensor& flat, Moments& m) {
  at::NoGradGuard no_grad;
  m.step.add_(1);
  if (s.kind == OptimizerSettings::Kind::rmsprop) return rmsprop(s, flat, m);
  if (s.kind == OptimizerSettings::Kind::sgd) return sgd(s, flat, m);
  at::_fused_adam_({flat}, {m.gradient}, {m.first}, {m.second}, {}, {m.step}, s.learning_rate, s.beta1,
                   s.beta2,
                   /*weight_decay=*/0, s.epsilon, /*amsgrad=*/false, /*maximize=*/false);
}

void gather(at::TensorList gradients, at::TensorList like, Moments& moments) {
  at::NoGradGuard no_grad;
  std::vector<Tensor> parts;
  parts.reserve(gradients.size());
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    parts.push_back((gradients[i].defined() ? gradients[i] : at::zeros_like(like[i])).reshape(-1));
  }
  if (!parts.empty()) at::cat_out(moments.gradient, parts);
}

}  // namespace monge::train

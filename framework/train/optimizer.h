// Optimisers over a flat arena: a few kernels an update (Adam: one), numerically those of torch.optim.
#pragma once

#include <monge/tensor.h>

#include <string>
#include <vector>

namespace monge::train {

struct OptimizerSettings {
  enum class Kind { adam, adamw, rmsprop, sgd };
  enum class Schedule { constant, linear, cosine };
  Kind kind = Kind::adam;
  double learning_rate = 1e-4;
  double beta1 = 0.5, beta2 = 0.999;  // adam (Kingma & Ba 2015, algorithm 1)
  double weight_decay = 0;            // adamw (Loshchilov & Hutter 2019, algorithm 2): p <- p - lr decay p
  double alpha = 0.99;                // rmsprop: smoothing of the squared gradient
  double epsilon = 1e-8;              // adam, rmsprop: added outside the root
  double momentum = 0;                // rmsprop, sgd
  Schedule schedule = Schedule::constant;
  std::int64_t schedule_steps = 0;  // generator steps until the decay has ended
  double final_factor = 0;          // the share of the learning rate that is left then
  std::int64_t warm_up_steps = 0;   // over which the learning rate grows linearly from 0
};

/// The learning rate of generator step `step` (from 1) and of the critic updates before it: a function of the
/// step alone, whatever the length of the run.
double learning_rate_at(const OptimizerSettings& settings, std::int64_t step);

/// What an optimiser remembers; all tensors [size] but `step`, a float scalar as LibTorch's fused kernels
/// want it.
struct Moments {
  Tensor first, second, step, gradient;
  std::vector<Tensor> gradients;  // views of `gradient`, one a parameter

  Moments() = default;
  /// `parameters`: the views of `flat`, in order.
  explicit Moments(const Tensor& flat, at::TensorList parameters = {});
  /// Of tensors that are there.
  Moments(at::TensorList parameters, Tensor first, Tensor second, Tensor step, Tensor gradient);
};

/// One update of `flat` along `moments.gradient`.
void update(const OptimizerSettings& settings, double learning_rate, Tensor& flat, Moments& moments);

/// Lays the list of gradients out in `moments.gradient` [..., size]; an undefined one counts as zero.
void gather(at::TensorList gradients, Moments& moments);

}  // namespace monge::train

// One update of K runs' parameters at once, each by its own optimiser.
#pragma once

#include <monge/tensor.h>

#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "kernels/optimise_job.h"
#include "train/optimizer.h"

namespace monge::kernels {

/// What one run's update depends on beside its gradient.
struct Optimizer {
  train::OptimizerSettings settings = {};
  double learning_rate = 0;                               // of this step: train::learning_rate_at
  double clip = std::numeric_limits<double>::infinity();  // then keeps each parameter in [-clip, clip]
  double average = 0;                                     // decay of the moving average, train.ema
};

/// [K, n] double, on the CPU: what optimise() reads, there or copied to a GPU.
Tensor optimizer_table(const std::vector<Optimizer>& runs);

/// One player's numbers; all [K, size], in one precision.
struct Stack {
  Tensor values, gradient, first, second;
  Tensor average;     // undefined: none is kept
  Tensor steps = {};  // [K] float, train::Moments' count; undefined: none is kept
};

/// Whether an update reads second moments, and no first ones.
bool by_second_alone(const train::OptimizerSettings& settings);

/// The update of one parameter of all runs, which a product does that makes its gradient (kernels/product.h).
struct Descending {
  const Rule<float>* rules;
  float *values, *second;  // of the first run
  Tensor found;            // [K, down, across, 2], by those who do it: Descent::Found of each part
};

/// What train::update does to each run's row, up to the last bits, then the clip and the moving average; a
/// first moment that no update reads (beta1 = 0, momentum 0) stays as it is. It may be done parameter by
/// parameter, by the products that make the gradients, which then are written nowhere.
class Update {
 public:
  /// All of it lies where the stack does.
  explicit Update(Stack stack);

  /// The settings are optimizer_table()'s; `updates` [K], int64, counts each run's so far, and this one as
  /// soon as something of it is done. Without `by_second`, all runs' being by_second_alone, nothing is taken.
  void begin(const Tensor& settings, const Tensor& updates, bool by_second = false);

  /// The part of it that is one parameter's, for somebody else to do before finish(); `gradient`, a view of
  /// the stack's, is not written then. Nothing: it is not worth it, or not possible.
  std::optional<Descending> take(const Tensor& gradient);

  /// Does what has not been taken.
  void finish();
  bool is_begun() const { return settings_.defined(); }  // and not finished

  /// [K], each run's, of the gradient that the last update was along. What was taken of it has its own length
  /// as its first number then and is zero otherwise, so that its length is known there, too.
  Tensor gradient_norm();
  /// [K], the largest of each run's first `size` parameters after it, by amount; not a number where one is
  /// none.
  Tensor largest(std::int64_t size) const;

 private:
  struct Taken {
    Hole hole;
    Tensor found;
  };
  void make_rules();

  Stack stack_;
  Tensor settings_, updates_, rules_;  // the rules undefined: not made
  bool by_second_ = false;
  std::vector<Taken> taken_;
  std::map<std::uint32_t, Tensor> found_;  // by where a parameter begins
};

/// The whole of an update.
void optimise(const Tensor& settings, const Tensor& updates, const Stack& stack);

}  // namespace monge::kernels

// A small game whose outcome is known, put together from plugins and trained by the code that trains every
// run.
#pragma once

#include <monge/layers.h>

#include <optional>

#include "train/step.h"

namespace monge::verify {

using Json = nlohmann::json;

/// The optimiser whose step is known best.
train::OptimizerSettings gradient_descent(double learning_rate);

/// Samples of a data set of this table: {"plugin": name, ...}.
Samples loaded(plugin::Catalog& catalog, const Json& table);

struct Setup {
  Tensor data;               // [N, ...] float, to train on
  Layers generator, critic;  // of a latent of one number
  Json loss = {{"plugin", "wasserstein"}};
  std::vector<Json> enforcers = {};
  std::int64_t batch_size = 4, critic_steps = 1;
  train::OptimizerSettings critic_optimizer = gradient_descent(0), generator_optimizer = gradient_descent(0);
  double ema = 0;
  bool by_hand = true;  // where the host would
};

/// In double precision. Stays where it was made: the game points at the samples.
class Trial {
 public:
  Trial(plugin::Catalog& catalog, const Setup& setup);
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  /// Begins again, with these parameters [size] of the players; undefined ones are drawn.
  void begin(const Tensor& generator, const Tensor& critic);
  /// One macro-step, and what it recorded.
  train::StepRecord step();

  train::Game game;
  std::optional<train::Progress> progress;

 private:
  Samples samples_;
};

/// `count` numbers, fp64, drawn with a seed of their own.
Tensor drawn_normal(at::IntArrayRef shape, std::uint64_t seed);
Tensor drawn_uniform(at::IntArrayRef shape, std::uint64_t seed);

/// A tensor's numbers.
std::vector<double> numbers_of(const Tensor& tensor);

/// A plugin's table as it stands in the name of an answer: "bce", "bce(saturating)", "hinge(margin=2)".
std::string label_of(const Json& table);

}  // namespace monge::verify

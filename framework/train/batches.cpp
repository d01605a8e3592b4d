#include "train/batches.h"

#include "train/affine_pass.h"
#include "train/forward.h"

namespace monge::train {

Batch real_batch(const Game& game, Purpose purpose, std::int64_t counter) {
  Draws draws(game.seed, purpose, counter, game.options);
  const auto index = draws.index({game.settings.batch_size}, game.data->train.size(0));
  return {normalised(game.data->train.index_select(0, index), game.options),
          game.reads.labels ? game.data->train_label.index_select(0, index) : Tensor()};
}

Tensor asked_labels(const Game& game, std::int64_t counter) {
  if (!game.reads.labels) return {};
  Draws draws(game.seed, Purpose::label_generator, counter, game.options);
  const auto& labels = game.data->train_label;
  return labels.index_select(0, draws.index({game.settings.batch_size}, labels.size(0)));
}

Tensor latent_batch(const Game& game, Purpose purpose, std::int64_t counter) {
  return Draws(game.seed, purpose, counter, game.options)
      .normal({game.settings.batch_size, game.settings.latent});
}

Batch fake_batch(const Game& game, const Progress& progress, Purpose purpose, std::int64_t counter,
                 const Tensor& label) {
  const auto latent = latent_batch(game, purpose, counter);
  const auto& arena = progress.generator;
  if (game.strategy.generator_by_hand)
    return {AffinePass(*game.generator, arena.values, latent).output(), label};
  at::NoGradGuard no_grad;
  return {forward(*game.generator, latent,
                  {.parameters = arena.values, .buffers = arena.buffers, .labels = label}),
          label};
}

}  // namespace monge::train

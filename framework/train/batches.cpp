#include "train/batches.h"

#include <algorithm>
#include <utility>

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

Tensor fixed_batch(const Game& game, std::int64_t counter) {
  Draws draws(game.seed, Purpose::latent_critic, counter, game.options);
  const auto index = draws.index({game.settings.batch_size}, game.data->fake.size(0));
  return normalised(game.data->fake.index_select(0, index), game.options);
}

Fakes::Fakes(const Game& game, const Progress& progress, std::int64_t updates)
    : game_(game), progress_(progress), update_(progress.updates), end_(progress.updates + updates) {}

Batch Fakes::next(const Tensor& label) {
  if (game_.fixed_generator()) return {fixed_batch(game_, update_++), {}};
  if (waiting_.empty()) {
    const auto batches = std::min(game_.strategy.updates_ahead, end_ - update_);
    waiting_ = made(batches, label).chunk(batches);
    std::reverse(waiting_.begin(), waiting_.end());
  }
  Batch batch{std::move(waiting_.back()), label};
  waiting_.pop_back();
  ++update_;
  return batch;
}

// [batches * B, ...]
Tensor Fakes::made(std::int64_t batches, const Tensor& label) const {
  at::NoGradGuard no_grad;
  std::vector<Tensor> latents;
  for (std::int64_t i = 0; i < batches; ++i)
    latents.push_back(latent_batch(game_, Purpose::latent_critic, update_ + i));
  const auto latent = batches == 1 ? latents[0] : at::cat(latents);
  const auto& arena = progress_.generator;
  if (game_.strategy.generator_by_hand) return AffinePass(*game_.generator, arena.values, latent).output();
  return forward(*game_.generator, latent,
                 {.parameters = arena.values,
                  .buffers = arena.buffers,
                  .labels = label,
                  .bf16 = game_.settings.bf16,
                  .batches = batches});
}

}  // namespace monge::train

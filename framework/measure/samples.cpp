#include "measure/samples.h"

#include <monge/error.h>

#include <algorithm>
#include <utility>

#include "train/forward.h"

namespace monge::measure {

using train::Draws;
using train::Purpose;

namespace {

// 0 to size - 1 in the order of as many uniform draws.
Tensor shuffled(Draws& draws, std::int64_t size) {
  return draws.uniform({size}).argsort(/*stable=*/true, /*dim=*/0, /*descending=*/false);
}

Tensor chosen(const Tensor& all, Draws& draws, std::int64_t count) {
  return all.index_select(0, shuffled(draws, all.size(0)).narrow(0, 0, count));
}

// Held-out samples of a fixed generator, none twice.
Tensor fixed(const train::Game& game, Draws& draws, std::int64_t count) {
  const auto& all = game.data->fake_test;
  if (count > all.size(0)) {
    throw Error(Exit::experiment,
                std::to_string(count) +
                    " samples of the fixed generator are asked for, but it holds out only " +
                    std::to_string(all.size(0)) + "; lower evaluate.samples");
  }
  return train::normalised(chosen(all, draws, count), game.options);
}

train::Batch shuffled_test(const train::Game& game, std::uint64_t seed, std::int64_t first,
                           std::int64_t count) {
  Draws draws(seed, Purpose::evaluation_real, 0, game.options.dtype(at::kDouble));
  const auto rows = shuffled(draws, game.data->test.size(0)).narrow(0, first, count);
  const auto& label = game.data->test_label;
  return {train::normalised(game.data->test.index_select(0, rows), game.options),
          label.defined() ? label.index_select(0, rows) : Tensor()};
}

}  // namespace

train::Batch held_out(const train::Game& game, std::int64_t count) {
  const std::int64_t have = game.data->test.size(0);
  if (count > have) {
    throw Error(Exit::experiment, std::to_string(count) +
                                      " samples are to be evaluated, but the data set holds "
                                      "out only " +
                                      std::to_string(have) +
                                      "; lower evaluate.samples and evaluate.final_samples");
  }
  return shuffled_test(game, game.seed, 0, count);
}

std::pair<train::Batch, train::Batch> held_out_twice(const train::Game& game, std::int64_t count) {
  return {shuffled_test(game, 0, 0, count), shuffled_test(game, 0, count, count)};
}

Tensor generate(const train::Game& game, const train::Arena& generator, Purpose purpose, std::int64_t counter,
                std::int64_t count, const Tensor& label) {
  Draws draws(game.seed, purpose, static_cast<std::uint64_t>(counter), game.options);
  if (game.fixed_generator()) return fixed(game, draws, count);
  return generate(game, generator, draws.normal({count, game.settings.latent}), label);
}

Tensor generate(const train::Game& game, const train::Arena& generator, const Tensor& latent,
                const Tensor& label) {
  constexpr std::int64_t kChunk = 256;  // bounds the activations' memory
  at::NoGradGuard no_grad;
  const std::int64_t count = latent.size(0);
  std::vector<Tensor> chunks;
  for (std::int64_t first = 0; first < count; first += kChunk) {
    const std::int64_t size = std::min(kChunk, count - first);
    chunks.push_back(train::forward(*game.generator, latent.narrow(0, first, size),
                                    {.parameters = generator.values,
                                     .buffers = generator.buffers,
                                     .labels = label.defined() ? label.narrow(0, first, size) : Tensor(),
                                     .training = false}));
  }
  return at::cat(chunks);
}

Compared compared_at(const train::Game& game, const train::Arena& generator, std::int64_t step,
                     std::int64_t count) {
  auto real = held_out(game, count);
  auto fake = generate(game, generator, Purpose::evaluation_latent, step, count, real.label);
  const auto label = game.generator->conditional() ? real.label : Tensor();
  return {std::move(real), {std::move(fake), label}};
}

Tensor optimal_slope(const train::Game& game, Purpose purpose, std::int64_t counter, std::int64_t count) {
  if (!game.data->fake_test_slope.defined()) return {};
  Draws draws(game.seed, purpose, static_cast<std::uint64_t>(counter), game.options);
  return chosen(game.data->fake_test_slope, draws, count).to(game.options);
}

constexpr std::int64_t kColumns = 8;  // of a grid of images

Tensor image_grid(const Tensor& samples, Range range) {
  constexpr std::int64_t kFrame = 2;
  const auto shown = samples.size(1) == 3 ? samples : samples.narrow(1, 0, 1);
  const auto unit = range == Range::symmetric ? (shown + 1) / 2 : shown;
  const auto bytes = (unit.clamp(0, 1) * 255).round().to(at::kByte).permute({0, 2, 3, 1});  // [n, H, W, C]
  const std::int64_t h = bytes.size(1), w = bytes.size(2), count = bytes.size(0);
  const std::int64_t rows = (count + kColumns - 1) / kColumns;
  auto grid = at::zeros({rows * (h + kFrame) + kFrame, kColumns * (w + kFrame) + kFrame, bytes.size(3)},
                        bytes.options());
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t top = kFrame + i / kColumns * (h + kFrame),
                       left = kFrame + i % kColumns * (w + kFrame);
    grid.narrow(0, top, h).narrow(1, left, w).copy_(bytes[i]);
  }
  return grid;
}

Tensor classes_of(const train::Game& game) {
  const auto options = game.options.dtype(at::kLong);
  const Tensor& label = game.data->train_label;
  return label.defined() ? std::get<0>(at::_unique(label, /*sorted=*/true)).to(options)
                         : at::zeros({1}, options);
}

void add_samples(const train::Game& game, const train::Arena& generator, Evaluation& result) {
  constexpr std::int64_t kMostRows = 32;
  const bool image = game.problem.sample.size() == 3;
  const Tensor all = classes_of(game);
  const std::int64_t classes = all.size(0);
  const bool row_a_class = image && game.generator->conditional() && classes <= kMostRows;
  const std::int64_t count = row_a_class ? kColumns * classes : image ? 64 : 1024;
  const auto place = at::arange(count, game.options.dtype(at::kLong));
  const auto label =
      all.index_select(0, row_a_class ? place.floor_divide(kColumns) : place.remainder(classes));
  const auto samples = generate(game, generator, Purpose::sample_latent, 0, count, label);
  if (!image) {
    const auto points = samples.flatten(1).to(at::kCPU, at::kFloat).contiguous();
    result.points_shape = points.sizes().vec();
    result.points.assign(points.const_data_ptr<float>(), points.const_data_ptr<float>() + points.numel());
    return;
  }
  const auto grid = image_grid(samples, game.problem.range).to(at::kCPU).contiguous();
  result.image_shape = grid.sizes().vec();
  result.image.assign(grid.const_data_ptr<std::uint8_t>(),
                      grid.const_data_ptr<std::uint8_t>() + grid.numel());
}

}  // namespace monge::measure

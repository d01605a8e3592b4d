#include "measure/audit_slopes.h"

#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "train/forward.h"

namespace monge::measure {
namespace {

constexpr std::int64_t kChunk = 256;  // bounds the activations' memory

train::Batch part(const train::Batch& batch, std::int64_t first, std::int64_t size) {
  return {batch.x.narrow(0, first, size),
          batch.label.defined() ? batch.label.narrow(0, first, size) : Tensor()};
}

Tensor scored(const train::Game& game, const train::Arena& critic, const train::Batch& at,
              std::vector<Tensor>* inputs = nullptr) {
  return train::forward(*game.critic, at.x,
                        {.parameters = critic.values, .labels = at.label, .inputs = inputs})
      .squeeze(1);
}

// Of the scores' sum by each of `points`; zeros where no score depends on them.
std::vector<Tensor> gradients_by(const std::vector<Tensor>& points, const Tensor& score) {
  std::vector<Tensor> asked, got, all;
  std::copy_if(points.begin(), points.end(), std::back_inserter(asked),
               [](const Tensor& x) { return x.requires_grad(); });
  if (score.requires_grad())
    got = torch::autograd::grad({score.sum()}, asked, {}, std::nullopt, false, /*allow_unused=*/true);
  auto next = got.begin();
  for (const Tensor& x : points) {
    const Tensor gradient = x.requires_grad() && next != got.end() ? *next++ : Tensor();
    all.push_back(gradient.defined() ? gradient : at::zeros_like(x));
  }
  return all;
}

// In double precision: twelve clipped layers leave numbers whose squares a float takes for 0.
Tensor norms(const Tensor& each) { return each.flatten(1).norm(2, {1}, false, at::kDouble); }

Shape one_a_sample(const Tensor& x) {
  Shape shape(x.dim(), 1);
  shape[0] = x.size(0);
  return shape;
}

}  // namespace

Tensor scores(const train::Game& game, const train::Arena& critic, const train::Batch& at) {
  at::NoGradGuard no_grad;
  const std::int64_t count = at.x.size(0);
  const bool coupled = game.critic->couples_batch();
  const std::int64_t size = std::min(coupled ? game.settings.batch_size : kChunk, count);
  const std::int64_t end = coupled ? count - count % size : count;
  std::vector<Tensor> all;
  for (std::int64_t first = 0; first < end; first += size)
    all.push_back(scored(game, critic, part(at, first, std::min(size, end - first))));
  return at::cat(all);
}

Looked look(const train::Game& game, const train::Arena& critic, const train::Batch& at, bool by_layer) {
  at::AutoGradMode gradients(true);
  std::vector<Tensor> score, all, by_input;  // of each chunk; by_input: sums over it [layers]
  for (std::int64_t first = 0; first < at.x.size(0); first += kChunk) {
    auto batch = part(at, first, std::min(kChunk, at.x.size(0) - first));
    batch.x = batch.x.detach().requires_grad_();
    std::vector<Tensor> points(critic.values.size());
    const auto value = scored(game, critic, batch, by_layer ? &points : nullptr);
    std::erase_if(points, [](const Tensor& x) { return !x.defined(); });
    points.push_back(batch.x);
    auto gradient = gradients_by(points, value);
    score.push_back(value.detach());
    all.push_back(gradient.back());
    gradient.pop_back();
    std::transform(gradient.begin(), gradient.end(), gradient.begin(),
                   [](const Tensor& each) { return norms(each).sum(); });
    if (!gradient.empty()) by_input.push_back(at::stack(gradient));
  }
  Looked looked{at::cat(score), {}, at::cat(all), {}};
  looked.slope = norms(looked.gradient);
  if (!by_input.empty()) looked.by_layer = at::stack(by_input).sum(0) / at.x.size(0);
  return looked;
}

double steepest_pair(const train::Batch& at, const Tensor& score, bool conditional) {
  constexpr double kNear = 1e-3;
  at::NoGradGuard no_grad;
  const auto x = at.x.flatten(1).to(at::kDouble), d = score.to(at::kDouble);
  const auto distance = at::cdist(x, x);  // [n, n]
  const auto rise = (d.unsqueeze(0) - d.unsqueeze(1)).abs();
  auto counts = distance > kNear * distance.max();
  if (conditional) counts = counts.logical_and(at.label.unsqueeze(0) == at.label.unsqueeze(1));
  if (!d.isfinite().all().item<bool>() || !counts.any().item<bool>()) return NAN;
  return at::where(counts, rise / distance, at::zeros_like(rise)).max().item<double>();
}

Tensor between(const Tensor& real, const Tensor& fake, Draw& draw) {
  return fake + draw.uniform(one_a_sample(real)) * (real - fake);
}

Tensor far_from(const Tensor& real, Draw& draw) {
  const auto mean = real.mean(0, /*keepdim=*/true);
  return mean + 3 * (real - mean).square().mean().sqrt() * draw.normal(real.sizes());
}

}  // namespace monge::measure

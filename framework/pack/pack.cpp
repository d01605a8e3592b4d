#include "pack/pack.h"

#include <torch/autograd.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include "pack/packed_view.h"
#include "pack/shape.h"
#include "train/batches.h"
#include "train/forward.h"
#include "train/gradients.h"
#include "train/views.h"

namespace monge::pack {
namespace {

using torch::autograd::grad;
using train::Arena;
using train::Batch;
using train::Game;
using train::Progress;
using train::StepRecord;
using train::View;

Tensor row(const Tensor& stacked, std::size_t k) {
  return stacked.defined() ? stacked.select(0, static_cast<std::int64_t>(k)) : stacked;
}

/// One tensor of each, side by side; undefined where they have none.
template <class One, class Part>
Tensor stacked(const std::vector<One>& each, Part part) {
  std::vector<Tensor> all;
  for (const One& one : each) all.push_back(std::invoke(part, one));
  return all.front().defined() ? at::stack(all) : Tensor();
}

Batch stacked(const std::vector<Batch>& batches) {
  return {stacked(batches, &Batch::x), stacked(batches, &Batch::label)};
}

Batch seen_batch(const View& view, const Batch& whole) {
  return {view.seen(whole.x), view.seen(whole.label)};
}

std::vector<Tensor> all_seen(const View& view, const std::vector<Tensor>& whole) {
  std::vector<Tensor> all;
  for (const Tensor& one : whole) all.push_back(view.seen(one));
  return all;
}

/// The members' gradients from those of the stacked leaves.
void hand_out(const std::vector<Member>& members, const std::vector<Tensor>& gradients,
              Arena Progress::*player, train::Moments Progress::*moments) {
  for (std::size_t k = 0; k < members.size(); ++k) {
    std::vector<Tensor> own;
    for (const Tensor& gradient : gradients) own.push_back(row(gradient, k));
    gather(own, (members[k].progress->*player).values, members[k].progress->*moments);
  }
}

train::CriticCost of_run(const train::CriticCost& all, std::size_t k) {
  return {row(all.loss, k), row(all.penalty, k), row(all.real, k), row(all.fake, k), row(all.slope, k)};
}

train::CriticCost whole(const View& view, const train::CriticCost& seen) {
  return {view.whole(seen.loss), view.whole(seen.penalty), view.whole(seen.real), view.whole(seen.fake),
          view.whole(seen.slope)};
}

}  // namespace

std::int64_t updates_of(const Member& member) {
  return critic_updates_at(member.game->settings, member.progress->step + 1);
}

Pack::Pack(std::vector<Member> members, std::size_t slots) : members_(std::move(members)), seats_(members_) {
  for (const Member& member : members_) {
    const std::string why = unlike(lead(), *member.game);
    if (!why.empty()) throw std::invalid_argument("runs cannot be packed: " + why);
    if (updates_of(member) != updates_of(members_.front()))
      throw std::invalid_argument(
          "runs cannot be packed: their steps take different numbers of critic updates");
  }
  while (seats_.size() < std::max<std::size_t>(2, slots)) seats_.push_back(members_.front());
  lay_out(*lead().generator, &Progress::generator, generators_);
  lay_out(*lead().critic, &Progress::critic, critics_);
}

void Pack::lay_out(const train::Network& network, Arena Progress::*player, Stack& stack) {
  at::NoGradGuard no_grad;
  stack.flat = stacked(seats_, [&](const Member& m) { return (m.progress->*player).flat; });
  stack.flat_buffers = stacked(seats_, [&](const Member& m) { return (m.progress->*player).flat_buffers; });
  for (std::size_t k = 0; k < members_.size(); ++k)
    members_[k].progress->*player = Arena(network, row(stack.flat, k), row(stack.flat_buffers, k));
  stack.leaves = train::views(stack.flat, network.parameters(), &train::Parameter::shape);
  for (Tensor& leaf : stack.leaves) leaf = leaf.detach().requires_grad_();
  stack.buffers = train::views(stack.flat_buffers, network.buffers(), &train::Buffer::shape);
}

// The lead's progress with everybody's tensors in the place of its own.
Progress Pack::seen(const View& view) const {
  Progress one = *members_.front().progress;
  one.critic.leaves = all_seen(view, critics_.leaves);
  one.critic.values = one.critic.leaves;
  one.generator.leaves = all_seen(view, generators_.leaves);
  one.generator.buffers = all_seen(view, generators_.buffers);
  for (std::size_t e = 0; e < one.penalty_states.size(); ++e) {
    for (auto& [name, value] : one.penalty_states[e].all())
      value = view.seen(
          stacked(seats_, [&, &key = name](const Member& m) { return m.progress->penalty_states[e][key]; }));
    for (std::size_t i = 0; i < one.weight_states[e].size(); ++i) {
      for (auto& [name, value] : one.weight_states[e][i].all())
        value = view.seen(stacked(
            seats_, [&, &key = name](const Member& m) { return m.progress->weight_states[e][i][key]; }));
    }
  }
  return one;
}

void Pack::keep_states(const Progress& seen, const View& view) {
  const auto keep = [&](const State& from, auto&& of) {
    for (const auto& [name, value] : from.all()) {
      const Tensor all = view.whole(value);
      for (std::size_t k = 0; k < members_.size(); ++k) of(*members_[k].progress)[name] = row(all, k).clone();
    }
  };
  for (std::size_t e = 0; e < seen.penalty_states.size(); ++e) {
    keep(seen.penalty_states[e], [&](Progress& p) -> State& { return p.penalty_states[e]; });
    for (std::size_t i = 0; i < seen.weight_states[e].size(); ++i)
      keep(seen.weight_states[e][i], [&](Progress& p) -> State& { return p.weight_states[e][i]; });
  }
}

// The generators stand still: their samples of one update, without a graph.
Batch Pack::fakes(const Tensor& label) {
  if (lead().fixed_generator())
    return {stacked(seats_, [](const Member& m) { return fixed_batch(*m.game, m.progress->updates); }), {}};
  at::NoGradGuard no_grad;
  const auto latent = stacked(seats_, [](const Member& m) {
    return latent_batch(*m.game, train::Purpose::latent_critic, m.progress->updates);
  });
  const PackedView view(seats_);
  const auto x = forward(*lead().generator, view.seen(latent),
                         {.parameters = all_seen(view, generators_.leaves),
                          .buffers = all_seen(view, generators_.buffers),
                          .labels = view.seen(label)});
  return {view.whole(x), label};
}

Tensor Pack::update_critics(std::vector<StepRecord>* records) {
  std::vector<Batch> reals;
  for (const Member& m : members_) before_critic(*m.game, *m.progress);
  for (const Member& m : seats_)
    reals.push_back(real_batch(*m.game, train::Purpose::data_critic, m.progress->updates));
  const Batch real = stacked(reals), fake = fakes(real.label);
  train::CriticCost cost;
  {
    const PackedView view(seats_);
    Progress one = seen(view);
    cost = whole(view, critic_cost(lead(), one, seen_batch(view, real), seen_batch(view, fake), view));
    keep_states(one, view);
  }
  hand_out(members_, grad({cost.total().sum()}, critics_.leaves, {}, false, false, /*allow_unused=*/true),
           &Progress::critic, &Progress::critic_moments);
  cost = cost.detached();
  for (std::size_t k = 0; k < members_.size(); ++k) {
    after_critic(*members_[k].game, *members_[k].progress, of_run(cost, k),
                 records != nullptr ? &(*records)[k] : nullptr);
  }
  return cost.total();
}

Tensor Pack::update_generators(std::vector<StepRecord>* records) {
  std::vector<train::GeneratorTurn> turns;
  std::vector<Batch> reals;
  for (const Member& m : seats_) {
    turns.push_back(generator_turn(*m.game, m.progress->step));
    reals.push_back(turns.back().real);
  }
  Tensor loss;
  {
    const PackedView view(seats_);
    loss = view.whole(generator_loss(
        lead(), seen(view),
        {view.seen(stacked(turns, &train::GeneratorTurn::latent)),
         view.seen(stacked(turns, &train::GeneratorTurn::label)), seen_batch(view, stacked(reals))}));
  }
  hand_out(members_, grad({loss.sum()}, generators_.leaves, {}, false, false, /*allow_unused=*/true),
           &Progress::generator, &Progress::generator_moments);
  loss = loss.detach();
  for (std::size_t k = 0; k < members_.size(); ++k) {
    after_generator(*members_[k].game, *members_[k].progress, row(loss, k),
                    records != nullptr ? &(*records)[k] : nullptr);
  }
  return loss;
}

std::vector<StepRecord> Pack::macro_step(bool record) {
  std::vector<StepRecord> records(members_.size());
  Tensor cost;  // [K]
  const std::int64_t updates = updates_of(members_.front());
  for (std::int64_t i = 1; i <= updates; ++i)
    cost = update_critics(record && i == updates ? &records : nullptr);
  if (!lead().fixed_generator()) cost = cost + update_generators(record ? &records : nullptr);
  for (std::size_t k = 0; k < members_.size(); ++k)
    after_step(*members_[k].progress, row(cost, k), record ? &records[k] : nullptr);
  return records;
}

}  // namespace monge::pack

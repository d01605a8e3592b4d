#include "pack/pack.h"

#include <torch/autograd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "pack/sheet.h"
#include "train/calling.h"
#include "train/forward.h"

namespace monge::pack {
namespace {

using torch::autograd::grad;
using train::Batch;
using train::Progress;
using train::Purpose;
using train::StepRecord;
using train::View;

constexpr Player kGenerator{&Progress::generator, &Progress::generator_moments, &train::Settings::generator,
                            true};
constexpr Player kCritic{&Progress::critic, &Progress::critic_moments, &train::Settings::critic, false};

std::vector<Member> seats_for(std::vector<Member> members, std::size_t slots) {
  while (members.size() < std::max<std::size_t>(2, slots)) members.push_back(members.front());
  return members;
}

Batch seen_batch(const View& view, const Batch& whole) {
  return {view.seen(whole.x), view.seen(whole.label)};
}

std::vector<Tensor> all_seen(const View& view, const std::vector<Tensor>& whole) {
  std::vector<Tensor> all;
  for (const Tensor& one : whole) all.push_back(view.seen(one));
  return all;
}

train::CriticCost whole(const View& view, const train::CriticCost& seen) {
  return {view.whole(seen.loss), view.whole(seen.penalty), view.whole(seen.real), view.whole(seen.fake),
          view.whole(seen.slope)};
}

/// Calls `visit(of)` for each state of an enforcer, `of` being its place in a run.
template <class Visit>
void each_state(const Progress& like, Visit visit) {
  for (std::size_t e = 0; e < like.penalty_states.size(); ++e) {
    visit([e](auto& progress) -> auto& { return progress.penalty_states[e]; });
    for (std::size_t i = 0; i < like.weight_states[e].size(); ++i)
      visit([ e, i ](auto& progress) -> auto& { return progress.weight_states[e][i]; });
  }
}

}  // namespace

std::int64_t updates_of(const Member& member) {
  return critic_updates_at(member.game->settings, member.progress->step + 1);
}

Pack::Pack(std::vector<Member> members, std::size_t slots)
    : members_(std::move(members)),
      seats_(seats_for(members_, slots)),
      game_(seats_),
      clock_(seats_),
      generators_(*game_->generator, seats_, members_.size(), kGenerator),
      critics_(*game_->critic, seats_, members_.size(), kCritic),
      states_(*members_.front().progress) {
  for (const Member& member : members_) {
    if (updates_of(member) == updates_of(members_.front())) continue;
    throw std::invalid_argument(
        "runs cannot be packed: their steps take different numbers of critic updates");
  }
  first_bad_ = stacked(seats_, [](const Member& seat) { return seat.progress->first_bad; });
  for (std::size_t k = 0; k < members_.size(); ++k) members_[k].progress->first_bad = row(first_bad_, k);
  lay_out_states();
}

void Pack::lay_out_states() {
  each_state(states_, [&](auto of) {
    for (auto& [name, all] : of(states_).all()) {
      all =
          stacked(seats_, [&, &key = name](const Member& seat) { return of(*seat.progress).all().at(key); });
      for (std::size_t k = 0; k < members_.size(); ++k)
        of(*members_[k].progress).all().at(name) = row(all, k);
    }
  });
}

// One run's progress with everybody's tensors in the place of its own.
Progress Pack::seen(const View& view) const {
  Progress one = states_;
  one.critic.leaves = all_seen(view, critics_.leaves());
  one.critic.values = one.critic.leaves;
  one.generator.leaves = all_seen(view, generators_.leaves());
  one.generator.buffers = all_seen(view, generators_.buffers());
  each_state(states_, [&](auto of) {
    for (auto& [name, value] : of(one).all()) value = view.seen(value);
  });
  return one;
}

// In place: the members' are views of them.
void Pack::keep_states(const Progress& seen, const View& view) {
  each_state(states_, [&](auto of) {
    for (auto& [name, all] : of(states_).all()) all.copy_(view.whole(of(seen).all().at(name)));
  });
}

void Pack::project(Enforcer::When when) {
  at::NoGradGuard no_grad;
  for (const auto& enforcer : game_->enforcers) {
    if (!enforcer.schema().has_project || enforcer.plugin->when() != when) continue;
    const PackedView view(clock_);
    game_.show_to(view);
    train::calling(enforcer.plugin.key(), [&] {
      for (std::size_t i = 0; i < critics_.values().size(); ++i) {
        const Tensor value = view.seen(critics_.values()[i]);
        const Tensor projected = enforcer.plugin->project(value, game_->critic->parameters()[i].role);
        if (!projected.is_same(value)) critics_.values()[i].copy_(view.whole(projected));
      }
    });
  }
}

// The generators stand still: their samples of one update, without a graph.
Batch Pack::fakes(const Tensor& label) {
  if (game_->fixed_generator()) return {fixed_batches(*game_, clock_), {}};
  at::NoGradGuard no_grad;
  const auto latent = latent_batches(*game_, clock_, Purpose::latent_critic, clock_.updates);
  const PackedView view(clock_);
  const auto x = forward(*game_->generator, view.seen(latent),
                         {.parameters = all_seen(view, generators_.leaves()),
                          .buffers = all_seen(view, generators_.buffers()),
                          .labels = view.seen(label)});
  return {view.whole(x), label};
}

Tensor Pack::update_critics() {
  project(Enforcer::When::before);
  const Batch real = real_batches(*game_, clock_, Purpose::data_critic, clock_.updates);
  const Batch fake = fakes(real.label);
  {
    const PackedView view(clock_);
    game_.show_to(view);
    Progress one = seen(view);
    cost_ = whole(view, critic_cost(*game_, one, seen_batch(view, real), seen_batch(view, fake), view));
    keep_states(one, view);
  }
  const auto gradients =
      grad({cost_.total().sum()}, critics_.leaves(), {}, false, false, /*allow_unused=*/true);
  cost_ = cost_.detached();
  clock_.updates.add_(1);
  critics_.update(gradients, clock_.updates);
  project(Enforcer::When::after);
  return cost_.total();
}

Tensor Pack::update_generators() {
  const Tensor label = asked_labels(*game_, clock_);
  const auto latent = latent_batches(*game_, clock_, Purpose::latent_generator, clock_.steps);
  const Batch real = game_->reads.generator_real
                         ? real_batches(*game_, clock_, Purpose::data_generator, clock_.steps)
                         : Batch();
  {
    const PackedView view(clock_);
    game_.show_to(view);
    generator_loss_ = view.whole(
        generator_loss(*game_, seen(view), {view.seen(latent), view.seen(label), seen_batch(view, real)}));
  }
  const auto gradients =
      grad({generator_loss_.sum()}, generators_.leaves(), {}, false, false, /*allow_unused=*/true);
  generator_loss_ = generator_loss_.detach();
  generators_.update(gradients, clock_.steps + 1);
  return generator_loss_;
}

// The device's part of a step: it reads and writes nothing of the host's.
void Pack::advance(std::int64_t updates) {
  Tensor cost;
  for (std::int64_t i = 0; i < updates; ++i) cost = update_critics();
  if (!game_->fixed_generator()) cost = cost + update_generators();
  clock_.steps.add_(1);
  const auto bad = at::isfinite(cost).logical_not().logical_and(first_bad_ < 0);
  first_bad_.copy_(at::where(bad, clock_.steps, first_bad_));
}

std::vector<StepRecord> Pack::macro_step(bool read) {
  const std::int64_t updates = updates_of(members_.front());
  critics_.plan(seats_);
  generators_.plan(seats_);
  advance(updates);
  for (const Member& member : members_) {
    member.progress->updates += updates;
    ++member.progress->step;
  }
  return records_of({cost_, generator_loss_, first_bad_, critics_, generators_}, members_.size(), read);
}

}  // namespace monge::pack

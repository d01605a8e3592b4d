#include "pack/pack.h"

#include <torch/autograd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "pack/graph.h"
#include "train/calling.h"
#include "train/forward.h"

namespace monge::pack {
namespace {

using torch::autograd::grad;
using train::Batch;
using train::Progress;
using train::Purpose;
using train::View;

constexpr Player kGenerator{&Progress::generator, &Progress::generator_moments, &train::Settings::generator,
                            true};
constexpr Player kCritic{&Progress::critic, &Progress::critic_moments, &train::Settings::critic, false};

std::vector<Member> seats_for(std::vector<Member> members, std::size_t slots) {
  const std::size_t least = members.front().game->options.device().is_cpu() ? 2 : 1;
  while (members.size() < std::max(least, slots)) members.push_back(members.front());
  return members;
}

// MONGE_GRAPHS=off launches every kernel by itself, to compare and to profile.
bool captures(const train::Game& game) {
  const char* graphs = std::getenv("MONGE_GRAPHS");
  return game.options.device().is_cuda() && (graphs == nullptr || std::string(graphs) != "off");
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

Pack::Pack(const std::vector<Member>& members, std::size_t slots)
    : seats_(seats_for(members, slots)),
      taken_(seats_.size(), false),
      game_(seats_),
      clock_(seats_),
      generators_(*game_->generator, seats_, kGenerator),
      critics_(*game_->critic, seats_, kCritic),
      states_(*members.front().progress),
      replayed_(captures(*game_) ? Graph::captured : Replayed::Capture()) {
  for (const Member& member : members) {
    if (updates_of(member) == updates_of(members.front())) continue;
    throw std::invalid_argument(
        "runs cannot be packed: their steps take different numbers of critic updates");
  }
  first_bad_ = stacked(seats_, [](const Member& seat) { return seat.progress->first_bad; });
  lay_out_states();
  for (std::size_t k = 0; k < members.size(); ++k) hand_rows(k, /*taken=*/false);
}

// The run's tensors become rows of the pack's, or with `taken` first the rows get its values.
void Pack::hand_rows(std::size_t k, bool taken) {
  at::NoGradGuard no_grad;
  Progress& progress = *seats_[k].progress;
  const auto hand = [&](Tensor& own, const Tensor& all) {
    if (taken) row(all, k).copy_(own);
    own = row(all, k);
  };
  generators_.hand_row(*game_->generator, k, progress, taken);
  critics_.hand_row(*game_->critic, k, progress, taken);
  hand(progress.first_bad, first_bad_);
  each_state(states_, [&](auto of) {
    for (auto& [name, all] : of(states_).all()) hand(of(progress).all().at(name), all);
  });
  taken_[k] = true;
}

void Pack::leave(std::size_t seat) {
  taken_[seat] = false;
  stand_in();
}

bool Pack::join(std::size_t seat, const Member& member) {
  const bool fits = !member.game->settings.warm_up && game_.take(seat, *member.game);
  if (!fits) return false;
  seats_[seat] = member;
  clock_.take(seat, member);
  hand_rows(seat, /*taken=*/true);
  stand_in();
  return true;
}

const Member& Pack::first() const {
  return seats_[static_cast<std::size_t>(std::find(taken_.begin(), taken_.end(), true) - taken_.begin())];
}

// Seats that nobody has keep no pointer to a run that is over.
void Pack::stand_in() {
  if (std::find(taken_.begin(), taken_.end(), true) == taken_.end()) return;
  for (std::size_t k = 0; k < seats_.size(); ++k) {
    if (!taken_[k]) seats_[k] = first();
  }
}

void Pack::lay_out_states() {
  each_state(states_, [&](auto of) {
    for (auto& [name, all] : of(states_).all()) {
      all =
          stacked(seats_, [&, &key = name](const Member& seat) { return of(*seat.progress).all().at(key); });
    }
  });
}

// Enforcers' states as one run's; no players.
Progress Pack::seen_states(const View& view) const {
  Progress one = states_;
  each_state(states_, [&](auto of) {
    for (auto& [name, value] : of(one).all()) value = view.seen(value);
  });
  return one;
}

// One run's progress with everybody's tensors in the place of its own.
Progress Pack::seen(const View& view) const {
  Progress one = seen_states(view);
  one.critic.leaves = all_seen(view, critics_.leaves());
  one.critic.values = one.critic.leaves;
  one.generator.leaves = all_seen(view, generators_.leaves());
  one.generator.buffers = all_seen(view, generators_.buffers());
  return one;
}

// The players as they lie, for gradients by hand; enforcers' states as one run's.
Progress Pack::with_whole_players(const View& view) {
  Progress all = seen_states(view);
  const auto give = [](Stack& stack, train::Arena& arena, train::Moments& moments) {
    arena.values = stack.values();
    arena.leaves = stack.leaves();
    arena.buffers = stack.buffers();
    moments = stack.gradients();
  };
  give(critics_, all.critic, all.critic_moments);
  give(generators_, all.generator, all.generator_moments);
  return all;
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

// The generators stand still: their samples for the next `updates`, in larger products than one update's.
void Pack::make_fakes(std::int64_t updates) {
  if (!game_->strategy.generator_by_hand || game_->fixed_generator()) return;
  at::NoGradGuard no_grad;
  const PackedView view(clock_);
  const auto latent = latent_batches(*game_, clock_, Purpose::latent_critic, clock_.updates, updates);
  const auto x =
      view.pass(*game_->generator, generators_.values(), generators_.buffers(), latent, updates)->output();
  for (std::int64_t i = updates; i-- > 0;)
    fakes_ahead_.push_back(x.narrow(1, i * game_->settings.batch_size, game_->settings.batch_size));
}

// Samples of one update, without a graph.
Batch Pack::fakes(const Tensor& label) {
  if (game_->fixed_generator()) return {fixed_batches(*game_, clock_), {}};
  if (!fakes_ahead_.empty()) {
    const Tensor next = fakes_ahead_.back();
    fakes_ahead_.pop_back();
    return {next, label};
  }
  at::NoGradGuard no_grad;
  const auto latent = latent_batches(*game_, clock_, Purpose::latent_critic, clock_.updates);
  const PackedView view(clock_);
  const auto x = forward(*game_->generator, view.seen(latent),
                         {.parameters = all_seen(view, generators_.leaves()),
                          .buffers = all_seen(view, generators_.buffers()),
                          .labels = view.seen(label),
                          .bf16 = game_->settings.bf16});
  return {view.whole(x), label};
}

train::CriticCost Pack::update_critics() {
  project(Enforcer::When::before);
  const Batch real = real_batches(*game_, clock_, Purpose::data_critic, clock_.updates);
  const Batch fake = fakes(real.label);
  train::CriticCost cost =
      game_->strategy.by_hand ? critic_by_hand(real, fake) : critic_by_autograd(real, fake);
  critics_.update(clock_.updates);
  project(Enforcer::When::after);
  return cost;
}

// Leaves the gradients in the stack, as every function of its kind.
train::CriticCost Pack::critic_by_autograd(const Batch& real, const Batch& fake) {
  train::CriticCost cost;
  {
    const PackedView view(clock_);
    game_.show_to(view);
    Progress one = seen(view);
    cost = whole(view, critic_cost(*game_, one, seen_batch(view, real), seen_batch(view, fake), view));
    keep_states(one, view);
  }
  gather(grad({cost.total().sum()}, critics_.leaves(), {}, false, false, /*allow_unused=*/true),
         critics_.gradients());
  return cost.detached();
}

train::CriticCost Pack::critic_by_hand(const Batch& real, const Batch& fake) {
  const PackedView view(clock_);
  game_.show_to(view);
  Progress one = with_whole_players(view);
  auto cost = whole(view, train::by_hand::critic_gradient(*game_, one, real, fake, view));
  keep_states(one, view);
  return cost;
}

Tensor Pack::generator_by_autograd(const train::GeneratorTurn& turn) {
  Tensor loss;
  {
    const PackedView view(clock_);
    game_.show_to(view);
    loss = view.whole(generator_loss(
        *game_, seen(view), {view.seen(turn.latent), view.seen(turn.label), seen_batch(view, turn.real)}));
  }
  gather(grad({loss.sum()}, generators_.leaves(), {}, false, false, /*allow_unused=*/true),
         generators_.gradients());
  return loss.detach();
}

Tensor Pack::generator_by_hand(const train::GeneratorTurn& turn) {
  const PackedView view(clock_);
  game_.show_to(view);
  Progress one = with_whole_players(view);
  return view.whole(train::by_hand::generator_gradient(*game_, one, turn, view));
}

Tensor Pack::update_generators() {
  train::GeneratorTurn turn;
  turn.label = asked_labels(*game_, clock_);
  turn.latent = latent_batches(*game_, clock_, Purpose::latent_generator, clock_.steps);
  if (game_->reads.generator_real)
    turn.real = real_batches(*game_, clock_, Purpose::data_generator, clock_.steps);
  Tensor loss = game_->strategy.by_hand ? generator_by_hand(turn) : generator_by_autograd(turn);
  generators_.update(clock_.steps);
  return loss;
}

// The device's part of a step: it reads and writes nothing of the host's.
void Pack::advance(std::int64_t updates) {
  train::CriticCost cost;
  Tensor generator_loss, all;
  fakes_ahead_.clear();  // a step that was broken off may have left some
  for (std::int64_t i = 0; i < updates; ++i) {
    if (fakes_ahead_.empty()) make_fakes(std::min(updates - i, game_->strategy.updates_ahead));
    cost = update_critics();
  }
  all = cost.total();
  if (!game_->fixed_generator()) {
    generator_loss = update_generators();
    all = all + generator_loss;
  } else {
    clock_.steps.add_(1);
  }
  const auto bad = at::isfinite(all).logical_not().logical_and(first_bad_ < 0);
  first_bad_.copy_(at::where(bad, clock_.steps, first_bad_));
  sheet_.write(cost, generator_loss, critics_, generators_);
}

std::vector<Tensor> Pack::state() const {
  std::vector<Tensor> all = generators_.state(), critics = critics_.state();
  all.insert(all.end(), critics.begin(), critics.end());
  all.insert(all.end(), {clock_.updates, clock_.steps, first_bad_});
  if (sheet_.numbers().defined()) all.push_back(sheet_.numbers());
  each_state(states_, [&](auto of) {
    for (const auto& [name, value] : of(states_).all()) all.push_back(value);
  });
  return all;
}

void Pack::step() {
  const std::int64_t updates = updates_of(first());
  critics_.plan(seats_);
  generators_.plan(seats_);
  if (updates == game_->settings.critic_steps)
    replayed_([&, updates] { advance(updates); }, [&] { return state(); });
  else
    advance(updates);
  for (std::size_t k = 0; k < seats_.size(); ++k) {
    if (!taken_[k]) continue;
    seats_[k].progress->updates += updates;
    ++seats_[k].progress->step;
  }
}

train::StepTable Pack::table(bool read) const {
  const at::Device device = read ? at::Device(at::kCPU) : first_bad_.device();
  const auto copy = [&](const Tensor& all) {
    return all.to(device, all.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
  };
  return {copy(sheet_.numbers()), copy(first_bad_)};
}

}  // namespace monge::pack

// What the host asks of every loss and enforcer: K runs at once give what a loop gives, and nothing reads a
// value.
#include <doctest/doctest.h>
#include <torch/library.h>

#include "opened.h"
#include "train/vmap.h"

using monge::Draw;
using monge::Enforcer;
using monge::Look;
using monge::Loss;
using monge::Role;
using monge::Scores;
using monge::State;
using monge::Tensor;
using monge::train::Vmap;
using namespace monge::test;

// LibTorch has this one in Python only; a loss may use relu all the same.
TORCH_LIBRARY_IMPL(aten, Meta, library) {
  library.impl("relu", [](const Tensor& x) { return at::empty_like(x); });
}

namespace {

constexpr std::int64_t kRuns = 3, kBatch = 5;
const monge::Shape kSample = {1, 3, 3};

// Tensors of the batch, in a fixed order, to map over all of them.
std::vector<Tensor*> parts(Scores& s) { return {&s.real, &s.fake, &s.real_x, &s.fake_x}; }

Scores stacked_scores() {
  Scores all = made_scores(100, kBatch, kSample);
  for (auto* part : parts(all)) *part = part->unsqueeze(0);
  for (std::int64_t k = 1; k < kRuns; ++k) {
    Scores one = made_scores(100 + k, kBatch, kSample);
    for (std::size_t i = 0; i < parts(all).size(); ++i) {
      *parts(all)[i] = at::cat({*parts(all)[i], parts(one)[i]->unsqueeze(0)});
    }
  }
  return all;
}

template <class Change>
Scores changed(Scores scores, Change&& change) {
  for (auto* part : parts(scores)) *part = change(*part);
  return scores;
}

// One stream a run, seen as one run's.
class PackedDraw final : public Draw {
 public:
  explicit PackedDraw(const Vmap& vmap) : vmap_(vmap) {
    for (std::int64_t k = 0; k < kRuns; ++k) each_.push_back(draws(200 + k));
  }
  Tensor uniform(at::IntArrayRef shape) override {
    return packed([&](Draw& draw) { return draw.uniform(shape); });
  }
  Tensor normal(at::IntArrayRef shape) override {
    return packed([&](Draw& draw) { return draw.normal(shape); });
  }
  Tensor index(at::IntArrayRef shape, std::int64_t n) override {
    return packed([&](Draw& draw) { return draw.index(shape, n); });
  }

 private:
  template <class Make>
  Tensor packed(Make&& make) {
    std::vector<Tensor> all;
    for (auto& draw : each_) all.push_back(make(draw));
    return vmap_.in(at::stack(all));
  }
  const Vmap& vmap_;
  std::vector<monge::train::Draws> each_;
};

// Runs `one(scores, draw)` for all runs under vmap and one after the other.
template <class Function>
void check_packed_equals_loop(Function&& one) {
  const Scores stacked = stacked_scores();
  const Tensor packed = [&] {
    Vmap vmap(kRuns);
    PackedDraw draw(vmap);
    return vmap.out(one(changed(stacked, [&](const Tensor& t) { return vmap.in(t); }), draw));
  }();
  REQUIRE(packed.size(0) == kRuns);
  for (std::int64_t k = 0; k < kRuns; ++k) {
    auto draw = draws(200 + k);
    const Tensor alone = one(changed(stacked, [&](const Tensor& t) { return t[k]; }), draw);
    REQUIRE(packed[k].sizes() == alone.sizes());
    CHECK(at::allclose(packed[k], alone, 1e-12, 1e-12));
  }
}

// Runs `one` on tensors without values: reading one throws.
template <class Function>
Tensor on_meta(Function&& one) {
  auto draw = draws(1, at::TensorOptions(at::kMeta).dtype(at::kDouble));
  return one(changed(made_scores(1, kBatch, kSample), [](const Tensor& t) { return t.to(at::kMeta); }), draw);
}

Tensor penalty_of(const Enforcer& enforcer, const Scores& scores) {
  Look look;
  look.at = scores;
  look.x = scores.real_x;
  look.score = scores.real;
  look.slope = scores.fake_x;
  State state;
  return enforcer.penalty(look, state);
}

template <class Interface, class Check>
void for_every(Opened& opened, Check&& check) {
  const auto names = opened.catalog.known(Interface::kKind);
  REQUIRE_FALSE(names.empty());
  for (const auto& name : names) {
    for (const auto& table : opened.variants(Interface::kKind, name)) {
      CAPTURE(name);
      CAPTURE(table.dump());
      check(monge::plugin::bind<Interface>(opened.catalog, table));
    }
  }
}

// The functions an enforcer has, each as a function of a batch.
template <class Check>
void for_every_function(const monge::plugin::Bound<Enforcer>& enforcer, Check&& check) {
  const auto& schema = enforcer.schema();
  if (!schema.states.empty()) return;  // states_test.cpp
  if (schema.has_points) check([&](const Scores& s, Draw& draw) { return enforcer->points(s, draw); });
  if (schema.has_penalty) check([&](const Scores& s, Draw&) { return penalty_of(*enforcer, s); });
  if (schema.has_project) check([&](const Scores& s, Draw&) { return enforcer->project(s.real_x, Role{}); });
  if (schema.has_weight) {
    check([&](const Scores& s, Draw&) {
      State state;
      return enforcer->weight(s.real_x, Role{}, state);
    });
  }
}

}  // namespace

TEST_CASE("every loss: three runs under vmap equal a loop") {
  Opened opened;
  for_every<Loss>(opened, [](const auto& loss) {
    check_packed_equals_loop([&](const Scores& s, Draw&) { return loss->critic(s); });
    check_packed_equals_loop([&](const Scores& s, Draw&) { return loss->generator(s); });
  });
}

TEST_CASE("every loss: gives a scalar on tensors without values, so it reads none") {
  Opened opened;
  for_every<Loss>(opened, [](const auto& loss) {
    CHECK(on_meta([&](const Scores& s, Draw&) { return loss->critic(s); }).dim() == 0);
    CHECK(on_meta([&](const Scores& s, Draw&) { return loss->generator(s); }).dim() == 0);
  });
}

TEST_CASE("every enforcer: three runs under vmap equal a loop") {
  Opened opened;
  for_every<Enforcer>(opened, [](const auto& enforcer) {
    for_every_function(enforcer, [](const auto& function) { check_packed_equals_loop(function); });
  });
}

TEST_CASE("every enforcer: runs on tensors without values, so it reads none") {
  Opened opened;
  for_every<Enforcer>(opened, [](const auto& enforcer) {
    for_every_function(enforcer, [](const auto& function) { CHECK(on_meta(function).is_meta()); });
  });
}

TEST_CASE("on_meta: reading a value does throw") {
  const auto reads = [](const Scores& s, Draw&) { return s.real.sum().item<double>() > 0 ? s.real : s.fake; };
  CHECK_THROWS(on_meta(reads));
}

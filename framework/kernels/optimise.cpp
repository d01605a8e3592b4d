#include "kernels/optimise.h"

#include <ATen/Dispatch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "kernels/run.h"

namespace monge::kernels {
namespace {

constexpr std::int64_t kColumns = sizeof(OptimizerRow) / sizeof(double);

// Descent::Found as numbers.
constexpr std::int64_t kFound = 2, kLength = 0, kLargest = 1;
static_assert(sizeof(Descent::Found) == kFound * sizeof(float) && offsetof(Descent::Found, length) == 0);

using Kind = train::OptimizerSettings::Kind;
static_assert(static_cast<int>(Kind::adam) == OptimizerRow::adam &&
              static_cast<int>(Kind::adamw) == OptimizerRow::adamw &&
              static_cast<int>(Kind::rmsprop) == OptimizerRow::rmsprop &&
              static_cast<int>(Kind::sgd) == OptimizerRow::sgd);

}  // namespace

Tensor optimizer_table(const std::vector<Optimizer>& runs) {
  std::vector<OptimizerRow> rows;
  rows.reserve(runs.size());
  for (const auto& run : runs) {
    const auto& s = run.settings;
    rows.push_back({.kind = static_cast<double>(s.kind),
                    .learning_rate = run.learning_rate,
                    .beta1 = s.beta1,
                    .beta2 = s.beta2,
                    .weight_decay = s.weight_decay,
                    .alpha = s.alpha,
                    .epsilon = s.epsilon,
                    .momentum = s.momentum,
                    .clip = run.clip,
                    .average = run.average});
  }
  return at::from_blob(rows.data(), {static_cast<std::int64_t>(rows.size()), kColumns}, at::kDouble).clone();
}

bool by_second_alone(const train::OptimizerSettings& s) {
  if (s.kind == Kind::rmsprop) return s.momentum == 0;
  return s.kind != Kind::sgd && s.beta1 == 0;
}

Update::Update(Stack stack) : stack_(std::move(stack)) {
  for (const auto* other : {&stack_.gradient, &stack_.first, &stack_.second, &stack_.average})
    TORCH_CHECK(!other->defined() || other->sizes() == stack_.values.sizes(),
                "optimise: arenas differ in size");
  TORCH_CHECK(!stack_.steps.defined() || stack_.steps.numel() == stack_.values.size(0),
              "optimise: a step for each run");
}

void Update::begin(const Tensor& settings, const Tensor& updates, bool by_second) {
  const auto runs = stack_.values.size(0);
  TORCH_CHECK(settings.sizes() == at::IntArrayRef({runs, kColumns}) && updates.numel() == runs,
              "optimise: a row of settings and a count of updates for each of ", runs, " runs");
  settings_ = settings;
  updates_ = updates;
  by_second_ = by_second;
  rules_.reset();
  taken_.clear();
}

void Update::make_rules() {
  if (rules_.defined()) return;
  const auto device = stack_.values.device();
  const auto runs = stack_.values.size(0);
  const auto* rows =
      reinterpret_cast<const OptimizerRow*>(memory<const double>(settings_, device, "settings"));
  AT_DISPATCH_FLOATING_TYPES(stack_.values.scalar_type(), "optimise", [&] {
    rules_ = at::empty({runs, static_cast<std::int64_t>(sizeof(Rule<scalar_t>))},
                       settings_.options().dtype(at::kByte));
    run(MakeRules<scalar_t>{rows, memory<std::int64_t>(updates_, device, "updates"),
                            stack_.steps.defined() ? memory<float>(stack_.steps, device, "steps") : nullptr,
                            static_cast<Rule<scalar_t>*>(rules_.mutable_data_ptr())},
        device, runs, 1);
  });
}

std::optional<Descending> Update::take(const Tensor& gradient) {
  TORCH_CHECK(gradient.is_alias_of(stack_.gradient), "optimise: a gradient of somebody else's parameter");
  constexpr std::int64_t kWorth = 1 << 16;  // numbers of a run: fewer are in the cache when they are updated
  const auto runs = gradient.size(0), each = gradient.numel() / runs;
  const auto begin = gradient.storage_offset() - stack_.gradient.storage_offset();
  if (!by_second_ || stack_.average.defined() || taken_.size() == Optimise<float>::kHoles || each < kWorth ||
      stack_.values.size(1) % 4 != 0 || begin % 4 != 0 || each % 4 != 0 ||
      gradient.scalar_type() != at::kFloat || gradient.dim() != 3)
    return std::nullopt;
  make_rules();
  const Hole hole{amount(begin), amount(each)};
  auto& found = found_[hole.begin];
  const auto blocks = [](std::int64_t n, std::int64_t size) { return (n + size - 1) / size; };
  if (!found.defined()) {
    found = at::zeros(
        {runs, blocks(gradient.size(1), Descent::kRows), blocks(gradient.size(2), Descent::kColumns), kFound},
        gradient.options());
    gradient.zero_();
  }
  taken_.push_back({hole, found});
  return Descending{static_cast<const Rule<float>*>(rules_.const_data_ptr()),
                    stack_.values.mutable_data_ptr<float>() + begin,
                    stack_.second.mutable_data_ptr<float>() + begin, found};
}

void Update::finish() {
  make_rules();
  std::sort(taken_.begin(), taken_.end(),
            [](const Taken& a, const Taken& b) { return a.hole.begin < b.hole.begin; });
  const auto device = stack_.values.device();
  AT_DISPATCH_FLOATING_TYPES(stack_.values.scalar_type(), "optimise", [&] {
    Optimise<scalar_t> job{
        static_cast<const Rule<scalar_t>*>(rules_.const_data_ptr()),
        memory<const scalar_t>(stack_.gradient, device, "gradient"),
        memory<scalar_t>(stack_.values, device, "values"),
        memory<scalar_t>(stack_.first, device, "first moments"),
        memory<scalar_t>(stack_.second, device, "second moments"),
        stack_.average.defined() ? memory<scalar_t>(stack_.average, device, "average") : nullptr,
        amount(stack_.values.size(1))};
    for (std::size_t i = 0; i < taken_.size(); ++i) job.holes[i] = taken_[i].hole;
    run(job, device, stack_.values.size(0), job.items());
  });
  stack_.values.unsafeGetTensorImpl()->bump_version();  // so that autograd notices, as for LibTorch's own
  settings_.reset();
}

namespace {

// Of each run's `numbers` what nobody took, and the first `more` of each place that was.
template <class Taken>
std::vector<Tensor> untaken(const Tensor& numbers, const std::vector<Taken>& all, std::int64_t more) {
  std::vector<Tensor> parts;
  std::int64_t begin = 0;
  for (const auto& [hole, found] : all) {
    parts.push_back(numbers.narrow(1, begin, hole.begin + more - begin));
    begin = std::int64_t{hole.begin} + hole.size;
  }
  parts.push_back(numbers.narrow(1, begin, numbers.size(1) - begin));
  return parts;
}

// [K]
Tensor norm(const std::vector<Tensor>& parts, double order) {
  return at::linalg_vector_norm(parts.size() == 1 ? parts.front() : at::cat(parts, 1), order, {1});
}

}  // namespace

Tensor Update::gradient_norm() {
  for (const auto& [hole, found] : taken_) {
    auto length = stack_.gradient.select(1, hole.begin);
    at::linalg_vector_norm_out(length, found.select(3, kLength), 2, {1, 2});
  }
  return norm(untaken(stack_.gradient, taken_, 1), 2);
}

Tensor Update::largest(std::int64_t size) const {
  auto parts = untaken(stack_.values.narrow(1, 0, size), taken_, 0);
  for (const auto& taken : taken_) parts.push_back(taken.found.select(3, kLargest).flatten(1));
  return norm(parts, INFINITY);
}

void optimise(const Tensor& settings, const Tensor& updates, const Stack& stack) {
  Update update(stack);
  update.begin(settings, updates);
  update.finish();
}

}  // namespace monge::kernels

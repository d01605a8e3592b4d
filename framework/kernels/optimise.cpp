#include "kernels/optimise.h"

#include <ATen/Dispatch.h>

#include "kernels/run.h"

namespace monge::kernels {
namespace {

constexpr std::int64_t kColumns = sizeof(OptimizerRow) / sizeof(double);

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

void optimise(const Tensor& settings, const Tensor& updates, const Stack& stack) {
  const auto device = stack.values.device();
  const auto runs = stack.values.size(0), size = stack.values.size(1);
  TORCH_CHECK(settings.sizes() == at::IntArrayRef({runs, kColumns}) && updates.numel() == runs,
              "optimise: a row of settings and a count of updates for each of ", runs, " runs");
  for (const auto* other : {&stack.gradient, &stack.first, &stack.second, &stack.average})
    TORCH_CHECK(!other->defined() || other->sizes() == stack.values.sizes(),
                "optimise: arenas differ in size");
  TORCH_CHECK(!stack.steps.defined() || stack.steps.numel() == runs, "optimise: a step for each run");
  const auto* rows =
      reinterpret_cast<const OptimizerRow*>(memory<const double>(settings, device, "settings"));
  AT_DISPATCH_FLOATING_TYPES(stack.values.scalar_type(), "optimise", [&] {
    const auto memory_of_rules = at::empty({runs, static_cast<std::int64_t>(sizeof(Rule<scalar_t>))},
                                           settings.options().dtype(at::kByte));
    auto* rules = static_cast<Rule<scalar_t>*>(memory_of_rules.mutable_data_ptr());
    run(MakeRules<scalar_t>{rows, memory<std::int64_t>(updates, device, "updates"),
                            stack.steps.defined() ? memory<float>(stack.steps, device, "steps") : nullptr,
                            rules},
        device, runs, 1);
    const Optimise<scalar_t> job{
        rules,
        memory<const scalar_t>(stack.gradient, device, "gradient"),
        memory<scalar_t>(stack.values, device, "values"),
        memory<scalar_t>(stack.first, device, "first moments"),
        memory<scalar_t>(stack.second, device, "second moments"),
        stack.average.defined() ? memory<scalar_t>(stack.average, device, "average") : nullptr,
        amount(size)};
    run(job, device, runs, job.items());
  });
  stack.values.unsafeGetTensorImpl()->bump_version();  // so that autograd notices, as for LibTorch's own
}

}  // namespace monge::kernels

#include "measure/evaluator.h"

#include <ATen/Parallel.h>
#include <monge/error.h>

#include <chrono>
#include <shared_mutex>
#include <utility>

#include "measure/audit.h"
#include "measure/samples.h"
#include "measure/surface.h"
#include "measure/values.h"
#include "train/calling.h"

namespace monge::measure {
namespace {

// A GPU that all runs of a pack are evaluated on at once may be full: those for whom there was no room try
// again, each when nobody else is at it.
template <class Make>
auto with_room(Make make) {
  static std::shared_mutex room;
  try {
    const std::shared_lock with_others(room);
    return make();
  } catch (const std::exception& error) {
    if (!train::lacks_gpu_memory(error)) throw;
  }
  const std::unique_lock alone(room);
  return make();
}

}  // namespace

Copies copies_of(const train::Game& game, const train::Progress& progress,
                 const EvaluationSettings& settings) {
  return with_room([&] {
    Copies copies;
    copies.step = progress.step;
    copies.generator = progress.generator_copy(game, settings.averaged);
    if (!settings.audited) return copies;
    copies.critic = progress.critic_copy(game);
    copies.generator_gradient = progress.generator_moments.gradient.clone();
    copies.critic_gradient = progress.critic_moments.gradient.clone();
    return copies;
  });
}

Evaluation evaluate(const train::Game& game, const EvaluationSettings& settings, const Copies& copies) {
  at::NoGradGuard no_grad;
  const auto begin = std::chrono::steady_clock::now();
  const auto& generator = copies.generator;
  Evaluation result;
  result.step = copies.step;
  const auto compared = compared_at(game, generator, copies.step, settings.samples);
  add_values(game, settings, compared, /*at_end=*/false, result);
  clear_final_values(settings, result);
  if (settings.final_samples > 0 && copies.step == game.settings.generator_steps) {
    add_values(game, settings, compared_at(game, generator, copies.step, settings.final_samples),
               /*at_end=*/true, result);
  }
  if (settings.audited) {
    result.values.merge(audit(game, copies, compared.real, compared.fake.x));
    add_surface(game, copies, result.values);
  }
  add_samples(game, generator, result);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

Evaluator::Evaluator(const train::Game& game, const EvaluationSettings& settings)
    : game_(game), settings_(settings), thread_([this] { work(); }) {}

Evaluator::~Evaluator() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Evaluator::submit(Copies copies) {
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(copies));
  }
  changed_.notify_all();
}

bool Evaluator::wait_below(std::size_t pending, double seconds) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::duration<double>(seconds),
                           [&] { return requests_.size() + (busy_ ? 1 : 0) < pending || fault_; });
}

const char* Evaluator::in() const {
  const auto* place = in_.load();
  return place == nullptr ? nullptr : place->load();
}

std::vector<Evaluation> Evaluator::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return (requests_.empty() && !busy_) || fault_; });
  if (fault_) std::rethrow_exception(std::exchange(fault_, nullptr));
  return std::exchange(done_, {});
}

void Evaluator::work() {
  at::globalContext().setFlushDenormal(true);  // a thread's own flag
  in_ = &train::calling_plugin;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closing_ || !requests_.empty(); });
    if (closing_) return;
    const Copies copies = std::move(requests_.front());
    requests_.pop_front();
    busy_ = true;
    lock.unlock();
    std::exception_ptr fault;
    Evaluation result;
    try {
      result = with_room([&] { return evaluate(game_, settings_, copies); });
    } catch (const train::PluginFault& error) {
      const std::string where = " (evaluation at step " + std::to_string(copies.step) + ")";
      fault = std::make_exception_ptr(train::PluginFault(error.what() + where, error.exit()));
    } catch (...) {
      fault = std::current_exception();
    }
    lock.lock();
    busy_ = false;
    if (fault)
      fault_ = fault_ ? fault_ : fault;  // the first
    else
      done_.push_back(std::move(result));
    changed_.notify_all();
  }
}

}  // namespace monge::measure

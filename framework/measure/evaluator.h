// Measures a generator in a second thread, from copies, while training goes on.
#pragma once

#include <monge/metric.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "measure/features.h"
#include "plugin/bind.h"
#include "train/step.h"

namespace monge::measure {

/// Values of metrics between two real samples: they belong to a data set and are kept by whoever keeps that.
/// Runs of a pack are evaluated in threads of their own: one computes, the others wait for it.
struct Floors {
  std::mutex mutex = {};
  std::map<std::string, std::map<std::string, std::vector<double>>> known = {};
};

struct EvaluationSettings {
  std::int64_t every = 500, samples = 1024;
  std::int64_t final_samples = 0;  // of the large evaluation after the last step; 0: there is none
  bool audited = false;            // the critic, see audit.h
  bool averaged = false;           // the generator's moving average is evaluated, not its weights of the step
  std::vector<plugin::Bound<Metric>> metrics;
  Extractor extractor = pixels();
  Floors* floors = nullptr;  // of the run's data set; null: computed anew at every evaluation
};

/// What an evaluation reads of a run that goes on training: copies that nobody else writes.
struct Copies {
  std::int64_t step = 0;
  train::Arena generator;
  train::Arena critic;  // with its effective weights; this and the gradients only where it is audited
  Tensor generator_gradient, critic_gradient;  // of the last updates [size]
};
Copies copies_of(const train::Game& game, const train::Progress& progress,
                 const EvaluationSettings& settings);

/// One evaluation. `image` is a grid of fixed-latent samples [height, width, channels] in 0..255; data that
/// is no image has `points` [n, D] instead.
struct Evaluation {
  std::int64_t step = 0;
  std::map<std::string, std::vector<double>> values;  // by their names in run.h5, see values.h and audit.h
  std::vector<std::int64_t> image_shape;
  std::vector<std::uint8_t> image;
  std::vector<std::int64_t> points_shape;
  std::vector<float> points;
  double seconds = 0;
};

/// One evaluation on the calling thread. Depends on the run's seed and the copies only.
Evaluation evaluate(const train::Game& game, const EvaluationSettings& settings, const Copies& copies);

/// A queue of evaluations and the thread that works on it; lives as long as its run. One that lacks memory is
/// tried a second time.
class Evaluator {
 public:
  Evaluator(const train::Game& game, const EvaluationSettings& settings);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  void submit(Copies copies);
  /// Waits at most `seconds` until fewer than `pending` evaluations are left to do, or one has failed. False
  /// when not.
  bool wait_below(std::size_t pending, double seconds);
  /// The key of the metric that its thread is in, or null.
  const char* in() const;
  /// Waits until all are done and hands over those since the last call, in order. Throws what a metric threw.
  std::vector<Evaluation> drain();

 private:
  void work();

  const train::Game& game_;
  const EvaluationSettings& settings_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Copies> requests_;
  std::vector<Evaluation> done_;
  std::exception_ptr fault_;
  bool busy_ = false, closing_ = false;
  std::atomic<std::atomic<const char*>*> in_ = nullptr;  // its thread's train::calling_plugin
  std::thread thread_;
};

}  // namespace monge::measure

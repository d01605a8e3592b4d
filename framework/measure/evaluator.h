// Measures a generator in a second thread, from copies, while training goes on.
#pragma once

#include <monge/metric.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "plugin/bind.h"
#include "train/arena.h"
#include "train/game.h"

namespace monge::measure {

struct EvaluationSettings {
  std::int64_t every = 500, samples = 1024;
  bool averaged = false;  // the generator's moving average is evaluated, not its weights of the step
  std::vector<plugin::Bound<Metric>> metrics;
};

/// One evaluation. `image` is a grid of fixed-latent samples [height, width, channels] in 0..255; data that
/// is no image has `points` [n, D] instead.
struct Evaluation {
  std::int64_t step = 0;
  std::map<std::string, std::vector<double>> values;  // by the names the metrics declared
  std::vector<std::int64_t> image_shape;
  std::vector<std::uint8_t> image;
  std::vector<std::int64_t> points_shape;
  std::vector<float> points;
  double seconds = 0;
};

/// One evaluation on the calling thread. Depends on the run's seed, the step and the generator's values only.
Evaluation evaluate(const train::Game& game, const EvaluationSettings& settings,
                    const train::Arena& generator, std::int64_t step);

/// A queue of evaluations and the thread that works on it; lives as long as its run.
class Evaluator {
 public:
  Evaluator(const train::Game& game, const EvaluationSettings& settings);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// `generator` is a copy that nobody else writes.
  void submit(std::int64_t step, train::Arena generator);
  /// Waits at most `seconds` until fewer than `pending` evaluations are left to do, or one has failed. False
  /// when not.
  bool wait_below(std::size_t pending, double seconds);
  /// Waits until all are done and hands over those since the last call, in order. Throws what a metric threw.
  std::vector<Evaluation> drain();

 private:
  struct Request {
    std::int64_t step;
    train::Arena generator;
  };
  void work();

  const train::Game& game_;
  const EvaluationSettings& settings_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Request> requests_;
  std::vector<Evaluation> done_;
  std::exception_ptr fault_;
  bool busy_ = false, closing_ = false;
  std::thread thread_;
};

}  // namespace monge::measure

// A measure of a generator's samples. Runs in the worker's second thread, on copies of training's tensors.
#pragma once

#include <monge/draw.h>
#include <monge/error.h>
#include <monge/plugin.h>
#include <monge/real.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace monge {

/// What an extractor (evaluate.features) sees in n samples, a row each.
struct Features {
  Tensor x;            // [n, F] float
  Tensor probability;  // [n, K] of the classes, rows add to 1; undefined unless the extractor classifies
};

/// All metrics are handed the same tensors: write to a clone() of them.
struct Snapshot {
  Tensor real, fake;  // [n, C, H, W] or [n, D] float, n = evaluate.samples; real ones are held out
  Tensor real_label, fake_label;  // [n] int64, undefined without labels or an unconditional generator
  Tensor modes;                   // [M, D] known centres, or undefined
  double mode_sigma = 0;          // standard deviation around each
  Draw& draw;                     // keyed by the run's seed and the step
  Features real_features = {}, fake_features = {};  // of a metric that says d.reads_features()
  bool at_end = false;  // the large evaluation after the last step, n = evaluate.final_samples
};

/// What a metric found, by the names it declared in describe. A list has one length in all evaluations of a
/// run.
class Values {
 public:
  void set(const std::string& name, double value) { values_[name] = {value}; }
  void set(const std::string& name, std::vector<double> bins) { values_[name] = std::move(bins); }
  const std::map<std::string, std::vector<double>>& all() const { return values_; }

 private:
  std::map<std::string, std::vector<double>> values_;
};

struct Metric {
  using Interface = Metric;
  using Tensor = monge::Tensor;
  using Real = monge::Real;
  using Snapshot = monge::Snapshot;
  using Values = monge::Values;
  static constexpr const char* kKind = "metric";

  virtual ~Metric() = default;
  virtual void measure(const Snapshot&, Values&) const = 0;
  /// How many of `n` samples of each kind it uses, 1 to n: the values of two numbers are never compared.
  virtual std::int64_t samples(std::int64_t n, bool at_end) const {
    static_cast<void>(at_end);
    return n;
  }
};

}  // namespace monge

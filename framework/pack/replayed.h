// A step that is captured once it has been made a few times, held against itself, and replayed from then on.
#pragma once

#include <monge/tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace monge::pack {

/// A step without the host's part.
struct Replay {
  virtual ~Replay() = default;
  virtual void replay() const = 0;
};

class Replayed {
 public:
  using Step = std::function<void()>;
  /// The step as a Replay, or null and why not. Executes nothing. What it throws is why not, but for a lack
  /// of memory, which is everybody's.
  using Capture = std::function<std::unique_ptr<Replay>(const Step& step, std::string& why)>;

  /// Without a `capture` every step is made anew.
  explicit Replayed(Capture capture = nullptr) : capture_(std::move(capture)) {}

  using State = std::function<std::vector<Tensor>()>;
  /// Makes the step, whose effect on the host must be nothing and on the device the values of `state`, which
  /// is asked for only where it is compared.
  void operator()(const Step& step, const State& state);

  /// "captured", or why it is made anew each time though it was to be; "" where that is not known yet.
  std::string verdict() const { return made_ > kWarmUp + kTrials ? "captured" : why_not_; }

 private:
  static constexpr int kWarmUp = 3;  // steps in which libraries make their handles, workspaces and plans
  static constexpr int kTrials = 2;  // steps that are also replayed, to compare

  void try_out(const Step& step, const std::vector<Tensor>& state);

  Capture capture_;
  std::unique_ptr<Replay> replay_;
  std::string why_not_;
  int made_ = 0;
};

}  // namespace monge::pack

// A second stream of a GPU, for work whose result nobody waits for soon: there it fills what small kernels
// leave idle. On a CPU everything is done at once.
#pragma once

#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <monge/tensor.h>

#include <optional>
#include <vector>

namespace monge::stacked {

class Side {
 public:
  explicit Side(at::Device device);
  /// Joins, where somebody has thrown before that: the memory read may be given to others then.
  ~Side();
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  /// Does `work` once all is done that the current stream was given so far. What it reads is kept until
  /// `join`, lest somebody be given its memory.
  template <class Work>
  void operator()(const std::vector<Tensor>& reads, const Work& work) {
    if (!stream_) return work();
    kept_.insert(kept_.end(), reads.begin(), reads.end());
    is_behind_ = true;
    follow();
    const c10::StreamGuard guard(*stream_);
    work();
  }

  /// The current stream goes on when all of it is done.
  void join();

 private:
  void follow();

  std::optional<c10::Stream> stream_;  // none: a CPU's
  std::optional<c10::Event> event_;
  std::vector<Tensor> kept_;
  bool is_behind_ = false;  // was given work since `join`
};

}  // namespace monge::stacked

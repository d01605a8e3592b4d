// A step as one CUDA graph: launched by one call, where launching its kernels one by one would take longer
// than they do.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "pack/replayed.h"

namespace monge::pack {

class Graph final : public Replay {
 public:
  /// What `launch` launches, which is not executed; where that cannot be captured nothing, and `why` says
  /// why. A lack of memory is thrown, as of a step (train::lacks_gpu_memory). The thread's stream must not be
  /// the default one, and backward passes must run on the thread (worker/lane.h).
  static std::unique_ptr<Replay> captured(const std::function<void()>& launch, std::string& why);
  ~Graph() override;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  void replay() const override;

 private:
  explicit Graph(void* graph) : graph_(graph) {}
  void* graph_;
};

}  // namespace monge::pack

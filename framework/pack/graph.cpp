#include "pack/graph.h"

#include <exception>

#include "kernels/library.h"
#include "train/calling.h"

namespace monge::pack {
namespace {

// It has been opened already where there are tensors on a GPU.
struct Functions {
  kernels::Library ours{
      "monge_cuda.so, which opens LibTorch's CUDA part,", {"monge_cuda.so"}, RTLD_NOW | RTLD_NOLOAD};
  void* (*capture)(void (*work)(void*), void* context, std::string* why) = ours["monge_cuda_capture"];
  void (*replay)(void* graph) = ours["monge_cuda_replay"];
  void (*release)(void* graph) = ours["monge_cuda_release"];
};

const Functions& functions() {
  static const Functions opened;
  return opened;
}

// What is launched, and what it threw: the other library hands on words alone.
struct Work {
  const std::function<void()>& launch;
  std::exception_ptr thrown;
};

void call(void* context) {
  auto* work = static_cast<Work*>(context);
  try {
    work->launch();
  } catch (...) {
    work->thrown = std::current_exception();
    throw;
  }
}

void rethrow_lack_of_memory(const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    if (train::lacks_gpu_memory(error)) throw;
  } catch (...) {
  }
}

}  // namespace

std::unique_ptr<Replay> Graph::captured(const std::function<void()>& launch, std::string& why) {
  Work work{launch, nullptr};
  void* graph = functions().capture(call, &work, &why);
  if (graph != nullptr) return std::unique_ptr<Replay>(new Graph(graph));
  rethrow_lack_of_memory(work.thrown);
  return nullptr;
}

Graph::~Graph() { functions().release(graph_); }

void Graph::replay() const { functions().replay(graph_); }

}  // namespace monge::pack

#include "pack/graph.h"

#include "kernels/library.h"

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

void call(void* work) { (*static_cast<const std::function<void()>*>(work))(); }

}  // namespace

std::unique_ptr<Replay> Graph::captured(const std::function<void()>& work, std::string& why) {
  void* graph = functions().capture(call, const_cast<std::function<void()>*>(&work), &why);
  return std::unique_ptr<Replay>(graph == nullptr ? nullptr : new Graph(graph));
}

Graph::~Graph() { functions().release(graph_); }

void Graph::replay() const { functions().replay(graph_); }

}  // namespace monge::pack

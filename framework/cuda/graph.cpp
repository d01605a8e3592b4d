// CUDA graphs for pack/graph, as C functions: nobody else links LibTorch's CUDA part or includes CUDA's
// headers.
#include <ATen/core/CachingHostAllocator.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAStream.h>

#include <exception>
#include <memory>
#include <string>

namespace {

using at::cuda::CUDAGraph;

std::string words_of(const std::exception& error) {
  const auto* torch = dynamic_cast<const c10::Error*>(&error);
  return torch != nullptr ? torch->what_without_backtrace() : error.what();
}

// What `step` throws, or "".
template <class Step>
std::string fault_of(Step step) {
  try {
    step();
    return "";
  } catch (const std::exception& error) {
    const std::string words = words_of(error);
    return words.empty() ? "it failed without a word" : words;
  }
}

// Where ending a capture threw before it told the allocators, these would go on sending this stream's memory
// to the pool, and the graph would never release it.
void give_up(c10::DeviceIndex device, at::cuda::MempoolId_t pool) {
  namespace allocator = c10::cuda::CUDACachingAllocator;
  if (fault_of([&] { allocator::endAllocateToPool(device, pool); }).empty())
    (void)fault_of([&] { allocator::releasePool(device, pool); });
  at::HostAllocator* host = at::getHostAllocator(at::kCUDA);
  if (fault_of([&] { host->end_allocate_to_pool(pool); }).empty())
    (void)fault_of([&] { host->release_pool(pool); });
}

}  // namespace

/// What `work(context)` launches on this thread's stream, which must not be the default one, as a graph;
/// nothing is executed. Null where it cannot be captured, and `why` says why. Backward passes must run on
/// this thread. One capture at a time.
extern "C" __attribute__((visibility("default"))) void* monge_cuda_capture(void (*work)(void*), void* context,
                                                                           std::string* why) {
  namespace allocator = c10::cuda::CUDACachingAllocator;
  auto graph = std::make_unique<CUDAGraph>();
  const auto stream = c10::cuda::getCurrentCUDAStream();
  const auto pool = at::cuda::graph_pool_handle();
  // With everything of ours on this thread, nobody else's calls can disturb the capture, nor it theirs.
  *why = fault_of([&] {
    stream.synchronize();
    allocator::emptyCache();
    graph->capture_begin(pool, cudaStreamCaptureModeThreadLocal);
  });
  if (why->empty()) {
    *why = fault_of([&] { work(context); });
    const std::string at_end = fault_of([&] { graph->capture_end(); });
    if (why->empty()) *why = at_end;
    if (why->empty()) return graph.release();
    if (!at_end.empty()) give_up(stream.device_index(), pool);
  }
  (void)cudaGetLastError();  // a capture that has failed leaves its error behind
  return nullptr;
}

extern "C" __attribute__((visibility("default"))) void monge_cuda_replay(void* graph) {
  static_cast<CUDAGraph*>(graph)->replay();
}

extern "C" __attribute__((visibility("default"))) void monge_cuda_release(void* graph) {
  delete static_cast<CUDAGraph*>(graph);
}

#include "worker/lane.h"

#include <c10/core/AutogradState.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace monge::worker {

void take_lane(at::Device device) {
  if (!device.is_cuda()) return;
  c10::AutogradState::get_tls_state().set_multithreading_enabled(false);
  const c10::impl::VirtualGuardImpl gpu(device.type());
  gpu.setDevice(device);
  gpu.exchangeStream(gpu.getStreamFromGlobalPool(device));
}

c10::Stream other_stream(at::Device device) {
  return c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
}

void settle(at::Device device) {
  if (!device.is_cuda()) return;
  const c10::impl::VirtualGuardImpl gpu(device.type());
  gpu.synchronizeStream(gpu.getStream(device));
}

}  // namespace monge::worker

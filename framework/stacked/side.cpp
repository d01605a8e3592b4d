#include "stacked/side.h"

#include <c10/core/impl/VirtualGuardImpl.h>

#include <exception>
#include <map>

namespace monge::stacked {
namespace {

// Always the same one of a thread: libraries have a handle and memory for each that they meet.
c10::Stream stream_of(at::Device device) {
  thread_local std::map<int, c10::Stream> streams;
  const auto found = streams.find(device.index());
  if (found != streams.end()) return found->second;
  const c10::impl::VirtualGuardImpl guard(device.type());
  return streams.emplace(device.index(), guard.getStreamFromGlobalPool(device)).first->second;
}

}  // namespace

Side::Side(at::Device device) {
  if (device.is_cpu()) return;
  stream_ = stream_of(device);
  event_.emplace(device.type());
}

Side::~Side() {
  try {
    join();
  } catch (const std::exception&) {  // of a graph that could not be captured; then nothing has been launched
    kept_.clear();
  }
}

void Side::follow() {
  event_->record(c10::impl::VirtualGuardImpl(stream_->device_type()).getStream(stream_->device()));
  event_->block(*stream_);
}

void Side::join() {
  if (!stream_ || kept_.empty()) return;
  event_->record(*stream_);
  event_->block(c10::impl::VirtualGuardImpl(stream_->device_type()).getStream(stream_->device()));
  kept_.clear();
}

}  // namespace monge::stacked

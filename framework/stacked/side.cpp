#include "stacked/side.h"

#include <c10/core/impl/VirtualGuardImpl.h>

#include <exception>
#include <map>
#include <utility>

namespace monge::stacked {
namespace {

// Always the same one beside a stream: libraries have a handle and memory for each that they meet, which
// those that work at the same time must not share.
c10::Stream stream_of(at::Device device) {
  thread_local std::map<std::pair<int, c10::StreamId>, c10::Stream> streams;
  const c10::impl::VirtualGuardImpl guard(device.type());
  const std::pair<int, c10::StreamId> beside(device.index(), guard.getStream(device).id());
  const auto found = streams.find(beside);
  if (found != streams.end()) return found->second;
  return streams.emplace(beside, guard.getStreamFromGlobalPool(device)).first->second;
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
  if (!is_behind_) return;
  event_->record(*stream_);
  event_->block(c10::impl::VirtualGuardImpl(stream_->device_type()).getStream(stream_->device()));
  kept_.clear();
  is_behind_ = false;
}

}  // namespace monge::stacked

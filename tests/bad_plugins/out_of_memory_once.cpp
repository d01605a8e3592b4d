// Takes more memory than there is, once a process: as a pack that is too large for its GPU.
#include <c10/util/Exception.h>

#include "nth_call.h"

namespace {

struct OutOfMemoryOnce final : monge::bad::NthCall<OutOfMemoryOnce> {
  void fail() const {
    static bool done = false;
    if (std::exchange(done, true)) return;
    throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "out of memory on purpose");
  }
};

}  // namespace

MONGE_PLUGIN(OutOfMemoryOnce)

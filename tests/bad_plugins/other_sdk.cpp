// Built against other SDK headers than the host.
#include "never_called.h"

#undef MONGE_SDK_HASH
#define MONGE_SDK_HASH "000000000000"
MONGE_BAD_HEADER(monge::PluginHeader::kMagic, sizeof(monge::PluginHeader), MONGE_BUILD)

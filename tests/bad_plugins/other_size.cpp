// A header of a later Monge that has grown by a field.
#include "never_called.h"

MONGE_BAD_HEADER(monge::PluginHeader::kMagic, sizeof(monge::PluginHeader) + 8, MONGE_BUILD)

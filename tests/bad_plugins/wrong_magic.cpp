// Some other program's plugin that happens to use our symbol's name.
#include "never_called.h"

MONGE_BAD_HEADER(0x0BADF00D, sizeof(monge::PluginHeader), MONGE_BUILD)

// A header whose functions end the process: opening a plugin of another build must not run any code of it.
#pragma once

#include <monge/plugin.h>

#include <cstdlib>

namespace monge::bad {

constexpr PluginHeader header(std::uint32_t magic, std::uint32_t size, const char* build) {
  return {magic,
          size,
          build,
          MONGE_PLUGIN_KIND,
          MONGE_PLUGIN_NAME,
          [](Schema&) { std::abort(); },
          []() -> void* { std::abort(); },
          [](void*) -> void* { std::abort(); }};
}

}  // namespace monge::bad

#define MONGE_BAD_HEADER(magic, size, build)                                                \
  extern "C" __attribute__((visibility("default"))) const monge::PluginHeader monge_plugin; \
  constinit const monge::PluginHeader monge_plugin = monge::bad::header(magic, size, build);

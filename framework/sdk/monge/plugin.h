// The border between host and plugin: one constant header, compared before any function of the plugin is
// called.
#pragma once

#include <monge/build_id.h>
#include <monge/describe.h>
#include <torch/version.h>

#include <cstdint>
#include <string_view>

namespace monge {

/// Facts a plugin must share with its host, compared as text field by field.
#define MONGE_TEXT_OF(x) #x
#define MONGE_TEXT(x) MONGE_TEXT_OF(x)
#if defined(__SANITIZE_ADDRESS__)
#define MONGE_SANITIZER "address"
#else
#define MONGE_SANITIZER "none"
#endif
#if defined(_GLIBCXX_DEBUG)
#define MONGE_STL "debug"
#else
#define MONGE_STL "release"
#endif
#if defined(__clang__)
#define MONGE_COMPILER "clang-" MONGE_TEXT(__clang_major__)
#else
#define MONGE_COMPILER "gcc-" MONGE_TEXT(__GNUC__)
#endif
#define MONGE_BUILD                                                                               \
  "sdk=" MONGE_SDK_HASH " libtorch=" TORCH_VERSION                                                \
  " cxx11abi=" MONGE_TEXT(_GLIBCXX_USE_CXX11_ABI) " compiler=" MONGE_COMPILER " std=" MONGE_TEXT( \
      __cplusplus) " sanitizer=" MONGE_SANITIZER " stl=" MONGE_STL

struct PluginHeader {
  static constexpr std::uint32_t kMagic = 0x474E4F4D;  // "MONG"
  std::uint32_t magic, size;  // first for ever, so that any future header can still be refused politely
  const char* build;          // MONGE_BUILD
  const char* kind;           // "loss", ...
  const char* name;           // the file's stem
  void (*describe)(Schema&);
  void* (*make)();               // a default-constructed object, owned by the host
  void* (*as_interface)(void*);  // object -> Loss*, Enforcer*, ...
};

template <class Interface, class T>
void describe_plugin(Schema& schema) {
  Describe<T> describe(schema);
  T::describe(describe);
  note_hooks<Interface, T>(schema);
}

}  // namespace monge

/// Ends a plugin's file. The build (monge_add_plugin, `runner plugin build`) gives the name and the kind it
/// was told; the kind is checked here.
#define MONGE_PLUGIN(T)                                                                     \
  static_assert(std::string_view(T::kKind) == MONGE_PLUGIN_KIND,                            \
                "the build was told another kind than T is of");                            \
  extern "C" __attribute__((visibility("default"))) const monge::PluginHeader monge_plugin; \
  constinit const monge::PluginHeader monge_plugin{                                         \
      monge::PluginHeader::kMagic,                                                          \
      sizeof(monge::PluginHeader),                                                          \
      MONGE_BUILD,                                                                          \
      MONGE_PLUGIN_KIND,                                                                    \
      MONGE_PLUGIN_NAME,                                                                    \
      [](monge::Schema& schema) { monge::describe_plugin<T::Interface, T>(schema); },       \
      []() -> void* { return new T; },                                                      \
      [](void* object) -> void* { return static_cast<T::Interface*>(static_cast<T*>(object)); }};

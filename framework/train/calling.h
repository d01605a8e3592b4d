// Which plugin is being called, so that a crash or an exception in it can be named.
#pragma once

#include <c10/util/Exception.h>
#include <monge/error.h>

#include <atomic>
#include <stdexcept>
#include <string>

namespace monge::train {

/// The key of the plugin that this thread is in, or null. Read by the signal handler of runner-worker, and by
/// threads that wait for this one.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
inline thread_local std::atomic<const char*> calling_plugin = nullptr;

/// An exception that came out of a plugin, its key said once; the exit code is what the plugin asked for by
/// monge::Error, such as a data set whose files are not there.
class PluginFault : public Error {
 public:
  explicit PluginFault(const std::string& what, Exit exit = Exit::failed) : Error(exit, what) {}
};

/// What to do about a lack of memory, after what was said of it.
inline constexpr const char* kLessMemory =
    "; lower train.batch_size, the networks' width or evaluate.samples";

/// Whether it is a GPU's lack of memory, as LibTorch's allocator, CUDA or cuBLAS says it: a smaller pack, or
/// a second try when others are done, may have what it needs.
bool lacks_gpu_memory(const std::exception& error);

/// What an exception says, without the stack that LibTorch adds; of a lack of the host's memory, how much was
/// wanted and kLessMemory. A GPU's may be mended by smaller packs, and is said plainly.
std::string words_of(const std::exception& error);

/// Runs `function`, which calls into the plugin `key`: other threads may read that until their next look.
template <class Function>
auto calling(const std::string& key, Function&& function) {
  struct Scope {
    const char* outer = calling_plugin;
    ~Scope() { calling_plugin = outer; }
  } scope;
  calling_plugin = key.c_str();
  try {
    return function();
  } catch (const PluginFault&) {
    throw;
  } catch (const Error& error) {
    throw PluginFault("in " + key + ": " + error.what(), error.exit());
  } catch (const std::exception& error) {
    if (lacks_gpu_memory(error)) throw;  // the machine's fault
    throw PluginFault("in " + key + ": " + words_of(error));
  } catch (...) {
    throw PluginFault("in " + key + ": it threw something that is no std::exception");
  }
}

/// The same of one of its functions, which is named where LibTorch has refused what it does.
template <class Function>
auto calling(const std::string& key, const char* name, Function&& function) {
  return calling(key, [&] {
    try {
      return function();
    } catch (const c10::Error& error) {
      if (lacks_gpu_memory(error)) throw;
      throw std::runtime_error(std::string(name) + "(): " + words_of(error));
    }
  });
}

}  // namespace monge::train

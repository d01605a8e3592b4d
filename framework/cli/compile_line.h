// How Monge itself was compiled, and so how a plugin must be.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace monge::cli {

struct CompileLine {
  std::string compiler;
  std::vector<std::string> compile, link;  // flags; flags and libraries
  std::string precompiled;                 // header, "" where there is none
  std::filesystem::path headers;           // the SDK's folder, which holds monge/
  std::string sdk;                         // what sdk_hash said of it when this Monge was configured
};

/// From plugin_build.json beside the runner, or ../lib/monge/ when it is installed. Throws
/// Error(Exit::failed) where there is none.
CompileLine recorded_compile_line();

/// What build_id.h has of the SDK in this folder; see cmake/BuildId.cmake. Throws Error(Exit::storage).
std::string sdk_hash(const std::filesystem::path& headers);

/// The words that make `library` of `source`.
std::vector<std::string> words_to_build(const CompileLine& line, const std::filesystem::path& source,
                                        const std::string& kind, const std::filesystem::path& library);

}  // namespace monge::cli

// SHA-256, as 64 lower-case hexadecimal digits.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace monge::record {

std::string sha256(std::string_view bytes);

/// Of a file's content. Throws Error(Exit::storage) when the file cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace monge::record

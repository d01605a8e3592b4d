// The files that `runner plugin new` begins with, from templates/.
#pragma once

#include <string>
#include <string_view>

namespace monge::cli {

/// The text of templates/<name>.in, which is a file of this program. Made by this folder's CMakeLists.txt.
std::string_view template_text(std::string_view name);

}  // namespace monge::cli

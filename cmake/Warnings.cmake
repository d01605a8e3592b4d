# Our own warnings for our own code: link PRIVATE monge_warnings. Never applied to other people's headers.
add_library(monge_warnings INTERFACE)
target_compile_options(monge_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror
  # g++ 12 sees overlapping copies in "literal" + std::string (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(MONGE_SANITIZE)
  set(MONGE_SANITIZE_COMPILE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  set(MONGE_SANITIZE_LINK -fsanitize=address,undefined)
  add_compile_options(${MONGE_SANITIZE_COMPILE})
  add_link_options(${MONGE_SANITIZE_LINK})
endif()

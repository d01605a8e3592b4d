# Precompiled LibTorch headers, shared by every target that uses them: a file costs 4 s in place of 13 s, a batch of files once.
#
#   monge_torch_headers(target library...)   does so when a library is, or is built on, LibTorch
option(MONGE_PCH "Precompile LibTorch's headers" ON)

# One precompiled header serves programs and libraries alike, so both are compiled the same way.
set(CMAKE_CXX_COMPILE_OPTIONS_PIE -fPIC)
define_property(TARGET PROPERTY MONGE_USES_TORCH)

if(MONGE_PCH)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/torch_headers.cpp CONTENT "// Carries the precompiled header.\n")
  add_library(monge_torch_headers OBJECT ${PROJECT_BINARY_DIR}/generated/torch_headers.cpp)
  # Warnings belong to it: -Wpedantic changes predefined macros, and the compiler compares those.
  target_link_libraries(monge_torch_headers PRIVATE LibTorch::cpu monge_warnings)
  target_precompile_headers(monge_torch_headers PRIVATE <torch/types.h>)
endif()

function(monge_torch_headers target)
  foreach(library ${ARGN})
    set(uses OFF)
    if(TARGET ${library})
      get_target_property(uses ${library} MONGE_USES_TORCH)
    endif()
    if(uses OR library MATCHES "^(LibTorch|Monge)::")
      set_target_properties(${target} PROPERTIES MONGE_USES_TORCH ON)
      if(MONGE_PCH)
        target_precompile_headers(${target} REUSE_FROM monge_torch_headers)
      endif()
      return()
    endif()
  endforeach()
endfunction()

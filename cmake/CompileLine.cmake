# <build>/plugin_build.json: how `runner plugin build` compiles one file into a plugin without CMake, with the flags of this
# build, so that the plugin's fingerprint is the host's. The installed one names the headers by %PREFIX%, which the runner
# replaces by the folder it is installed in.
#
#   {"compiler": path, "compile": [flags], "link": [flags and libraries], "precompiled": header or "",
#    "headers": the SDK's folder, "sdk": its hash}
string(TOUPPER "${CMAKE_BUILD_TYPE}" _config)
separate_arguments(_flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${_config}}")
# Warnings are the author's to read, not errors; a precompiled header is used only under the flags it was made with.
get_target_property(_warnings monge_warnings INTERFACE_COMPILE_OPTIONS)
list(FILTER _warnings EXCLUDE REGEX "^-Werror$|^\\$<")
list(APPEND _flags -std=c++20 -fPIC -fvisibility=hidden -fvisibility-inlines-hidden ${_warnings} ${MONGE_SANITIZE_COMPILE})

get_target_property(_torch_includes LibTorch::cpu INTERFACE_INCLUDE_DIRECTORIES)
list(TRANSFORM _torch_includes PREPEND "-isystem;")
get_target_property(_link LibTorch::cpu INTERFACE_LINK_OPTIONS)
if(NOT _link)
  set(_link "")
endif()
list(TRANSFORM _link REPLACE "^LINKER:" "-Wl,")
list(APPEND _link -Wl,-z,defs ${MONGE_SANITIZE_LINK} ${LibTorch_LIB_DIR}/libtorch_cpu.so ${LibTorch_LIB_DIR}/libc10.so)

function(monge_write_compile_line file precompiled sdk)   # ARGN: further folders of headers
  set(json "{}")
  set(compile ${_flags})
  foreach(folder ${sdk} ${ARGN})
    list(APPEND compile -I${folder})
  endforeach()
  list(APPEND compile ${_torch_includes})
  foreach(field compile link)
    set(list ${${field}})
    if(field STREQUAL link)
      set(list ${_link})
    endif()
    list(TRANSFORM list PREPEND "\"")
    list(TRANSFORM list APPEND "\"")
    list(JOIN list ", " list)
    string(JSON json SET "${json}" ${field} "[${list}]")
  endforeach()
  string(JSON json SET "${json}" compiler "\"${CMAKE_CXX_COMPILER}\"")
  string(JSON json SET "${json}" precompiled "\"${precompiled}\"")
  string(JSON json SET "${json}" headers "\"${sdk}\"")
  string(JSON json SET "${json}" sdk "\"${MONGE_SDK_HASH}\"")
  file(CONFIGURE OUTPUT ${file} CONTENT "${json}\n" @ONLY)
endfunction()

set(_precompiled "")
if(MONGE_PCH)
  set(_precompiled ${PROJECT_BINARY_DIR}/CMakeFiles/monge_torch_headers.dir/cmake_pch.hxx)
endif()
monge_write_compile_line(${PROJECT_BINARY_DIR}/plugin_build.json "${_precompiled}"
  ${PROJECT_SOURCE_DIR}/framework/sdk ${MONGE_GENERATED_DIR})
set(_installed ${PROJECT_BINARY_DIR}/generated/installed/plugin_build.json)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated/installed)
monge_write_compile_line(${_installed} "" %PREFIX%/include)
install(FILES ${_installed} DESTINATION lib/monge)

# <build>/generated/monge/build_id.h: the hash of the SDK that this build's plugins and worker were compiled against.
#
# A plugin carries it in its constant header; a worker of another SDK refuses the plugin before any of its code runs.
# MONGE_SDK_HASH is the first 12 hex digits of SHA-256 over names and contents of framework/sdk/monge/*.h.
set(MONGE_GENERATED_DIR ${PROJECT_BINARY_DIR}/generated)
file(GLOB _headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/framework/sdk
  ${PROJECT_SOURCE_DIR}/framework/sdk/monge/*.h)
list(SORT _headers)
set(_sums "")
foreach(_header ${_headers})
  set(_path ${PROJECT_SOURCE_DIR}/framework/sdk/${_header})
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${_path})
  file(SHA256 ${_path} _sum)
  string(APPEND _sums "${_sum}  ${_header}\n")
endforeach()
string(SHA256 _sum "${_sums}")
string(SUBSTRING ${_sum} 0 12 MONGE_SDK_HASH)
file(CONFIGURE OUTPUT ${MONGE_GENERATED_DIR}/monge/build_id.h @ONLY CONTENT
"#pragma once

// Made by cmake/BuildId.cmake: which SDK this is.
#define MONGE_SDK_HASH \"@MONGE_SDK_HASH@\"
")

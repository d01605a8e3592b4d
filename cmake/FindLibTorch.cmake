# FindLibTorch: LibTorch as imported targets, from a Python wheel (CPU or CUDA) or an unpacked LibTorch archive.
#
# Looks in, first found wins; a place named by hand that holds no LibTorch is an error, not a reason to look elsewhere:
#   Torch_DIR, LibTorch_ROOT   variable, then environment: <root>, <root>/share/cmake/Torch, or the folder around <root>
#   LibTorch_HINT              the LibTorch an installed Monge was built with (set by MongeConfig.cmake)
#   ${MONGE_CACHE:-~/.cache/monge}/python    what setup.sh fills
# The wheel's own TorchConfig.cmake asks for a whole CUDA toolkit, even to build for the CPU; this module does not.
#
#   LibTorch::cpu      headers, libtorch_cpu and libc10
#   LibTorch::cuda     the CUDA part, where LibTorch_CUDA is true; with CUDA's headers, where LibTorch_CUDA_INCLUDE_DIR is set
#   LibTorch_PREFIX, LibTorch_LIB_DIR, LibTorch_RUNPATH (folders of all its libraries), LibTorch_VERSION
include(FindPackageHandleStandardArgs)
set(_tested 2.11)

# The LibTorch at or around `place`, or an empty string.
function(_libtorch_at place result)
  set(${result} "" PARENT_SCOPE)
  foreach(sub . ../../.. libtorch torch)
    cmake_path(SET root NORMALIZE "${place}/${sub}")
    if(EXISTS ${root}/include/torch/csrc/api/include/torch/types.h AND EXISTS ${root}/lib/libtorch_cpu.so)
      string(REGEX REPLACE "/$" "" root "${root}")
      set(${result} ${root} PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

set(LibTorch_PREFIX "")
foreach(_name Torch_DIR LibTorch_ROOT ENV{Torch_DIR} ENV{LibTorch_ROOT})
  if(_name MATCHES "^ENV{(.*)}$")
    set(_place "$ENV{${CMAKE_MATCH_1}}")
  else()
    set(_place "${${_name}}")
  endif()
  if(_place AND NOT _place MATCHES "-NOTFOUND$" AND NOT LibTorch_PREFIX)
    _libtorch_at("${_place}" LibTorch_PREFIX)
    if(NOT LibTorch_PREFIX)
      message(FATAL_ERROR "${_name} = ${_place} holds no LibTorch (no include/torch/csrc/api/include/torch/types.h with "
        "lib/libtorch_cpu.so).\nName an unpacked LibTorch or a Python's torch folder, or unset it and run ./setup.sh.")
    endif()
  endif()
endforeach()
if(NOT LibTorch_PREFIX AND LibTorch_HINT)
  _libtorch_at("${LibTorch_HINT}" LibTorch_PREFIX)
endif()
if(NOT LibTorch_PREFIX)
  set(_cache "$ENV{MONGE_CACHE}")
  if(NOT _cache)
    set(_cache "$ENV{HOME}/.cache/monge")
  endif()
  file(GLOB _places ${_cache}/python/lib/python3*/site-packages/torch)
  foreach(_place ${_places})
    if(NOT LibTorch_PREFIX)
      _libtorch_at("${_place}" LibTorch_PREFIX)
    endif()
  endforeach()
endif()

set(LibTorch_CUDA FALSE)
if(LibTorch_PREFIX)
  set(LibTorch_LIB_DIR ${LibTorch_PREFIX}/lib)
  foreach(_header torch/headeronly torch/csrc/api/include/torch)   # the second until 2.9
    set(_header ${LibTorch_PREFIX}/include/${_header}/version.h)
    if(EXISTS ${_header} AND NOT LibTorch_VERSION)
      file(READ ${_header} _text)
      string(REGEX MATCH "define TORCH_VERSION[ \\\n]+\"([0-9]+\\.[0-9]+\\.[0-9]+)" _line "${_text}")
      set(LibTorch_VERSION ${CMAKE_MATCH_1})
    endif()
  endforeach()
  if(LibTorch_VERSION VERSION_LESS _tested)
    message(FATAL_ERROR "LibTorch at ${LibTorch_PREFIX} is version '${LibTorch_VERSION}'; Monge needs ${_tested}.\n"
      "Point Torch_DIR to another one, or unset it and run ./setup.sh, which installs the right one.")
  elseif(NOT LibTorch_VERSION MATCHES "^2\\.11\\.")
    message(WARNING "LibTorch at ${LibTorch_PREFIX} is version ${LibTorch_VERSION}; Monge is tested with ${_tested}.")
  endif()
  # A constructor that takes a std::string tells the ABI: the old string is mangled Ss.
  file(STRINGS ${LibTorch_LIB_DIR}/libc10.so _symbol REGEX "^_ZN3c105ErrorC[12].*__cxx11" LIMIT_COUNT 1)
  if(NOT _symbol)
    message(FATAL_ERROR "LibTorch at ${LibTorch_PREFIX} was built with the old C++ ABI (_GLIBCXX_USE_CXX11_ABI=0), which "
      "nothing here can link with.\nTake the archive named libtorch-cxx11-abi, or unset Torch_DIR and run ./setup.sh.")
  endif()

  # A CUDA wheel keeps its CUDA libraries in sibling packages: site-packages/nvidia/*/lib.
  cmake_path(GET LibTorch_PREFIX PARENT_PATH _siblings)
  file(GLOB LibTorch_NVIDIA_DIRS ${_siblings}/nvidia/*/lib)
  set(LibTorch_RUNPATH ${LibTorch_LIB_DIR} ${LibTorch_NVIDIA_DIRS})
  if(EXISTS ${LibTorch_LIB_DIR}/libtorch_cuda.so AND EXISTS ${LibTorch_LIB_DIR}/libc10_cuda.so)
    set(LibTorch_CUDA TRUE)
    # ATen's CUDA headers include the runtime's, of the same major version, from the wheels or a toolkit. Only code that
    # names streams or graphs needs them.
    file(STRINGS ${LibTorch_LIB_DIR}/libc10_cuda.so _soname REGEX "^libcudart.*[.]so[.][0-9]+" LIMIT_COUNT 1)
    string(REGEX MATCH "[0-9]+$" _cuda_major "${_soname}")
    set(LibTorch_CUDA_INCLUDE_DIR "")
    file(GLOB _cuda_wheels ${_siblings}/nvidia/*/include)
    foreach(_dir ${_cuda_wheels} ${CUDAToolkit_ROOT}/include $ENV{CUDA_HOME}/include /usr/local/cuda/include /usr/include)
      if(NOT LibTorch_CUDA_INCLUDE_DIR AND EXISTS ${_dir}/crt/host_defines.h AND EXISTS ${_dir}/cusparse.h)
        file(STRINGS ${_dir}/cuda_runtime_api.h _line REGEX "define CUDART_VERSION +${_cuda_major}[0-9][0-9][0-9]$")
        if(_line)
          set(LibTorch_CUDA_INCLUDE_DIR ${_dir})
        endif()
      endif()
    endforeach()
  endif()
endif()

find_package_handle_standard_args(LibTorch REQUIRED_VARS LibTorch_PREFIX VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run ./setup.sh, or set Torch_DIR to an unpacked LibTorch or a Python's torch folder")

if(LibTorch_FOUND AND NOT TARGET LibTorch::cpu)
  add_library(LibTorch::c10 UNKNOWN IMPORTED)
  set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION ${LibTorch_LIB_DIR}/libc10.so)
  add_library(LibTorch::cpu UNKNOWN IMPORTED)
  set_target_properties(LibTorch::cpu PROPERTIES
    IMPORTED_LOCATION ${LibTorch_LIB_DIR}/libtorch_cpu.so
    INTERFACE_INCLUDE_DIRECTORIES "${LibTorch_PREFIX}/include/torch/csrc/api/include;${LibTorch_PREFIX}/include"
    INTERFACE_LINK_LIBRARIES LibTorch::c10)
  foreach(_dir ${LibTorch_NVIDIA_DIRS})   # the CUDA wheel's libtorch_cpu itself needs cudart and cupti
    set_property(TARGET LibTorch::cpu APPEND PROPERTY INTERFACE_LINK_OPTIONS LINKER:-rpath-link,${_dir})
  endforeach()
  if(LibTorch_CUDA)
    add_library(LibTorch::cuda INTERFACE IMPORTED)
    set_target_properties(LibTorch::cuda PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${LibTorch_CUDA_INCLUDE_DIR}")
    # Nothing of ours need name a symbol of libtorch_cuda: loading it is what registers the device.
    target_link_libraries(LibTorch::cuda INTERFACE LibTorch::cpu
      -Wl,--no-as-needed ${LibTorch_LIB_DIR}/libtorch_cuda.so ${LibTorch_LIB_DIR}/libc10_cuda.so -Wl,--as-needed)
  endif()
endif()

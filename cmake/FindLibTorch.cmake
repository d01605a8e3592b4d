# FindLibTorch: LibTorch as imported targets, from a PyPI wheel (CPU or CUDA) or an unpacked LibTorch archive.
#
# Looks in: LibTorch_ROOT / Torch_DIR (as a variable or in the environment), then the shared cache that setup.sh fills.
# The wheel's own TorchConfig.cmake asks for a whole CUDA toolkit, even to build for the CPU; this module does not.
#
#   LibTorch::cpu    headers, libtorch_cpu and libc10; its RUNPATH finds the CUDA wheel's cudart and cupti
#   LibTorch::cuda   the CUDA part, only where this LibTorch has one (LibTorch_CUDA is then true)
include(FindPackageHandleStandardArgs)

set(_cache "$ENV{MONGE_CACHE}")
if(NOT _cache)
  set(_cache "$ENV{HOME}/.cache/monge")
endif()
file(GLOB _wheels ${_cache}/python/lib/python3*/site-packages/torch)
set(_hints ${LibTorch_ROOT} $ENV{LibTorch_ROOT})
foreach(_dir ${Torch_DIR} $ENV{Torch_DIR})
  list(APPEND _hints ${_dir} ${_dir}/../../..)   # Torch_DIR is <root>/share/cmake/Torch by custom
endforeach()
list(APPEND _hints ${_wheels})

find_path(LibTorch_INCLUDE_DIR torch/types.h HINTS ${_hints}
  PATH_SUFFIXES include/torch/csrc/api/include NO_DEFAULT_PATH)
if(LibTorch_INCLUDE_DIR)
  cmake_path(SET LibTorch_PREFIX NORMALIZE "${LibTorch_INCLUDE_DIR}/../../../../..")
  cmake_path(SET LibTorch_LIB_DIR NORMALIZE "${LibTorch_PREFIX}/lib")
  file(READ ${LibTorch_PREFIX}/include/torch/headeronly/version.h _text)
  string(REGEX MATCH "define TORCH_VERSION[ \\\n]+\"([0-9]+\\.[0-9]+\\.[0-9]+)" _line "${_text}")
  set(LibTorch_VERSION ${CMAKE_MATCH_1})
endif()
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${LibTorch_LIB_DIR} NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${LibTorch_LIB_DIR} NO_DEFAULT_PATH)
find_library(LibTorch_CUDA_LIBRARY torch_cuda HINTS ${LibTorch_LIB_DIR} NO_DEFAULT_PATH)
find_library(LibTorch_C10_CUDA_LIBRARY c10_cuda HINTS ${LibTorch_LIB_DIR} NO_DEFAULT_PATH)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run ./setup.sh, or set Torch_DIR to an unpacked LibTorch or a Python's torch folder")

# The CUDA wheel keeps its CUDA libraries in sibling packages, site-packages/nvidia/*/lib.
file(GLOB LibTorch_NVIDIA_DIRS ${LibTorch_PREFIX}/../nvidia/*/lib)
set(LibTorch_RUNPATH ${LibTorch_LIB_DIR})
foreach(_dir ${LibTorch_NVIDIA_DIRS})
  cmake_path(NORMAL_PATH _dir)
  list(APPEND LibTorch_RUNPATH ${_dir})
endforeach()
set(LibTorch_CUDA FALSE)
if(LibTorch_CUDA_LIBRARY AND LibTorch_C10_CUDA_LIBRARY)
  set(LibTorch_CUDA TRUE)
endif()

if(LibTorch_FOUND AND NOT TARGET LibTorch::cpu)
  add_library(LibTorch::c10 UNKNOWN IMPORTED)
  set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION ${LibTorch_C10_LIBRARY})
  add_library(LibTorch::cpu UNKNOWN IMPORTED)
  set_target_properties(LibTorch::cpu PROPERTIES
    IMPORTED_LOCATION ${LibTorch_CPU_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES "${LibTorch_INCLUDE_DIR};${LibTorch_PREFIX}/include"
    INTERFACE_LINK_LIBRARIES LibTorch::c10)
  foreach(_dir ${LibTorch_NVIDIA_DIRS})
    set_property(TARGET LibTorch::cpu APPEND PROPERTY INTERFACE_LINK_OPTIONS "LINKER:-rpath-link,${_dir}")
  endforeach()
  if(LibTorch_CUDA)
    add_library(LibTorch::cuda INTERFACE IMPORTED)
    # Nothing of ours names a symbol of libtorch_cuda: loading it is what registers the device.
    target_link_libraries(LibTorch::cuda INTERFACE LibTorch::cpu
      "-Wl,--no-as-needed" ${LibTorch_CUDA_LIBRARY} ${LibTorch_C10_CUDA_LIBRARY} "-Wl,--as-needed")
  endif()
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_CUDA_LIBRARY
  LibTorch_C10_CUDA_LIBRARY)

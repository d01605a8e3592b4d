# monge_add_plugin(kind file): one source file becomes one plugin, <build>/plugins/<kind>/<name>.so.
#
#   monge_add_plugin(loss losses/hinge.cpp)      # target loss_hinge, used in experiments as plugin = "hinge"
#
# kind is loss, enforcer, architecture, dataset or metric; the name is the file's stem. A plugin that needs a further
# library links it by the target's name: target_link_libraries(dataset_idx PRIVATE ZLIB::ZLIB).
# The same file serves the project itself and, through find_package(Monge), plugins outside it.
set(MONGE_PLUGIN_KINDS loss enforcer architecture dataset metric)

function(monge_add_plugin kind file)
  if(NOT kind IN_LIST MONGE_PLUGIN_KINDS)
    list(JOIN MONGE_PLUGIN_KINDS ", " allowed)
    message(FATAL_ERROR "monge_add_plugin(${kind} ${file}): '${kind}' is not a kind of plugin; use one of ${allowed}")
  endif()
  cmake_path(GET file STEM LAST_ONLY name)
  if(NOT name MATCHES "^[a-z0-9_]+$")
    message(FATAL_ERROR "monge_add_plugin(${kind} ${file}): a plugin is named after its file, and '${name}' is no name: "
      "use small letters, digits and underscores only")
  endif()
  set(target ${kind}_${name})
  if(TARGET ${target})
    message(FATAL_ERROR "monge_add_plugin(${kind} ${file}): there is a ${kind} '${name}' already; rename one of the files")
  endif()

  add_library(${target} MODULE ${file})
  target_link_libraries(${target} PRIVATE Monge::sdk)
  target_compile_definitions(${target} PRIVATE MONGE_PLUGIN_KIND="${kind}" MONGE_PLUGIN_NAME="${name}")
  set_target_properties(${target} PROPERTIES
    PREFIX "" SUFFIX .so OUTPUT_NAME ${name} UNITY_BUILD OFF   # one file
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins/${kind}
    CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_link_options(${target} PRIVATE LINKER:-z,defs)
  if(NOT CMAKE_BUILD_TYPE)   # a stranger's four lines set none, and unoptimised plugins are slow
    target_compile_options(${target} PRIVATE -O2)
  endif()
  if(TARGET monge_sdk)   # inside the project
    target_link_libraries(${target} PRIVATE monge_warnings)
    monge_torch_headers(${target} Monge::sdk)
    set_property(GLOBAL APPEND PROPERTY MONGE_PLUGIN_TARGETS ${target})
    install(TARGETS ${target} LIBRARY DESTINATION lib/monge/plugins/${kind})
  endif()
endfunction()

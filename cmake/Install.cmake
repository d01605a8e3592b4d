# cmake --install: bin/runner, bin/runner-worker, lib/monge (plugins), include/monge and lib/cmake/Monge, so that a
# plugin outside this tree needs find_package(Monge) and monge_add_plugin only.
include(CMakePackageConfigHelpers)

# What users run; all else is built for the tests.
get_property(_plugins GLOBAL PROPERTY MONGE_PLUGIN_TARGETS)
add_custom_target(product)
add_dependencies(product runner runner-worker ${_plugins})
if(TARGET monge_cuda)
  add_dependencies(product monge_cuda)
endif()
install(TARGETS runner runner-worker RUNTIME DESTINATION bin)
install(TARGETS monge_sdk EXPORT MongeTargets)
install(EXPORT MongeTargets NAMESPACE Monge:: DESTINATION lib/cmake/Monge)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/framework/sdk/monge ${MONGE_GENERATED_DIR}/monge
  DESTINATION include FILES_MATCHING PATTERN "*.h")

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/MongeConfig.cmake.in
  ${PROJECT_BINARY_DIR}/generated/MongeConfig.cmake INSTALL_DESTINATION lib/cmake/Monge)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/MongeConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/generated/MongeConfig.cmake
  ${PROJECT_BINARY_DIR}/generated/MongeConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindLibTorch.cmake
  ${PROJECT_SOURCE_DIR}/cmake/MongePlugin.cmake
  DESTINATION lib/cmake/Monge)

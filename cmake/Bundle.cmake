# cmake --build build --target bundle: build/bundle, and bundle.tar.gz of it, a folder that runs on another machine with LibTorch's libraries on
# its LD_LIBRARY_PATH. Laid out as an installation, with every library that is neither LibTorch's nor glibc's in lib/.
find_program(PATCHELF patchelf)
add_custom_target(bundle VERBATIM
  COMMAND ${CMAKE_COMMAND} -DBUILD_DIR=${PROJECT_BINARY_DIR} -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
    -DPATCHELF=${PATCHELF} -DSTRIP=${CMAKE_STRIP} -DLIBTORCH=${LibTorch_PREFIX}
    -P ${PROJECT_SOURCE_DIR}/cmake/make_bundle.cmake)
add_dependencies(bundle product)

# Run by the target `bundle`: fills BUILD_DIR/bundle, and packs it. See Bundle.cmake.
set(out ${BUILD_DIR}/bundle)
set(limit_mib 64)
if(NOT PATCHELF OR NOT EXISTS ${PATCHELF})
  message(FATAL_ERROR "patchelf is needed to make a bundle; run ./setup.sh, or install it, and configure again")
endif()
file(REMOVE_RECURSE ${out})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${out} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE_RECURSE ${out}/include ${out}/lib/cmake)

# Of the tests, only those that have something for a GPU: test suites named gpu...
file(GLOB tests ${BUILD_DIR}/test_*)
foreach(test ${tests})
  if(NOT IS_DIRECTORY ${test})
    execute_process(COMMAND ${test} --list-test-cases --test-suite=gpu* OUTPUT_VARIABLE listed ERROR_QUIET)
    if(listed MATCHES "unskipped test cases passing the current filters: [1-9]")
      file(COPY ${test} DESTINATION ${out}/bin)
    endif()
  endif()
endforeach()

foreach(program first_step product_rates)   # of benchmarks/
  if(EXISTS ${BUILD_DIR}/${program})
    file(COPY ${BUILD_DIR}/${program} DESTINATION ${out}/bin)
  endif()
endforeach()

# What the programs need, and what that needs, LibTorch's and glibc's own aside.
file(GLOB programs ${out}/bin/*)
file(GLOB plugins ${out}/lib/monge/plugins/*/*.so)
file(GLOB libraries ${out}/lib/monge/*.so)
set(elsewhere
  "^libtorch" "^libc10" "^libgomp" "^libcud" "^libcu[a-z]*Lt" "^libcu(blas|fft|file|pti|rand|solver|sparse)" "^libnv" "^libnccl"
  "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv|util|nsl|anl|mvec)[.]so")
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${programs} MODULES ${plugins} LIBRARIES ${libraries}
  RESOLVED_DEPENDENCIES_VAR needed UNRESOLVED_DEPENDENCIES_VAR missing
  PRE_EXCLUDE_REGEXES ${elsewhere} POST_EXCLUDE_REGEXES "^${LIBTORCH}/")
if(missing)
  message(FATAL_ERROR "the bundle lacks libraries that are not on this machine: ${missing}")
endif()
file(COPY ${needed} DESTINATION ${out}/lib FOLLOW_SYMLINK_CHAIN)
file(GLOB copied LIST_DIRECTORIES false ${out}/lib/*.so*)

# Every file finds the bundle's libraries relative to itself, and none of this machine's.
function(relocate runpath)
  foreach(file ${ARGN})
    if(NOT IS_SYMLINK ${file})
      execute_process(COMMAND ${STRIP} --strip-unneeded ${file} COMMAND_ERROR_IS_FATAL ANY)
      execute_process(COMMAND ${PATCHELF} --set-rpath ${runpath} ${file} COMMAND_ERROR_IS_FATAL ANY)
    endif()
  endforeach()
endfunction()
relocate("$ORIGIN/../lib" ${programs})
relocate("$ORIGIN/../../.." ${plugins})
relocate("$ORIGIN/.." ${libraries})
relocate("$ORIGIN" ${copied})

file(COPY ${SOURCE_DIR}/experiments DESTINATION ${out})
file(COPY ${SOURCE_DIR}/benchmarks DESTINATION ${out} FILES_MATCHING PATTERN "*.py" PATTERN __pycache__ EXCLUDE)
file(GLOB scripts ${SOURCE_DIR}/benchmarks/gpu_*.sh)
file(COPY ${scripts} DESTINATION ${out})
set(data /usr/share/datasets/fashion-mnist)
if(IS_DIRECTORY ${data})
  file(COPY ${data}/ DESTINATION ${out}/data/fashion-mnist FILES_MATCHING PATTERN "*ubyte*")
endif()

# What is carried elsewhere: one file.
set(archive ${BUILD_DIR}/bundle.tar.gz)
execute_process(COMMAND ${CMAKE_COMMAND} -E tar czf ${archive} bundle WORKING_DIRECTORY ${BUILD_DIR} COMMAND_ERROR_IS_FATAL ANY)
file(SIZE ${archive} bytes)
math(EXPR mib "(${bytes} + 1048575) / 1048576")
if(mib GREATER limit_mib)
  message(FATAL_ERROR "${archive} has ${mib} MiB; it must stay under ${limit_mib}")
endif()
message(STATUS "${out}, packed as ${archive}: ${mib} MiB; elsewhere: LD_LIBRARY_PATH=<LibTorch>/lib ./gpu_check.sh or ./gpu_compare.sh")

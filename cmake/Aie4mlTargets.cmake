# One way to declare our libraries, programs and tests, so that flags and install rules are said once.
include(GoogleTest OPTIONAL)

add_library(aie4ml_flags INTERFACE)
target_compile_options(aie4ml_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
target_include_directories(aie4ml_flags INTERFACE ${PROJECT_SOURCE_DIR})
# GCC 12 reports false overlaps inside std::string's operator+ when it inlines (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(aie4ml_flags INTERFACE -Wno-restrict)
endif()
if(AIE4ML_SANITIZE)
  # GCC 12 takes std::regex for uninitialized once it is instrumented.
  target_compile_options(aie4ml_flags INTERFACE -Wno-maybe-uninitialized)
  target_compile_options(aie4ml_flags INTERFACE -fsanitize=${AIE4ML_SANITIZE} -fno-omit-frame-pointer
                                                -fno-sanitize-recover=all)
  target_link_options(aie4ml_flags INTERFACE -fsanitize=${AIE4ML_SANITIZE})
endif()
if(AIE4ML_COVERAGE)
  target_compile_options(aie4ml_flags INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(aie4ml_flags INTERFACE --coverage)
endif()

# aie4ml_library(NAME SOURCES ... PUBLIC libs... [PRIVATE libs...])   target aie4ml_NAME, alias aie4ml::NAME
function(aie4ml_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(aie4ml_${name} STATIC ${ARG_SOURCES})
  add_library(aie4ml::${name} ALIAS aie4ml_${name})
  target_link_libraries(aie4ml_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:aie4ml_flags>)
  target_include_directories(aie4ml_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
endfunction()

# aie4ml_program(NAME SOURCES ... LIBS ...)   an installed command-line program
function(aie4ml_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} CLI11::CLI11 aie4ml_flags)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# aie4ml_test(NAME SOURCES ... LIBS ... [LABELS ...] [SYSTEMC] [LONG] [TIMEOUT seconds])
# A GoogleTest binary, each test a process of its own. SYSTEMC: main comes from tests/sc_main.cpp. LONG: its tests
# whose names begin with "Long" are labelled "long" instead.
function(aie4ml_test name)
  cmake_parse_arguments(ARG "SYSTEMC;LONG" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gmock aie4ml_flags)
  # Only to the files that ask for them: objects of the others are the same in every checkout, for the cache.
  foreach(source IN LISTS ARG_SOURCES)
    file(STRINGS ${source} uses_paths REGEX "AIE4ML_(SOURCE|BINARY)_DIR" LIMIT_COUNT 1)
    if(uses_paths)
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS
        AIE4ML_SOURCE_DIR="${PROJECT_SOURCE_DIR}" AIE4ML_BINARY_DIR="${PROJECT_BINARY_DIR}")
    endif()
  endforeach()
  if(ARG_SYSTEMC)
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/sc_main.cpp)
    target_link_libraries(${name} PRIVATE GTest::gtest SystemC::systemc)
  else()
    target_link_libraries(${name} PRIVATE GTest::gtest_main)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  # NO_PRETTY_VALUES: a parameter is named by its index, which is the same on every machine.
  set(shorter)
  if(ARG_LONG)
    set(shorter TEST_FILTER -Long*)
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES TEST_FILTER Long* TEST_LIST ${name}_long_TESTS
      PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS long
                 ENVIRONMENT "SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1")
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES ${shorter}
    PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}" ENVIRONMENT "SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1")
endfunction()

# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# The only place where flags live that can change a bit of a result or hide a warning.

# No contraction: g++ fuses a*b+c as soon as the target has the instruction, nvcc always does.
# No fast math, no flush to zero. tests/contracts/numeric_flags evaluates this in all three places.
# Nobody reads errno after sqrt nor the floating-point flags: saying so changes no bit, and loops with a square root or a
# choice become vectors.
# The standard of CUDA stands here as a flag because CMake 3.25 knows no cuda_std_20.
add_library(topheavy_numerics INTERFACE)
target_compile_features(topheavy_numerics INTERFACE cxx_std_20)
target_compile_options(topheavy_numerics INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off;-fno-math-errno;-fno-trapping-math>"
  "$<$<COMPILE_LANGUAGE:CUDA>:-std=c++20;-fmad=false;-ftz=false;-prec-div=true;-prec-sqrt=true;-Xcompiler=-ffp-contract=off>")
set_target_properties(topheavy_numerics PROPERTIES INTERFACE_POSITION_INDEPENDENT_CODE ON)

# The presets make warnings errors (CMAKE_COMPILE_WARNING_AS_ERROR); for other compilers and versions, whose warnings
# nobody has seen yet, a plain `cmake -B build` does not.
add_library(topheavy_warnings INTERFACE)
target_compile_options(topheavy_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion>
  # g++ 12 sees overlaps where std::string inserts and concatenates (GCC bug 105329).
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>
  $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra,-Wconversion,-Wshadow,-Wdouble-promotion>)
if(CMAKE_COMPILE_WARNING_AS_ERROR)  # of nvcc's host compiler; CMake does the rest
  target_compile_options(topheavy_warnings INTERFACE $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Werror>)
endif()

if(TOPHEAVY_SANITIZE STREQUAL "address")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=address,undefined> $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize-recover=all>)
  add_link_options(-fsanitize=address,undefined)
elseif(TOPHEAVY_SANITIZE STREQUAL "thread")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=thread>)
  add_link_options(-fsanitize=thread)
elseif(TOPHEAVY_SANITIZE)
  message(FATAL_ERROR "TOPHEAVY_SANITIZE is '${TOPHEAVY_SANITIZE}'; allowed: empty, address, thread")
endif()

if(TOPHEAVY_FUZZ)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link>)
endif()

# topheavy_library(name SOURCES a.cpp ... LINK x y): a static library with both of the above.
function(topheavy_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/topheavy>)
  target_link_libraries(${name} PUBLIC topheavy_numerics ${arg_LINK} PRIVATE $<BUILD_INTERFACE:topheavy_warnings> ${arg_LINK_PRIVATE})
endfunction()

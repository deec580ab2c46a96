# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# cmake -DPTX=path_tiles_cuda.ptx -DPTXAS=ptxas -P check_registers.cmake: for sm_90 every walk_tiles_kernel keeps all it holds
# in registers: no stack, no spill. Prints what each takes.
execute_process(COMMAND ${PTXAS} -arch=sm_90 -v ${PTX} -o path_tiles_registers.cubin
  RESULT_VARIABLE status OUTPUT_VARIABLE log ERROR_VARIABLE log)
file(REMOVE path_tiles_registers.cubin)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "ptxas ended with ${status}: ${log}")
endif()
string(REGEX MATCHALL
  "walk_tiles_kernel[^\n]*\n[^\n]* bytes stack frame, [^\n]*\n[^\n]*Used [0-9]+ registers" kernels "${log}")
list(LENGTH kernels count)
if(NOT count EQUAL 15)  # three kinds of tiles, five sets of squares and counts
  message(FATAL_ERROR "${count} walk_tiles_kernel instead of 15: ${log}")
endif()
foreach(kernel ${kernels})
  string(REGEX REPLACE "\n[^\n]*ptxas info *: " ", " text "${kernel}")
  message("${text}")
  if(NOT kernel MATCHES "[ \t]0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads")
    message(FATAL_ERROR "does not fit into the registers")
  endif()
endforeach()

# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# cmake -DPTX=a.ptx;b.ptx -P check_ptx.cmake: float64 products and sums are separate instructions that name their
# rounding, which forbids the assembler to fuse them; none is fused already.
foreach(file ${PTX})
  file(READ ${file} text)
  foreach(plain mul.rn.f64 add.rn.f64)
    if(NOT text MATCHES "[ \t]${plain}[ \t]")
      message(FATAL_ERROR "${file}: no ${plain}: nothing is multiplied and added here, or not in float64")
    endif()
  endforeach()
  foreach(wrong "fma\\.[a-z.]*f64" "mad\\.[a-z.]*f64" "mul\\.f64" "add\\.f64" "sub\\.f64" "\\.ftz" "\\.approx")
    if(text MATCHES "[^\n]*[ \t.]${wrong}[^\n]*")
      message(FATAL_ERROR "${file}: ${CMAKE_MATCH_0}: the numeric flags of topheavy_numerics are not in force")
    endif()
  endforeach()
endforeach()

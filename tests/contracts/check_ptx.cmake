# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# cmake -DPTX=a.ptx;b.ptx -P check_ptx.cmake: products and sums are separate instructions that name their rounding, which
# forbids the assembler to fuse them; no float64 ones are fused already (the path engine fuses float32 ones by name).
foreach(file ${PTX})
  file(READ ${file} text)
  if(NOT text MATCHES "[ \t](mul|add)\\.rn\\.f(32|64)[ \t]")
    message(FATAL_ERROR "${file}: no mul.rn, no add.rn: nothing is multiplied or added here")
  endif()
  foreach(wrong "fma\\.[a-z.]*f64" "mad\\.[a-z.]*f64" "(mul|add|sub)\\.f(32|64)" "mad\\.[a-z.]*f32" "\\.ftz" "\\.approx")
    if(text MATCHES "[^\n]*[ \t.]${wrong}[^\n]*")
      message(FATAL_ERROR "${file}: ${CMAKE_MATCH_0}: the numeric flags of topheavy_numerics are not in force")
    endif()
  endforeach()
endforeach()

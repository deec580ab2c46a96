// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"

// Four expressions whose answer tells which numeric flags a piece of code was compiled with. The inputs come
// from elsewhere, so that no compiler can work them out beforehand.
namespace topheavy {

struct numeric_inputs {
  double a, b, c;    // a b + c, where fused and plain differ
  double big, tiny;  // (big + tiny) - big is 0, and tiny to a compiler that may rearrange
  double small;      // small * small is subnormal
  double nan;
};

struct numeric_answers {
  double multiply_add;
  double rearranged;
  double subnormal;
  double is_a_number;  // 1 or 0
};

// `Place` is a type of the including file alone: no other file's instance, made with other flags, can stand
// in.
template <typename Place>
TOPHEAVY_HD numeric_answers evaluate(const numeric_inputs& x) {
  return {x.a * x.b + x.c, (x.big + x.tiny) - x.big, x.small * x.small, x.nan == x.nan ? 1.0 : 0.0};
}

numeric_answers evaluate_in_cpp(const numeric_inputs& inputs);
numeric_answers evaluate_on_host_of_cu(const numeric_inputs& inputs);
numeric_answers evaluate_on_device(const numeric_inputs& inputs);  // throws cuda_error where no device is

}  // namespace topheavy

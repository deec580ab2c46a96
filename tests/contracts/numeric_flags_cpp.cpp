// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/contracts/numeric_flags.h"

namespace topheavy {
namespace {
struct in_cpp;
}

numeric_answers evaluate_in_cpp(const numeric_inputs& inputs) { return evaluate<in_cpp>(inputs); }

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/diff/split.h"

#include <string>

namespace topheavy {

// As a person reads it on a terminal.
std::string diff_text(const recorded_run& a, const recorded_run& b, const split& parts);

}  // namespace topheavy

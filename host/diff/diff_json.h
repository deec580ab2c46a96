// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/diff/split.h"

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// Schema topheavy.diff/1, all numbers in full precision; the same for every number of threads but for split.seconds.
nlohmann::ordered_json diff_json(const recorded_run& a, const recorded_run& b, const split& parts);

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/stages.h"
#include "host/config/settings.h"
#include "host/history/history.h"

namespace topheavy {

// The files that `s.data` names, checked and in canonical order; all of inputs but the rules. A stage a file. Throws what
// the readers of host/data throw.
inputs read_inputs(const settings& s, stages& timed);

}  // namespace topheavy

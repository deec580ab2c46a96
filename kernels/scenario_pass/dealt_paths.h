// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_pass/scenario_pass.h"

#include <memory>
#include <vector>

namespace topheavy {

// One engine made of several that hold the same universe, each at work in a thread of its own; the same bits as any one of
// them. Of a range each takes a contiguous part, whole blocks of 1,024 scenarios where there are enough; of a replay, whose
// sums run within buckets, consecutive buckets. What engines throw comes out once all have ended; of several faults that of
// the first engine. engines: at least one; a single one is given back as it is. slots: of the universe.
std::unique_ptr<path_engine> deal_paths(std::vector<std::unique_ptr<path_engine>> engines, std::size_t slots);

}  // namespace topheavy

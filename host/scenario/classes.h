// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/dimensions.h"
#include "kernels/scenario_paths/path_layout.h"

#include <cstdint>
#include <vector>

namespace topheavy {

// Members in the order in which the path engine adds them up.
struct member_classes {
  path_layout layout;
  std::vector<std::int32_t> constituent;  // [slots] of the panel; -1 in the padding
  std::vector<dimension> dimensions;      // as given; members of a group are classes, ascending
};

// The coarsest partition of the members of which every group of the dimensions is a union; groups may overlap and need not
// cover all. A class stands where the first of its symbols does, so that the order depends on the partition alone, not on
// names or on the order of dimensions and groups; within a class by cap descending, then by symbol.
// is_member, cap [N]: of the panel, whose constituents stand by symbol.
member_classes make_classes(const std::vector<dimension>& dimensions, const std::vector<char>& is_member,
                            const double* cap);

}  // namespace topheavy

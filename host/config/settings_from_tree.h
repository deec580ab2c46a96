// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/check.h"
#include "host/config/node.h"
#include "host/config/problems.h"
#include "host/config/settings.h"

namespace topheavy {

// The tree as typed settings. Checks the rules between values: ascending thresholds, windows that end after
// they start, names and symbols given once, groups with members, expectations of groups that exist. What
// check_by_rules refuses is passed over. Sets of scenarios are scenarios_from_tree's.
settings settings_from_tree(const node& root, const base_folders& folders, problems& found);

}  // namespace topheavy

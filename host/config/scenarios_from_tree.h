// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/check.h"
#include "host/config/node.h"
#include "host/config/problems.h"
#include "host/config/settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace topheavy {

// The sets of scenarios; `s` holds all settings above them. Checks the rules between values: names given once, keys that go
// with the generator, levels ascending, events that can be told, files that are needed. What check_by_rules refuses is
// passed over.
std::vector<scenario_settings> scenarios_from_tree(const node& list, const settings& s,
                                                   const base_folders& folders, problems& found);

// A list of dimensions at a path, `sector` or of the configuration, none given twice.
std::vector<std::string> dimensions_from_tree(const node& list, std::string_view path,
                                              const std::vector<dimension_settings>& groups, problems& found);

}  // namespace topheavy

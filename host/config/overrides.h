// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/node.h"
#include "host/config/problems.h"

#include <string>

namespace topheavy {

// Puts "key.path=value" into the tree, the value in YAML: windows.0.end=2026-04-14 names an element of a list
// by its index from 0. Missing maps are created, lists never grow. What cannot be put is added to `found`.
void apply_override(node& root, const std::string& override_text, problems& found);

}  // namespace topheavy

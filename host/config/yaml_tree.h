// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/node.h"
#include "host/config/problems.h"

#include <string>

namespace topheavy {

// One YAML document as a tree; aliases are replaced by copies of what they name. `source` goes into every
// place (see struct place). Repeated keys, merge keys, tags and control characters are added to `found` and
// the tree goes on. What is not UTF-8 or not YAML, a second document, more than 100,000 nodes or 64 levels:
// added, then found.fail().
node parse_yaml(std::string text, int source, problems& found);

}  // namespace topheavy

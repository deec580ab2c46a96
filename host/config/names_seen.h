// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/node.h"
#include "host/config/problems.h"

#include <map>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace topheavy {

// Names of which no two may be alike: tells of one that is given twice, and where it was given first.
class names_seen {
 public:
  explicit names_seen(problems& found) : found_(found) {}

  // what: "window", for the message. Anything but a scalar is passed over.
  void add(const node& name, std::string_view what) {
    if (name.kind != node_kind::scalar) return;
    const auto [first, added] = first_.emplace(name.text, name.at);
    if (!added) {
      found_.add(name.at, fmt::format("{} `{}` is given twice; first at {}", what, shown(name.text),
                                      found_.origin(first->second)));
    }
  }

 private:
  problems& found_;
  std::map<std::string, place> first_;
};

}  // namespace topheavy

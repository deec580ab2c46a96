// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

// Panels and groups for the tests of the operations. Every number belongs to (seed, day, constituent), so
// that a panel is the same wherever it is made.
namespace topheavy {

inline std::uint64_t mixed(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

inline double uniform(std::uint64_t seed, std::uint64_t a, std::uint64_t b) {  // [0, 1), 53 bits
  return static_cast<double>(mixed(mixed(mixed(seed) + a) + b) >> 11) * 0x1p-53;
}

enum class panel_kind {
  full,        // everybody on every day
  gaps,        // late listings, leavers, missing returns, missing rows
  one_name,    // constituent 0 outweighs all others together by 2^60
  no_members,  // caps and no returns: nobody is ever in the index
};

struct small_panel {
  std::size_t days = 0;
  std::size_t constituents = 0;
  std::vector<double> cap;  // [T, N]
  std::vector<double> ret;  // [T, N]

  panel_view view() const { return {cap.data(), ret.data(), days, constituents}; }
};

// Caps over 30 powers of two and returns of both signs, so that another order of summation shows in the bits.
inline small_panel make_panel(std::size_t days, std::size_t constituents, panel_kind kind,
                              std::uint64_t seed = 1) {
  small_panel panel{days, constituents, {}, {}};
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t t = 0; t < days; ++t) {
    for (std::size_t n = 0; n < constituents; ++n) {
      double cap = std::exp2(30.0 * uniform(seed, n, 1)) * (1.0 + uniform(seed + 1, t, n));
      double ret = t == 0 ? missing : 0.1 * (uniform(seed + 2, t, n) - 0.48);
      if (kind == panel_kind::one_name && n == 0) cap = 0x1.8p+90;
      if (kind == panel_kind::no_members) ret = missing;
      if (kind == panel_kind::gaps) {
        const auto listed =
            static_cast<std::size_t>(uniform(seed + 3, n, 0) * 0.6 * static_cast<double>(days));
        const auto left =
            days - static_cast<std::size_t>(uniform(seed + 4, n, 0) * 0.3 * static_cast<double>(days));
        const bool absent = t < listed || t >= left || uniform(seed + 5, t, n) < 0.05;
        if (absent) cap = 0.0;
        if (absent || t == listed || uniform(seed + 6, t, n) < 0.05) ret = missing;
      }
      panel.cap.push_back(cap);
      panel.ret.push_back(ret);
    }
  }
  return panel;
}

struct named_panel {
  std::string name;
  small_panel panel;
};

// Awkward numbers of constituents (nobody, one, around a warp, around a chunk of 128, several chunks) in
// every kind.
inline std::vector<named_panel> awkward_panels(std::size_t days) {
  std::vector<named_panel> list;
  for (const std::size_t constituents :
       {0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 257, 1000}) {
    const auto add = [&](const char* name, panel_kind kind) {
      list.push_back(
          {std::to_string(constituents) + " constituents, " + name, make_panel(days, constituents, kind)});
    };
    add("full", panel_kind::full);
    add("gaps", panel_kind::gaps);
    add("one_name", panel_kind::one_name);
    add("no_members", panel_kind::no_members);
  }
  list.push_back({"no days", make_panel(0, 5, panel_kind::full)});
  list.push_back({"one day", make_panel(1, 5, panel_kind::full)});
  return list;
}

struct small_groups {
  std::vector<std::int32_t> offsets = {0};
  std::vector<std::int32_t> members;

  groups_view view() const { return {offsets.data(), members.data(), offsets.size() - 1}; }
  void close() { offsets.push_back(static_cast<std::int32_t>(members.size())); }
};

// The index, an empty group, every third, two halves that overlap, the last one alone.
inline small_groups make_groups(std::size_t constituents) {
  small_groups groups;
  const auto count = static_cast<std::int32_t>(constituents);
  const auto add = [&](std::int32_t first, std::int32_t end, std::int32_t step) {
    for (std::int32_t n = first; n < end; n += step) groups.members.push_back(n);
    groups.close();
  };
  add(0, count, 1);
  add(0, 0, 1);
  add(0, count, 3);
  add(0, count * 2 / 3, 1);
  add(count / 3, count, 1);
  add(count == 0 ? 0 : count - 1, count, 1);
  return groups;
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/data/constituents.h"
#include "host/data/panel.h"
#include "kernels/core/tree_sum.h"
#include "kernels/core/view.h"

#include <cstdint>
#include <string>
#include <vector>

namespace topheavy {

// A way to cut the universe into groups. Groups may overlap and need not cover all.
struct dimension {
  std::string name;
  std::vector<std::string> groups{};     // [G]
  std::vector<std::int32_t> offsets{0};  // [G + 1]
  std::vector<std::int32_t> members{};   // constituents of the panel, ascending within a group

  groups_view view() const { return {offsets.data(), members.data(), groups.size()}; }
  void add(const std::string& group, const std::vector<std::int32_t>& constituents);
};

// Sum of value(constituent) over the members of a group.
template <typename Value>
double group_sum(const dimension& d, std::size_t group, Value value) {
  const auto first = static_cast<std::size_t>(d.offsets[group]);
  const auto last = static_cast<std::size_t>(d.offsets[group + 1]);
  return tree_sum(last - first,
                  [&](std::size_t i) { return value(static_cast<std::size_t>(d.members[first + i])); });
}

// All dimensions of a run, in this order: sector, issuer, then the configured ones in the order of the file. Groups of a
// label dimension are sorted by bytes (no label: "Unclassified"), configured groups keep their order. Throws error(usage)
// that lists every symbol that is neither in the panel nor in the constituents table, every label column that does not
// exist and every label value that no constituent has, each with its place in the configuration.
std::vector<dimension> make_dimensions(const settings& s, const panel& p, const constituents_table& table,
                                       const classification& c);

// The groups of `d` with at least `least` members.
dimension groups_of_at_least(const dimension& d, std::size_t least);

// [N] The group of each constituent; d holds every constituent once.
std::vector<std::int32_t> group_of_constituents(const dimension& d, std::size_t constituents);

// The one group `index` of all constituents.
dimension whole_index(std::size_t constituents);

// One list of groups after another; for one call of an operation over several dimensions.
dimension concatenate(const std::vector<dimension>& dimensions);

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/classes.h"

#include <algorithm>
#include <map>

namespace topheavy {
namespace {

using group_list = std::vector<std::int32_t>;  // positions in all dimensions' groups, one after another

// [N]; empty for those that are no member.
std::vector<group_list> groups_of_members(const dimension& groups, const std::vector<char>& is_member) {
  std::vector<group_list> of(is_member.size());
  for (std::size_t g = 0; g < groups.groups.size(); ++g) {
    for (std::int32_t i = groups.offsets[g]; i < groups.offsets[g + 1]; ++i) {
      const auto n = static_cast<std::size_t>(groups.members[static_cast<std::size_t>(i)]);
      if (is_member[n]) of[n].push_back(static_cast<std::int32_t>(g));
    }
  }
  return of;
}

}  // namespace

member_classes make_classes(const std::vector<dimension>& dimensions, const std::vector<char>& is_member,
                            const double* cap) {
  const dimension groups = concatenate(dimensions);
  const std::vector<group_list> groups_of = groups_of_members(groups, is_member);
  std::map<group_list, std::size_t> class_with;
  std::vector<std::vector<std::int32_t>> members;                           // of each class
  std::vector<std::vector<std::int32_t>> classes_of(groups.groups.size());  // of each group
  for (std::size_t n = 0; n < is_member.size(); ++n) {
    if (!is_member[n]) continue;
    const auto [found, is_new] = class_with.try_emplace(groups_of[n], members.size());
    if (is_new) {
      for (const std::int32_t g : groups_of[n]) {
        classes_of[static_cast<std::size_t>(g)].push_back(static_cast<std::int32_t>(members.size()));
      }
      members.emplace_back();
    }
    members[found->second].push_back(static_cast<std::int32_t>(n));
  }

  member_classes made;
  std::vector<std::size_t> sizes;
  for (const auto& one : members) sizes.push_back(one.size());
  made.layout = make_path_layout(sizes);
  made.constituent.assign(made.layout.slots(), -1);
  const auto cap_of = [&](std::int32_t n) { return cap[static_cast<std::size_t>(n)]; };
  for (std::size_t c = 0; c < members.size(); ++c) {
    std::stable_sort(members[c].begin(), members[c].end(),
                     [&](std::int32_t a, std::int32_t b) { return cap_of(a) > cap_of(b); });
    std::copy(members[c].begin(), members[c].end(), made.constituent.begin() + made.layout.class_slots[c]);
  }

  std::size_t g = 0;
  for (const dimension& d : dimensions) {
    dimension of_classes{.name = d.name};
    for (const std::string& group : d.groups) of_classes.add(group, classes_of[g++]);
    made.dimensions.push_back(std::move(of_classes));
  }
  return made;
}

}  // namespace topheavy

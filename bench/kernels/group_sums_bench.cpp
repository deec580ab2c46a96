// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/operation_bench.h"
#include "kernels/group_sums/group_sums.h"

namespace topheavy::bench {
namespace {

std::vector<char> run(backend& on, const bench_panel& panel) {
  const bench_groups groups = index_and_sectors(panel.constituents);
  const std::size_t answers = panel.days * groups.view().groups;
  std::vector<double> base(answers), base_return(answers);
  on.group_sums(panel.view(), groups.view(), {base.data(), base_return.data()});
  return bytes_of(base, base_return);
}

traffic moved(const bench_panel& panel) {
  const bench_groups groups = index_and_sectors(panel.constituents);
  return group_sums_traffic(panel.days, panel.constituents, groups.view().groups, groups.members.size());
}

const int registered = register_operation({"group_sums", run, moved});

}  // namespace
}  // namespace topheavy::bench

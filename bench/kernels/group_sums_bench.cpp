// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/measure.h"
#include "kernels/group_sums/group_sums.h"

// The index and 13 sectors that cut it up, as in the real panel.
namespace topheavy::bench {
namespace {

struct sectors {
  std::vector<std::int32_t> offsets = {0};
  std::vector<std::int32_t> members;

  explicit sectors(std::size_t constituents) {
    const auto add = [&](std::size_t first, std::size_t step) {
      for (std::size_t n = first; n < constituents; n += step)
        members.push_back(static_cast<std::int32_t>(n));
      offsets.push_back(static_cast<std::int32_t>(members.size()));
    };
    add(0, 1);
    for (std::size_t sector = 0; sector < 13; ++sector) add(sector, 13);
  }
  groups_view view() const { return {offsets.data(), members.data(), offsets.size() - 1}; }
};

void run(benchmark::State& state, backend& on, const panel& data) {
  const sectors groups(data.constituents);
  const std::size_t count = data.days * groups.view().groups;
  std::vector<double> base(count), base_return(count), proof(count), proof_return(count);
  const auto work = [&] { on.group_sums(data.view(), groups.view(), {base.data(), base_return.data()}); };
  work();
  on_one_thread([&] { group_sums_cpu(data.view(), groups.view(), {proof.data(), proof_return.data()}); });
  prove_same("base", base, proof);
  prove_same("base_return", base_return, proof_return);
  measure(state, on,
          group_sums_traffic(data.days, data.constituents, groups.view().groups, groups.members.size()),
          work);
}

const bool registered = (on_every_backend("group_sums", run), true);

}  // namespace
}  // namespace topheavy::bench

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/shares.h"

#include "kernels/core/tree_sum.h"

#include <algorithm>

namespace topheavy {
namespace {

constexpr std::size_t leaders_listed = 10;

}  // namespace

share_figures figures_of_shares(const std::vector<double>& share, const std::vector<double>& weight) {
  const std::size_t count = share.size();
  std::vector<double> positive(count);
  std::vector<std::size_t> order;
  share_figures f;
  for (std::size_t n = 0; n < count; ++n) {
    if (!(weight[n] > 0.0)) continue;
    positive[n] = std::max(share[n], 0.0);
    f.negative_count += share[n] < 0.0 ? 1 : 0;
    order.push_back(n);
  }
  f.negative_sum = tree_sum(count, [&](std::size_t n) { return std::min(share[n], 0.0); });
  f.hhi = tree_sum(count, [&](std::size_t n) { return share[n] * share[n]; });
  f.effective_n = 1.0 / f.hhi;
  f.positive = concentration_of(positive.data(), count, order.size());

  const auto listed = static_cast<std::ptrdiff_t>(std::min(leaders_listed, order.size()));
  std::partial_sort(order.begin(), order.begin() + listed, order.end(), [&](std::size_t a, std::size_t b) {
    return share[a] > share[b] || (share[a] == share[b] && a < b);
  });
  for (std::ptrdiff_t i = 0; i < listed; ++i) {
    const std::size_t n = order[static_cast<std::size_t>(i)];
    f.leaders.push_back({n, weight[n], share[n]});
  }
  return f;
}

}  // namespace topheavy

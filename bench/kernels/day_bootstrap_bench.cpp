// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/operation_bench.h"
#include "host/history/block_length.h"
#include "kernels/core/philox.h"
#include "kernels/day_bootstrap/day_bootstrap.h"

#include <cmath>
#include <map>

// The bootstrap of days as the intervals of correlations ask for it: 1,024 replicates of the panel's days, twelve groups
// with their squares and products and a count, four regimes.
namespace topheavy::bench {
namespace {

constexpr std::size_t groups = 12;
constexpr std::size_t columns = 1 + groups + groups * (groups + 1) / 2;
constexpr std::size_t cells = 4;
constexpr std::size_t replicates = 1024;
constexpr double mean_block = 5.0;

struct made_up_days {
  explicit made_up_days(std::size_t days)
      : table(days * columns), cell(days), longer(block_length_thresholds(mean_block, days)) {
    const double largest = std::floor((0x1p53 - 1.0) / static_cast<double>(days));
    for (std::size_t i = 0; i < table.size(); ++i) {
      table[i] = std::floor((2.0 * uniform_from(random_words(1, i, 0, 0).word[0]) - 1.0) * largest);
    }
    for (std::size_t t = 0; t < days; ++t) cell[t] = static_cast<std::int32_t>(t % cells);
  }
  std::vector<double> table;
  std::vector<std::int32_t> cell;
  std::vector<std::uint32_t> longer;
};

std::vector<char> run(backend& on, const bench_panel& panel) {
  static std::map<std::size_t, made_up_days> made;  // once a size: no time holds it
  const made_up_days& days = made.try_emplace(panel.days, panel.days).first->second;
  std::vector<char> sums(cells * columns * replicates * sizeof(double));
  on.day_bootstrap({7, 0, days.longer.data(), days.longer.size()},
                   {panel.days, days.cell.data(), cells, days.table.data(), columns}, {0, replicates},
                   {reinterpret_cast<double*>(sums.data())});
  return sums;
}

const int registered = register_operation({"day_bootstrap", run, [](const bench_panel& p) {
                                             return day_bootstrap_traffic(p.days, columns, cells, replicates);
                                           }});

}  // namespace
}  // namespace topheavy::bench

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/bench_panel.h"

#include "kernels/core/philox.h"

#include <limits>
#include <map>
#include <utility>

namespace topheavy::bench {

const bench_panel& panel_of(std::size_t days, std::size_t constituents) {
  static std::map<std::pair<std::size_t, std::size_t>, bench_panel> made;
  bench_panel& p = made[{days, constituents}];
  if (!p.cap.empty()) return p;
  p.days = days;
  p.constituents = constituents;
  p.cap.resize(days * constituents);
  p.ret.resize(days * constituents);
  for (std::size_t n = 0; n < constituents; ++n) {
    const random_block life = random_words(1, n, 0, 1);
    const auto fifth = static_cast<std::uint32_t>(days / 5);
    const std::size_t entry = integer_below(fifth, life.word[0]);
    const std::size_t exit = days - integer_below(fifth, life.word[1]);
    for (std::size_t t = 0; t < days; ++t) {
      const random_block draw = random_words(1, n, static_cast<std::uint32_t>(t), 0);
      const bool absent = t < entry || t >= exit;
      p.cap[t * constituents + n] = absent ? 0.0 : 1.0 + integer_below(1000000, draw.word[0]);
      p.ret[t * constituents + n] = absent ? std::numeric_limits<double>::quiet_NaN()
                                           : 1e-6 * (integer_below(100000, draw.word[1]) - 50000.0);
    }
  }
  return p;
}

bench_groups index_and_sectors(std::size_t constituents) {
  constexpr std::size_t sectors = 12;
  bench_groups g{{0}, {}};
  for (std::size_t n = 0; n < constituents; ++n) g.members.push_back(static_cast<std::int32_t>(n));
  g.offsets.push_back(static_cast<std::int32_t>(g.members.size()));
  for (std::size_t sector = 0; sector < sectors; ++sector) {
    for (std::size_t n = sector; n < constituents; n += sectors)
      g.members.push_back(static_cast<std::int32_t>(n));
    g.offsets.push_back(static_cast<std::int32_t>(g.members.size()));
  }
  return g;
}

}  // namespace topheavy::bench

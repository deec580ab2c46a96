// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/backends/small_panel.h"

#include <array>
#include <cstddef>
#include <vector>

// The order of summation and the membership of the index once more, straight from the text of the
// specification and sharing no line with the kernels.
namespace topheavy::reference {

// Chunks of 128 terms, the last padded with +0; a chunk is 8 vectors of 16 lanes, summed lane by lane as
// ((v0+v1)+(v2+v3))+((v4+v5)+(v6+v7)); then every lane adds its partner xor 2, 1, 4, 8; chunks in index
// order.
inline double sum(std::vector<double> terms) {
  while (terms.size() % 128 != 0) terms.push_back(0.0);
  double total = 0.0;
  for (std::size_t chunk = 0; chunk < terms.size(); chunk += 128) {
    std::array<double, 16> lanes = {};
    for (std::size_t lane = 0; lane < 16; ++lane) {
      const auto v = [&](std::size_t vector) { return terms[chunk + 16 * vector + lane]; };
      lanes[lane] = ((v(0) + v(1)) + (v(2) + v(3))) + ((v(4) + v(5)) + (v(6) + v(7)));
    }
    for (const std::size_t partner : {2, 1, 4, 8}) {
      const std::array<double, 16> before = lanes;
      for (std::size_t lane = 0; lane < 16; ++lane) lanes[lane] = before[lane] + before[lane ^ partner];
    }
    total += lanes[0];
  }
  return total;
}

inline double prior_cap(const small_panel& panel, std::size_t t, std::size_t n) {
  return panel.cap[(t - 1) * panel.constituents + n];
}
inline double ret(const small_panel& panel, std::size_t t, std::size_t n) {
  return panel.ret[t * panel.constituents + n];
}
inline bool in_index(const small_panel& panel, std::size_t t, std::size_t n) {
  return t > 0 && prior_cap(panel, t, n) > 0.0 && !std::isnan(ret(panel, t, n));
}

}  // namespace topheavy::reference

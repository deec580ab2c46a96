// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/copy_bandwidth.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy::bench {
namespace {

double best_of_ten() {
  constexpr std::size_t bytes = std::size_t{256} << 20;
  const std::vector<char> from(bytes, 1);
  std::vector<char> to(bytes, 0);
  double best = 0.0;
  for (int round = 0; round < 10; ++round) {
    const auto start = std::chrono::steady_clock::now();
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, bytes, std::size_t{1} << 20), [&](const auto& part) {
      std::memcpy(to.data() + part.begin(), from.data() + part.begin(), part.size());
    });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * static_cast<double>(bytes) / seconds.count());
  }
  return best;
}

}  // namespace

double copy_bandwidth() {
  static const double measured = best_of_ten();
  return measured;
}

}  // namespace topheavy::bench

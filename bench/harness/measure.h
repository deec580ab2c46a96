// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"

#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// What the benchmarks of the operations share: panels, registration on every back end present, the proof before the
// measurement, and items, GB/s and the share of the machine's copy bandwidth after it. main() is here too.
namespace topheavy::bench {

struct panel {
  std::size_t days = 0;
  std::size_t constituents = 0;
  std::vector<double> cap;  // [T, N], about one in twenty absent
  std::vector<double> ret;  // [T, N]

  panel_view view() const { return {cap.data(), ret.data(), days, constituents}; }
};

using body = std::function<void(benchmark::State&, backend&, const panel&)>;

// Registers <operation>/<back end>/<days>x<constituents> for every back end that can run here, at the size of the real
// panel and at 1,000 days of 10,000 constituents.
void on_every_backend(const std::string& operation, const body& run);

// Runs `work` on one thread: what a back end's answer is compared with before it is measured.
void on_one_thread(const std::function<void()>& work);

// Throws, which ends the program with 1, unless the answer has the bits of the CPU body on one thread.
void prove_same(const std::string& what, const std::vector<double>& is, const std::vector<double>& should);
void prove_same(const std::string& what, const std::vector<std::int32_t>& is,
                const std::vector<std::int32_t>& should);

// Times `work` and reports items/s, GB/s and, for the CPU, the share of its copy bandwidth.
void measure(benchmark::State& state, const backend& on, const traffic& moved,
             const std::function<void()>& work);

}  // namespace topheavy::bench

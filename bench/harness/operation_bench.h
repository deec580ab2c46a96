// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/harness/bench_panel.h"
#include "kernels/backend.h"

#include <benchmark/benchmark.h>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace topheavy::bench {

// One operation as a benchmark: `run` computes it on a back end and returns every output as bytes, `moved`
// says what the contract header counts. Registered for each back end of this machine at the size of the
// nightly panel and of a large one. Before anything is timed the outputs must equal those of the CPU body on
// one thread, bit by bit; where they do not, the program ends with 1.
struct operation_bench {
  std::string name;
  std::function<std::vector<char>(backend&, const bench_panel&)> run;
  std::function<traffic(const bench_panel&)> moved;
};

int register_operation(operation_bench bench);  // returns 0, so that a file can register at start-up

// The outputs of an operation, one after the other.
template <typename... Vectors>
std::vector<char> bytes_of(const Vectors&... outputs) {
  std::vector<char> bytes;
  (bytes.insert(bytes.end(), reinterpret_cast<const char*>(outputs.data()),
                reinterpret_cast<const char*>(outputs.data() + outputs.size())),
   ...);
  return bytes;
}

}  // namespace topheavy::bench

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/provenance.h"
#include "kernels/backend.h"
#include "kernels/device/buffer.h"
#include "kernels/device/check.h"
#include "kernels/device/stream.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <vector>

#include <cuda_runtime_api.h>

// What the benchmarks of a device have in common.
namespace topheavy::bench {

// Bytes a second of the best of ten plain copies, by CUDA events: read and written within the device, moved from or to
// pageable memory of the host.
inline double device_copy_bandwidth(stream_ref on, cudaMemcpyKind kind) {
  constexpr std::size_t bytes = std::size_t{1} << 30;
  device_ledger ledger(on);
  const device_buffer<char> here(ledger, bytes, "a copy's source"), there(ledger, bytes, "a copy's target");
  std::vector<char> host(kind == cudaMemcpyDeviceToDevice ? 0 : bytes, 1);
  void* const to = kind == cudaMemcpyDeviceToHost ? host.data() : there.data();
  const void* const from = kind == cudaMemcpyHostToDevice ? host.data() : here.data();
  const event start, end;
  double best = 0.0;
  for (int round = 0; round < 10; ++round) {
    start.record(on);
    check(cudaMemcpyAsync(to, from, bytes, kind, on.get()));
    end.record(on);
    on.wait();
    const double moved = kind == cudaMemcpyDeviceToDevice ? 2.0 : 1.0;
    best = std::max(best, moved * static_cast<double>(bytes) / end.seconds_since(start));
  }
  return best;
}

// As main does: run() registers and runs benchmarks where there is a device; where there is none that is said, and it is
// no failure.
template <typename Run>
int run_on_device(int argc, char** argv, Run run) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  const backend_status cuda = known_backends().front();
  if (!cuda.available) {
    std::fprintf(stderr, "not available, nothing is timed: %s\n", cuda.reason.c_str());
    return 0;
  }
  const provenance p = program_provenance();
  benchmark::AddCustomContext("commit", p.commit);
  benchmark::AddCustomContext("compiler", p.compiler);
  benchmark::AddCustomContext("cuda", p.cuda);
  benchmark::AddCustomContext("device", cuda.reason);
  int status = 0;
  try {
    run();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    status = 1;
  }
  benchmark::Shutdown();
  return status;
}

}  // namespace topheavy::bench

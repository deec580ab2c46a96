// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/threads.h"

#include "host/base/cgroup.h"

#include <algorithm>
#include <cmath>
#include <sched.h>
#include <string>
#include <thread>

namespace topheavy {
namespace {

int cores_of_affinity_mask() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) return std::max(1, CPU_COUNT(&mask));
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

// Quota / period of the tightest limit on the way up, rounded up; 0 where there is none.
int cores_of_cgroup() {
  double tightest = 0.0;
  for_cgroups("cpu.max", [&](std::istream& in) {
    std::string quota;
    double period = 0.0;
    if (!(in >> quota >> period) || quota == "max" || !(period > 0.0)) return;
    const double cores = std::stod(quota) / period;
    if (tightest == 0.0 || cores < tightest) tightest = cores;
  });
  return static_cast<int>(std::ceil(tightest));
}

}  // namespace

int available_threads() {
  const int cores = cores_of_affinity_mask();
  const int quota = cores_of_cgroup();
  return quota > 0 ? std::max(1, std::min(cores, quota)) : cores;
}

}  // namespace topheavy

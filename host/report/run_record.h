// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace topheavy {

// How a run was computed; printed in `run` of summary.json and in manifest.json, never part of the digest.
struct run_record {
  std::string backend;                  // "cpu" or "cuda": the one that ran
  std::string backend_reason;           // why this one
  std::vector<std::string> operations;  // those with a body of this back end; the others ran by the CPU body
  std::string device;
  int threads = 1;
  std::vector<std::pair<std::string, std::uint64_t>> seeds;  // of each set of scenarios, by its name
  double wall_seconds = 0.0;
  std::vector<std::pair<std::string, double>> stages;  // name, seconds
};

}  // namespace topheavy

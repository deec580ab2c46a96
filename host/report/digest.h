// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/report/table.h"

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// A table that comes some rows at a time, as one string; how it was cut does not matter.
class streamed_digest {
 public:
  streamed_digest();
  ~streamed_digest();
  void add(const table& rows);  // of the same name and columns every time
  std::string hex() const;      // empty without rows

 private:
  struct sums;
  std::unique_ptr<sums> sums_;
};

// One string that tells whether two runs have the same results (specification, section 8): SHA-256 over every value of the
// tables, to the bit, over what streamed_digest says of others, and over the summary's text. The summary comes without
// what may differ between equal runs: name, run, digest, the times of sets of scenarios, and neither has what eigen-solvers
// of libraries say: absorption_ratio, noise_floor. -0 counts as 0 and every NaN as the same null.
std::string digest_of(const nlohmann::ordered_json& summary, const std::vector<table>& tables,
                      const std::vector<std::string>& streamed = {});

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/stages.h"
#include "host/history/history.h"
#include "host/limits/limits.h"
#include "host/report/manifest.h"
#include "host/report/scenario_stream.h"
#include "host/scenario/results.h"

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace topheavy {

struct written_results {
  nlohmann::ordered_json summary;  // with its limits, without digest and record of the run
  std::vector<limit_result> limits;
  std::string digest;
  std::vector<hashed_file> files;  // the tables
};

// Writes every table of the results to `folder`, the rows of scenarios that `rows` still holds among them, and makes the
// summary. Throws error(resources) where the disk refuses.
written_results write_results(const std::filesystem::path& folder, const settings& s, const inputs& in,
                              const history& h, const std::vector<scenario_results>& scenarios,
                              scenario_stream& rows, stages& timed);

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace topheavy {

// A finished run as its folder tells of it.
struct recorded_run {
  std::filesystem::path folder;  // as given
  nlohmann::ordered_json summary, manifest;
  std::string name, as_of, digest, version;  // of the summary; as_of: a date
};

// Throws error(usage) where the folder is not that of a run (no summary.json or manifest.json of ours in it), error(data)
// where summary.json is not what the run wrote, by the SHA-256 in the manifest: nobody shall sign the change of such figures.
recorded_run read_run(const std::filesystem::path& folder);

}  // namespace topheavy

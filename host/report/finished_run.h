// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "host/config/settings.h"
#include "host/report/manifest.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

// Runs of earlier days, and of today, as they lie on disk.
namespace topheavy {

// manifest.json or summary.json of a run folder. Throws error(usage) where the folder has none of ours.
nlohmann::ordered_json read_manifest(const std::filesystem::path& folder);
nlohmann::ordered_json read_summary(const std::filesystem::path& folder);

// The finished run of the same name that lies in the same place as `target` and is the newest of an earlier day; of several
// of one day the one that finished last. None where there is none.
std::optional<std::filesystem::path> previous_run(const std::filesystem::path& target,
                                                  const std::string& name, date as_of);

// The digest of the run of a folder, of none for none. Throws as read_manifest does.
std::optional<std::string> recorded_digest(const std::optional<std::filesystem::path>& folder);

// Whether the folder is a whole finished run of the same program, the same settings and files with the same content, with a
// page, compared with the same previous run, where the settings ask for one: whatever a new run would say stands there
// already.
bool has_run_of(const std::filesystem::path& folder, const settings& s,
                const std::vector<hashed_file>& read_files,
                const std::optional<std::string>& previous_digest);

}  // namespace topheavy

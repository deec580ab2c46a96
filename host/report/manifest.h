// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/report/run_record.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

inline constexpr const char* manifest_schema = "topheavy.manifest/1";

struct hashed_file {
  std::string name;  // path for an input, file name for an output
  std::uintmax_t bytes = 0;
  std::string sha256;
};

// This program, as manifest.json tells of it.
nlohmann::ordered_json program_json();

// {set: seed}, null without sets: `seed` of manifest.json, and of `run` in summary.json.
nlohmann::ordered_json seeds_json(const run_record& run);

hashed_file hash_file(const std::filesystem::path& file, const std::string& name);

// manifest.json: what an auditor needs to repeat the run. previous_digest: of the run that its page tells the changes from.
nlohmann::ordered_json manifest(const settings& s, const run_record& run, const std::string& digest,
                                const std::optional<std::string>& previous_digest,
                                const std::string& started_utc, const std::vector<hashed_file>& inputs,
                                const std::vector<hashed_file>& outputs);

}  // namespace topheavy

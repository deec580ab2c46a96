// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/report/run_record.h"

#include <filesystem>
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

// What made a run, in its manifest.
nlohmann::ordered_json program_json();

hashed_file hash_file(const std::filesystem::path& file, const std::string& name);

nlohmann::ordered_json program_json();  // of this program, as in manifest.json

// manifest.json: what an auditor needs to repeat the run.
nlohmann::ordered_json manifest(const settings& s, const run_record& run, const std::string& digest,
                                const std::string& started_utc, const std::vector<hashed_file>& inputs,
                                const std::vector<hashed_file>& outputs);

}  // namespace topheavy

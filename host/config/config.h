// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/keys.h"
#include "host/config/settings.h"

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace topheavy {

// Reads a YAML configuration, applies `overrides` ("key.path=value", the value in YAML, later ones win) and
// checks all of it. Relative paths are relative to the file's folder; those of an override to the working
// directory. Throws error(usage) that lists every problem, one a line:
//   file:line:column: what, the value, what is allowed, did you mean
// (`--set key.path` stands for the place where the value came from an override). Files that `data` names must
// exist.
settings read_settings(const std::filesystem::path& file, const std::vector<std::string>& overrides);

// The same of text that is at hand; file: for messages and relative paths.
settings settings_of_text(std::string text, const std::filesystem::path& file,
                          const std::vector<std::string>& overrides);

// The JSON Schema (draft 2020-12) of the configuration, for editors. From the same table that read_settings
// checks by.
nlohmann::ordered_json settings_schema();

// The same of another file whose keys a table holds.
nlohmann::ordered_json schema_of_keys(const std::vector<key_rule>& table, const std::string& title,
                                      const std::string& description);

// The settings with every default filled in, as they would be written in YAML; goes into manifest.json.
nlohmann::ordered_json resolved_settings(const settings& s);

}  // namespace topheavy

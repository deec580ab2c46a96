// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json_fwd.hpp>

// The headline numbers for those who watch over the job, in Prometheus' text exposition format 0.0.4.
namespace topheavy {

// From summary.json and manifest.json of a run; what is null there is left out. configs/README.md lists the metrics.
std::string prometheus_text(const nlohmann::ordered_json& summary, const nlohmann::ordered_json& manifest);

// Writes the text beside the file, then renames it. Throws error(resources) where the disk refuses.
void write_prometheus(const std::filesystem::path& file, const std::string& text);

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/report/manifest.h"

#include <filesystem>
#include <vector>

namespace topheavy {

// Every file that a run of these settings reads, by its path and content, as manifest.json lists them: the configuration
// first. Throws error(data) where one cannot be opened.
std::vector<hashed_file> hash_input_files(const std::filesystem::path& config, const settings& s);

// Throws error(retry) where one of them has other content by now: a panel that is replaced while it is read would be
// recorded beside figures of another.
void check_unchanged(const std::vector<hashed_file>& read_files);

}  // namespace topheavy

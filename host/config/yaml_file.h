// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace topheavy {

// The text of a file of at most 1 MiB. Throws error(usage) where there is none; `what` it should be, for the message:
// "configuration".
std::string read_yaml_text(const std::filesystem::path& file, std::string_view what);

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

namespace topheavy {

// Writes text to a file; throws error(resources) where the disk refuses.
void write_text(const std::filesystem::path& file, std::string_view text);

// The same, whole under its name or not at all: written to `beside`, in the same folder, which is then renamed. Where that
// fails nothing is left of it.
void write_text_whole(const std::filesystem::path& file, const std::filesystem::path& beside,
                      std::string_view text);

}  // namespace topheavy

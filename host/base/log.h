// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Log lines on stderr: plain text, or one JSON object a line (--json-log). Results never go here; they go to stdout.
namespace topheavy {

enum class log_style { plain, json, quiet };  // quiet: errors only

void start_log(log_style style);  // once, before the first line
log_style current_log_style();
void log_info(std::string_view text);
void log_warning(std::string_view text);
void log_error(std::string_view text);

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/text_file.h"

#include "host/base/error.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace topheavy {

namespace fs = std::filesystem;

void write_text(const fs::path& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    throw error(error_class::resources,
                fmt::format("{}: cannot be written: {}", file.string(), std::strerror(errno)));
  }
}

void write_text_whole(const fs::path& file, const fs::path& beside, std::string_view text) {
  std::error_code fault;
  try {
    write_text(beside, text);
    fs::rename(beside, file);
  } catch (const fs::filesystem_error& e) {
    fs::remove(beside, fault);
    throw error(error_class::resources, fmt::format("{}: {}", file.string(), e.what()));
  } catch (...) {
    fs::remove(beside, fault);
    throw;
  }
}

}  // namespace topheavy

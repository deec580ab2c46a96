// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/arrow_sources.h"

#include "host/config/node.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <unistd.h>

#include <arrow/io/api.h>
#include <fmt/format.h>

namespace topheavy {

void refuse_twice(const std::vector<std::string>& columns, const std::string& name,
                  const std::filesystem::path& path) {
  if (std::count(columns.begin(), columns.end(), name) > 1) {
    throw error(error_class::data,
                fmt::format("{}: there are several columns '{}'; keep one", path.string(), shown(name)));
  }
}

void check(const arrow::Status& status, const std::filesystem::path& path) {
  if (status.ok()) return;
  const bool no_memory = status.IsOutOfMemory();
  throw error(no_memory ? error_class::resources : error_class::data,
              fmt::format("{}: {}", path.string(), status.message()));
}

std::unique_ptr<batch_source> open_batch_source(const std::filesystem::path& path) {
  if (access(path.c_str(), R_OK) != 0) {
    throw error(error_class::data,
                fmt::format("{}: cannot be opened: {}", path.string(), std::strerror(errno)));
  }
  const random_access_file file = value_of(arrow::io::ReadableFile::Open(path.string()), path);
  char head[512] = {};
  const std::int64_t size = value_of(file->ReadAt(0, sizeof head, head), path);
  const std::string_view start(head, static_cast<std::size_t>(size));
  if (start.empty()) throw error(error_class::data, path.string() + ": the file is empty");
  if (start.starts_with("PAR1")) return open_parquet(path, file);
  const bool is_gzip = start.starts_with("\x1f\x8b");
  if (!is_gzip && start.find('\0') != std::string_view::npos) {
    throw error(error_class::data, path.string() + ": neither Parquet, CSV nor CSV in gzip by its content");
  }
  return open_csv(path, file, is_gzip);
}

}  // namespace topheavy

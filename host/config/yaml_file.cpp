// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/yaml_file.h"

#include "host/base/error.h"
#include "host/config/check.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

namespace topheavy {

std::string read_yaml_text(const std::filesystem::path& file, std::string_view what) {
  constexpr std::size_t most_bytes = 1u << 20;  // a panel given by mistake is not read to its end
  const auto refuse = [&](const std::string& why) {
    throw error(error_class::usage, fmt::format("{}: {}; must be a YAML {}", file.string(), why, what));
  };
  // A pipe too: it could not be read a second time, for its sum in the manifest.
  if (const std::string why = why_no_file(file); !why.empty()) refuse(why);
  std::ifstream stream(file, std::ios::binary);
  if (!stream) refuse(fmt::format("cannot be read ({})", std::strerror(errno)));
  std::string text(most_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.eof() && stream.fail()) refuse("cannot be read");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > most_bytes) refuse("larger than 1 MiB");
  return text;
}

}  // namespace topheavy

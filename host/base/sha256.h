// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace topheavy {

// SHA-256 (FIPS 180-4) by OpenSSL.
class sha256 {
 public:
  sha256();
  ~sha256();
  sha256(const sha256&) = delete;
  sha256& operator=(const sha256&) = delete;
  void add(const void* bytes, std::size_t count);
  std::string hex();  // 64 lower-case digits; once, at the end

 private:
  struct state;
  std::unique_ptr<state> state_;
};

// Of a whole file; throws error(data) where it cannot be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace topheavy

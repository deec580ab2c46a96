// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/sha256.h"

#include "host/base/error.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace topheavy {

struct sha256::state {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~state() { EVP_MD_CTX_free(context); }
};

sha256::sha256() : state_(std::make_unique<state>()) {
  if (EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) {
    throw error(error_class::internal, "SHA-256 is not available in this OpenSSL");
  }
}

sha256::~sha256() = default;

void sha256::add(const void* bytes, std::size_t count) {
  if (EVP_DigestUpdate(state_->context, bytes, count) != 1)
    throw error(error_class::internal, "SHA-256 failed");
}

std::string sha256::hex() {
  std::array<unsigned char, 32> raw{};
  if (EVP_DigestFinal_ex(state_->context, raw.data(), nullptr) != 1) {
    throw error(error_class::internal, "SHA-256 failed");
  }
  std::string text;
  for (const unsigned char byte : raw) text += fmt::format("{:02x}", byte);
  return text;
}

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw error(error_class::data,
                fmt::format("{}: cannot be opened: {}", file.string(), std::strerror(errno)));
  sha256 sum;
  std::vector<char> block(1 << 20);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    sum.add(block.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad())
    throw error(error_class::data,
                fmt::format("{}: reading failed: {}", file.string(), std::strerror(errno)));
  return sum.hex();
}

}  // namespace topheavy

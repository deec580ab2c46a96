// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/digest.h"

#include "host/base/sha256.h"
#include "host/base/side_by_side.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

static_assert(std::endian::native == std::endian::little, "the digest hashes little-endian values");

void add_text(sha256& sum, const std::string& text) {
  const std::uint64_t length = text.size();
  sum.add(&length, sizeof length);
  sum.add(text.data(), text.size());
}

template <typename T>
void add_values(sha256& sum, const std::vector<T>& values) {
  sum.add(values.data(), values.size() * sizeof(T));
}

void add_rows(sha256& sum, const date_column& values) {
  std::vector<std::int32_t> days;
  days.reserve(values.size());
  for (const date d : values) days.push_back(to_days(d));
  add_values(sum, days);
}

void add_rows(sha256& sum, const number_column& values) {
  std::vector<std::uint64_t> bits;
  bits.reserve(values.size());
  for (const double v : values) {
    const double plain = std::isnan(v) ? std::bit_cast<double>(0x7ff8000000000000U) : v + 0.0;
    bits.push_back(std::bit_cast<std::uint64_t>(plain));
  }
  add_values(sum, bits);
}

void add_rows(sha256& sum, const count_column& values) { add_values(sum, values); }
void add_rows(sha256& sum, const flag_column& values) { add_values(sum, values); }

void add_rows(sha256& sum, const text_column& values) {
  for (const std::int32_t i : values.index)
    add_text(sum, i < 0 ? "" : values.words[static_cast<std::size_t>(i)]);
}

template <typename Column>
void add_column(sha256& sum, const Column& values) {
  const std::uint64_t count = values.size();
  sum.add(&count, sizeof count);
  add_rows(sum, values);
}

void add_column(sha256& sum, const text_column& values) {
  for (const std::string& word : values.words) add_text(sum, word);
  add_column(sum, values.index);
}

// What a library computes that promises no last bit: of the correlations in the summary, and columns of tables.
constexpr std::array approximate{"absorption_ratio", "noise_floor"};

bool is_approximate(const std::string& name) {
  return std::find(approximate.begin(), approximate.end(), name) != approximate.end();
}

void erase_approximate(nlohmann::ordered_json& correlation) {
  if (!correlation.is_object()) return;
  for (auto& dimension : correlation) {
    for (auto& regime : dimension) {
      for (const char* key : approximate) regime.erase(key);
    }
  }
}

// A limit on such a figure: its value, and on which side of the bound it falls.
void erase_approximate_limits(nlohmann::ordered_json& limits) {
  for (auto& limit : limits) {
    const std::string metric = limit.value("metric", "");
    if (!is_approximate(metric.substr(metric.rfind('.') + 1))) continue;
    for (const char* key : {"value", "breached"}) limit.erase(key);
  }
}

// How long each set took.
void erase_times(nlohmann::ordered_json& scenarios) {
  for (auto& set : scenarios) {
    for (const char* key : {"seconds", "cells_per_second"}) set.erase(key);
  }
}

}  // namespace

struct streamed_digest::sums {
  std::string name;
  std::vector<std::pair<std::string, std::unique_ptr<sha256>>> columns;
};

streamed_digest::streamed_digest() = default;
streamed_digest::~streamed_digest() = default;

void streamed_digest::add(const table& rows) {
  if (sums_ == nullptr) {
    sums_ = std::make_unique<sums>();
    sums_->name = rows.name;
    for (const auto& [name, values] : rows.columns) {
      sums_->columns.emplace_back(name, std::make_unique<sha256>());
    }
  }
  std::vector<std::function<void()>> jobs;
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    jobs.emplace_back([&, i] {
      std::visit([&](const auto& v) { add_rows(*sums_->columns[i].second, v); }, rows.columns[i].second);
    });
  }
  run_side_by_side(jobs);
}

std::string streamed_digest::hex() const {
  if (sums_ == nullptr) return "";
  sha256 sum;
  add_text(sum, sums_->name);
  for (auto& [name, values] : sums_->columns) {
    add_text(sum, name);
    add_text(sum, values->hex());
  }
  return sum.hex();
}

std::string digest_of(const nlohmann::ordered_json& summary, const std::vector<table>& tables,
                      const std::vector<std::string>& streamed) {
  sha256 sum;
  for (const table& t : tables) {
    add_text(sum, t.name);
    for (const auto& [name, values] : t.columns) {
      if (is_approximate(name)) continue;
      add_text(sum, name);
      std::visit([&](const auto& v) { add_column(sum, v); }, values);
    }
  }
  for (const std::string& hex : streamed) add_text(sum, hex);
  nlohmann::ordered_json results = summary;
  for (const char* key : {"name", "run", "digest"}) results.erase(key);
  if (results.contains("correlation")) erase_approximate(results["correlation"]);
  if (results.contains("limits")) erase_approximate_limits(results["limits"]);
  if (results.contains("scenarios")) erase_times(results["scenarios"]);
  add_text(sum, results.dump());
  return sum.hex();
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/harness/pass_results.h"

namespace topheavy::bench {
namespace {

constexpr std::size_t sectors = 12;
constexpr std::size_t cells = 4;

std::vector<char> all_bytes(const std::vector<std::vector<double>>& numbers,
                            const std::vector<std::vector<std::int32_t>>& counts) {
  std::vector<char> bytes;
  const auto add = [&](const auto& values) {
    const std::vector<char> more = bytes_of(values);
    bytes.insert(bytes.end(), more.begin(), more.end());
  };
  for (const auto& values : numbers) add(values);
  for (const auto& values : counts) add(values);
  return bytes;
}

std::vector<std::int32_t> sectors_of(std::size_t constituents) {
  std::vector<std::int32_t> sector(constituents);
  for (std::size_t n = 0; n < constituents; ++n) sector[n] = static_cast<std::int32_t>(n % sectors);
  return sector;
}

}  // namespace

day_results::day_results(const bench_panel& panel) : days_(panel.days), constituents_(panel.constituents) {
  numbers_.reserve(64);  // results are known by their address
  counts_.reserve(64);
}

double* day_results::numbers(std::size_t count) { return numbers_.emplace_back(count).data(); }
std::int32_t* day_results::counts() { return counts_.emplace_back(days_).data(); }

void day_results::ask_sums(bool with_sectors) {
  groups_ = index_and_sectors(constituents_);
  if (!with_sectors) {
    groups_.offsets.resize(2);
    groups_.members.resize(constituents_);
  }
  parts.groups = groups_.view();
  const std::size_t answers = days_ * groups_.view().groups;
  parts.sums = {numbers(answers), numbers(answers)};
}

void day_results::ask_breadth() {
  parts.breadth = {numbers(days_), counts(), numbers(days_), counts(), numbers(days_), numbers(days_)};
}

void day_results::ask_fixed_weights() {
  weight_.assign(constituents_, 1.0 / static_cast<double>(constituents_));
  sector_ = sectors_of(constituents_);
  parts.weights = {weight_.data(), sector_.data(), 1, sectors};
  parts.fixed = {numbers(days_), numbers(days_ * sectors)};
}

concentration_result day_results::concentration() {
  return {counts(), numbers(days_ * top_counts_size), numbers(days_), numbers(days_), numbers(days_)};
}

void day_results::ask_concentration(bool by_issuer) {
  parts.constituents = concentration();
  if (!by_issuer) return;
  issuers_ = {{0}, {}};
  for (std::size_t n = 0; n < constituents_; ++n) {
    issuers_.members.push_back(static_cast<std::int32_t>(n));
    if (n % 40 == 0 && n + 1 < constituents_) issuers_.members.push_back(static_cast<std::int32_t>(++n));
    issuers_.offsets.push_back(static_cast<std::int32_t>(issuers_.members.size()));
  }
  parts.entities = issuers_.view();
  parts.by_entity = concentration();
}

std::vector<char> day_results::bytes() const { return all_bytes(numbers_, counts_); }

constituent_results::constituent_results(const bench_panel& panel)
    : days_(panel.days), constituents_(panel.constituents) {
  numbers_.reserve(64);
  counts_.reserve(64);
}

void constituent_results::ask_new_highs() { parts.new_highs = counts_.emplace_back(days_).data(); }

void constituent_results::ask_windows(std::size_t count) {
  scale_.assign(days_, 1e-9);
  for (std::size_t k = 0; k < count; ++k) {
    windows_.push_back({days_ - 1 - (days_ - 1) / (k + 1), days_ - 1, scale_.data()});
    double* contribution = numbers_.emplace_back(constituents_).data();
    double* growth = numbers_.emplace_back(constituents_).data();
    by_window_.push_back({contribution, growth, counts_.emplace_back(constituents_).data()});
  }
  parts.windows = windows_.data();
  parts.by_window = by_window_.data();
  parts.window_count = count;
}

void constituent_results::ask_risk() {
  slope_.assign(days_, 0.5);
  fill_.assign(days_ * sectors, 0.001);
  sector_ = sectors_of(constituents_);
  cell_.assign(days_, day_not_used);
  for (std::size_t t = 1; t < days_; ++t) cell_[t] = static_cast<std::int32_t>(t % cells);
  parts.risk = {slope_.data(), slope_.data(), cell_.data(), cells, fill_.data(), sector_.data(), sectors};
  parts.by_risk = {numbers_.emplace_back((1 + cells) * constituents_).data(),
                   counts_.emplace_back((1 + cells) * constituents_).data()};
}

std::vector<char> constituent_results::bytes() const { return all_bytes(numbers_, counts_); }

}  // namespace topheavy::bench

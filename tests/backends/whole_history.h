// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/backend.h"
#include "tests/backends/small_panel.h"
#include "tests/support/bit_compare.h"

#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

// Every part of every pass over one panel, and its answers in a list.
namespace topheavy {

class whole_history {
 public:
  explicit whole_history(const small_panel& panel) : panel_(panel) {
    const auto count = static_cast<std::int32_t>(panel.constituents);
    const auto add = [&](small_groups& groups, std::int32_t first, std::int32_t step) {
      for (std::int32_t n = first; n < count; n += step) groups.members.push_back(n);
      groups.close();
    };
    add(groups_, 0, 1);  // the index, then three sectors
    for (std::int32_t s = 0; s < 3; ++s) add(groups_, s, 3);
    for (std::int32_t e = 0; e < 40; ++e) add(issuers_, e, 40);
    for (std::size_t n = 0; n < panel.constituents; ++n) {
      weight_.push_back(uniform(71, n, 0));
      sector_.push_back(static_cast<std::int32_t>(n % 3));
    }
    for (std::size_t t = 0; t < panel.days; ++t) {
      slope_.push_back(uniform(72, t, 0) - 0.5);
      scale_.push_back(uniform(73, t, 0));
      cell_.push_back(t == 0 ? -2 : static_cast<std::int32_t>(3.0 * uniform(74, t, 0)) - 1);
      for (std::size_t s = 0; s < 3; ++s) stand_in_.push_back(0.01 * (uniform(75, t, s) - 0.5));
    }
    for (std::size_t i = 0; i < 2 * panel.constituents; ++i) {
      mean_.push_back(0.01 * uniform(76, i, 0));
      per_sd_.push_back(uniform(77, i, 0) < 0.2 ? 0.0 : 50.0 * uniform(78, i, 0));
    }
  }

  void run(backend& b) {
    numbers_.clear();
    counts_.clear();
    ratios_.clear();
    day_pass(b);
    constituent_pass(b);
    b.standardised_sums(panel_.view(), {cell_.data(), 2, mean_.data(), per_sd_.data()}, groups_.view(),
                        numbers(panel_.days * 4));
  }

  // Sets of nine days, and one of every other day.
  void run_spectrum(backend& b) {
    const auto days = static_cast<std::int32_t>(panel_.days);
    day_sets sets;
    for (std::int32_t first = 1; first + 9 <= days; ++first) {
      for (std::int32_t t = first; t < first + 9; ++t) {
        if (t == first) sets.emplace_back();
        sets.back().push_back(t);
      }
    }
    sets.emplace_back();
    for (std::int32_t t = 1; t < days; t += 2) sets.back().push_back(t);
    ratios_ = b.absorption_ratios(panel_.view(), sets, 2);
  }

  void expect_same_as(const whole_history& should) const {
    ASSERT_EQ(numbers_.size(), should.numbers_.size());
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      EXPECT_TRUE(same_bits(numbers_[i], should.numbers_[i])) << "numbers " << i;
    }
    EXPECT_EQ(counts_, should.counts_);
    ASSERT_EQ(ratios_.size(), should.ratios_.size());
    for (std::size_t i = 0; i < ratios_.size(); ++i) {
      EXPECT_EQ(ratios_[i].constituents, should.ratios_[i].constituents) << "set " << i;
      EXPECT_TRUE(std::isnan(should.ratios_[i].ratio)
                      ? std::isnan(ratios_[i].ratio)
                      : std::fabs(ratios_[i].ratio - should.ratios_[i].ratio) < 1e-13)
          << "set " << i << ": " << ratios_[i].ratio << ", " << should.ratios_[i].ratio;
    }
  }

 private:
  double* numbers(std::size_t count) { return numbers_.emplace_back(count, -1.0).data(); }
  std::int32_t* counts(std::size_t count) { return counts_.emplace_back(count, -1).data(); }

  void day_pass(backend& b) {
    const std::size_t days = panel_.days;
    const auto concentration = [&] {
      return concentration_result{counts(days), numbers(days * top_counts_size), numbers(days), numbers(days),
                                  numbers(days)};
    };
    day_parts p;
    p.groups = groups_.view();
    p.sums = {numbers(days * 4), numbers(days * 4)};
    p.breadth = {numbers(days), counts(days), numbers(days), counts(days), numbers(days), numbers(days)};
    p.weights = {weight_.data(), sector_.data(), 1, 3};
    p.fixed = {numbers(days), numbers(days * 3)};
    p.constituents = concentration();
    p.entities = issuers_.view();
    p.by_entity = concentration();
    b.day_pass(panel_.view(), p);
  }

  void constituent_pass(backend& b) {
    const std::size_t names = panel_.constituents;
    const std::vector<contribution_window> windows = {{0, panel_.days - 1, scale_.data()},
                                                      {panel_.days / 3, panel_.days / 2, scale_.data()}};
    std::vector<window_contributions_result> by_window;
    for (std::size_t w = 0; w < windows.size(); ++w) {
      by_window.push_back({numbers(names), numbers(names), counts(names)});
    }
    constituent_parts p;
    p.highs = {9, 0.97};
    p.new_highs = counts(panel_.days);
    p.windows = windows.data();
    p.by_window = by_window.data();
    p.window_count = windows.size();
    p.risk = {slope_.data(), slope_.data(), cell_.data(), 2, stand_in_.data(), sector_.data(), 3};
    p.by_risk = {numbers(3 * names), counts(3 * names)};
    p.moments = {cell_.data(), 2, stand_in_.data(), sector_.data(), 3};
    p.by_moments = {counts(2 * names), numbers(2 * names), numbers(2 * names), numbers(2 * names)};
    b.constituent_pass(panel_.view(), p);
  }

  const small_panel& panel_;
  small_groups groups_, issuers_;
  std::vector<double> weight_, slope_, scale_, stand_in_, mean_, per_sd_;
  std::vector<std::int32_t> sector_, cell_;
  std::deque<std::vector<double>> numbers_;
  std::vector<absorption> ratios_;
  std::deque<std::vector<std::int32_t>> counts_;
};

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/concentration/concentration.h"

#include "kernels/concentration/concentration_cpu.h"
#include "kernels/core/log_exp.h"
#include "tests/backends/backend_fixture.h"
#include "tests/backends/reference.h"
#include "tests/backends/small_panel.h"
#include "tests/backends/thread_counts.h"
#include "tests/support/bit_compare.h"

#include <algorithm>
#include <bit>

namespace topheavy {
namespace {

struct days_of {
  explicit days_of(std::size_t days)
      : count(days, -1), top(5 * days, -1.0), hhi(days, -1.0), entropy(days, -1.0), gini(days, -1.0) {}
  concentration_result view() { return {count.data(), top.data(), hhi.data(), entropy.data(), gini.data()}; }
  std::vector<std::int32_t> count;
  std::vector<double> top, hhi, entropy, gini;
};

void expect_same_bits(const days_of& is, const days_of& should) {
  EXPECT_EQ(is.count, should.count);
  EXPECT_TRUE(same_bits(is.top, should.top));
  EXPECT_TRUE(same_bits(is.hhi, should.hhi));
  EXPECT_TRUE(same_bits(is.entropy, should.entropy));
  EXPECT_TRUE(same_bits(is.gini, should.gini));
}

// Issuers of one, two, three constituents in turn, in an order of their own, and one of a third of all.
small_groups issuers_of(std::size_t constituents) {
  std::vector<std::vector<std::int32_t>> list;
  std::vector<std::int32_t> large;
  std::int32_t n = 0;
  const auto count = static_cast<std::int32_t>(constituents);
  for (std::int32_t size = 1; n < count; size = size % 3 + 1) {
    if (n % 3 == 0) {
      large.push_back(n++);
      continue;
    }
    list.emplace_back();
    for (std::int32_t k = 0; k < size && n < count; ++k) list.back().push_back(n++);
  }
  if (!large.empty()) list.push_back(large);
  std::reverse(list.begin(), list.end());
  small_groups groups;
  for (const auto& members : list) {
    groups.members.insert(groups.members.end(), members.begin(), members.end());
    groups.close();
  }
  return groups;
}

// The formulas in the order of the contract, from the text; the logarithm alone is the kernels' own, held against the
// system's in tests/known_answers.
days_of reference_concentration(const std::vector<std::vector<double>>& caps) {
  days_of result(caps.size());
  for (std::size_t t = 0; t < caps.size(); ++t) {
    const std::vector<double>& x = caps[t];
    const double total = reference::sum(x);
    std::vector<double> squares, logs, sorted;
    int exponent = 0;
    std::frexp(total, &exponent);
    for (const double cap : x) {
      const double y = std::ldexp(cap, 1 - exponent);
      squares.push_back(y * y);
      logs.push_back(y > 0.0 ? y * log_of_normal(y) : 0.0);
      if (cap > 0.0) sorted.push_back(y);
    }
    std::sort(sorted.begin(), sorted.end());
    const std::size_t count = sorted.size();
    result.count[t] = static_cast<std::int32_t>(count);
    if (count == 0) {
      for (std::size_t k = 0; k < 5; ++k) result.top[5 * t + k] = std::nan("");
      result.hhi[t] = result.entropy[t] = result.gini[t] = std::nan("");
      continue;
    }
    const double s = std::ldexp(total, 1 - exponent);
    const std::size_t counts[] = {1, 5, 10, 25, 50};
    for (std::size_t k = 0; k < 5; ++k) {
      std::vector<double> largest(sorted.rbegin(),
                                  sorted.rbegin() + static_cast<std::ptrdiff_t>(std::min(counts[k], count)));
      result.top[5 * t + k] = counts[k] >= count ? 1.0 : reference::sum(largest) / s;
    }
    result.hhi[t] = reference::sum(squares) / (s * s);
    result.entropy[t] = count == 1 ? 0.0 : std::max(0.0, log_of_normal(s) - reference::sum(logs) / s);
    std::vector<double> ranked;
    for (std::size_t i = 0; i < count; ++i) {
      ranked.push_back((2.0 * static_cast<double>(i + 1) - static_cast<double>(count) - 1.0) * sorted[i]);
    }
    result.gini[t] = std::max(0.0, reference::sum(ranked) / (static_cast<double>(count) * s));
  }
  return result;
}

days_of reference_constituents(const small_panel& panel) {
  std::vector<std::vector<double>> caps;
  for (std::size_t t = 0; t < panel.days; ++t) {
    caps.emplace_back(panel.cap.begin() + static_cast<std::ptrdiff_t>(t * panel.constituents),
                      panel.cap.begin() + static_cast<std::ptrdiff_t>((t + 1) * panel.constituents));
  }
  return reference_concentration(caps);
}

days_of reference_issuers(const small_panel& panel, const small_groups& issuers) {
  std::vector<std::vector<double>> caps(panel.days);
  for (std::size_t t = 0; t < panel.days; ++t) {
    for (std::size_t e = 0; e + 1 < issuers.offsets.size(); ++e) {
      std::vector<double> members;
      for (std::int32_t i = issuers.offsets[e]; i < issuers.offsets[e + 1]; ++i) {
        const auto n = static_cast<std::size_t>(issuers.members[static_cast<std::size_t>(i)]);
        members.push_back(panel.cap[t * panel.constituents + n]);
      }
      caps[t].push_back(reference::sum(members));
    }
  }
  return reference_concentration(caps);
}

void concentration(backend& b, const small_panel& panel, const small_groups& issuers, days_of& constituents,
                   days_of& by_issuer) {
  day_parts parts;
  const small_groups none;
  parts.groups = none.view();
  parts.constituents = constituents.view();
  parts.entities = issuers.view();
  parts.by_entity = by_issuer.view();
  b.day_pass(panel.view(), parts);
}

void expect_reference(backend& b, const small_panel& panel) {
  const small_groups issuers = issuers_of(panel.constituents);
  days_of constituents(panel.days), by_issuer(panel.days);
  concentration(b, panel, issuers, constituents, by_issuer);
  expect_same_bits(constituents, reference_constituents(panel));
  expect_same_bits(by_issuer, reference_issuers(panel, issuers));
}

using concentration_test = on_backend;
TOPHEAVY_ON_EVERY_BACKEND(concentration_test);

TEST_P(concentration_test, has_the_bits_of_the_contract_at_awkward_sizes) {
  for (const auto& [name, panel] : awkward_panels(5)) {
    SCOPED_TRACE(name);
    expect_reference(*fresh(), panel);
  }
}

TEST_P(concentration_test, more_entities_than_a_block_holds_at_a_time) {
  expect_reference(*fresh(), make_panel(3, 20'001, panel_kind::gaps));
}

TEST_P(concentration_test, ties_and_values_that_differ_in_their_last_bits) {
  small_panel panel = make_panel(4, 3'000, panel_kind::full);
  for (std::size_t n = 0; n < panel.constituents; ++n) {
    panel.cap[n] = 5.0;                                                          // all alike
    panel.cap[3'000 + n] = n % 7 == 0 ? 5.0 : 3.0;                               // many alike
    panel.cap[6'000 + n] = 1.0 + 0x1p-52 * std::floor(1024 * uniform(3, n, 0));  // one neighbourhood
    panel.cap[9'000 + n] = n == 0 ? 1e300 : 1.0 + 0x1p-50 * uniform(4, n, 0);    // and one far outside
  }
  expect_reference(*fresh(), panel);
}

TEST_P(concentration_test, the_scale_of_the_caps_changes_no_bit) {
  const small_panel panel = make_panel(3, 500, panel_kind::gaps);
  const small_groups issuers = issuers_of(panel.constituents);
  days_of constituents(panel.days), by_issuer(panel.days);
  concentration(*fresh(), panel, issuers, constituents, by_issuer);
  for (const double factor : {0x1p-600, 0x1p-3, 0x1p+900}) {
    small_panel scaled = panel;
    for (double& cap : scaled.cap) cap *= factor;
    days_of is(panel.days), is_by_issuer(panel.days);
    concentration(*fresh(), scaled, issuers, is, is_by_issuer);
    expect_same_bits(is, constituents);
    expect_same_bits(is_by_issuer, by_issuer);
  }
}

TEST_P(concentration_test, caps_too_small_for_a_logarithm_are_there_and_add_nothing) {
  small_panel panel = make_panel(1, 3, panel_kind::full);
  panel.cap = {0x1p+1000, 0x1p+1000, 0x1p-1074};
  days_of is(1), by_issuer(1);
  concentration(*fresh(), panel, issuers_of(3), is, by_issuer);
  EXPECT_EQ(is.count[0], 3);
  EXPECT_EQ(is.hhi[0], 0.5);
  EXPECT_NEAR(is.entropy[0], std::log(2.0), 1e-15);
  panel.cap = {0x1p-1074, 0x1p-1073, 0x1p-1074};  // subnormal altogether: weights 1/4, 1/2, 1/4
  concentration(*fresh(), panel, issuers_of(3), is, by_issuer);
  EXPECT_EQ(is.hhi[0], 0.375);
  EXPECT_NEAR(is.entropy[0], 1.5 * std::log(2.0), 1e-14);  // scaled to 2^-51 only
}

TEST_P(concentration_test, an_entity_of_nobody_is_not_there) {
  const small_panel panel{1, 2, {3.0, 1.0}, {std::nan(""), std::nan("")}};
  const small_groups issuers{{0, 0, 1, 1, 2, 2}, {1, 0}};
  days_of is(1), by_issuer(1);
  concentration(*fresh(), panel, issuers, is, by_issuer);
  EXPECT_EQ(by_issuer.count[0], 2);
  EXPECT_EQ(by_issuer.hhi[0], 0.625);
  const small_panel nobody{2, 0, {}, {}};
  const small_groups empty{{0, 0}, {}};
  days_of none(2), none_by_issuer(2);
  concentration(*fresh(), nobody, empty, none, none_by_issuer);
  EXPECT_EQ(none_by_issuer.count[1], 0);
  EXPECT_TRUE(std::isnan(none_by_issuer.gini[1]));
}

TEST_P(concentration_test, an_issuer_named_twice_over_is_refused) {
  const small_panel panel = make_panel(2, 4, panel_kind::full);
  const small_groups issuers{{0, 2, 4}, {0, 1, 1, 3}};
  days_of is(2), by_issuer(2);
  EXPECT_THROW(concentration(*fresh(), panel, issuers, is, by_issuer), std::invalid_argument);
}

TEST(concentration_threads, any_number_gives_the_same_bits) {
  const small_panel panel = make_panel(40, 1000, panel_kind::gaps);
  for (const int threads : {1, 2, 3}) {
    SCOPED_TRACE(threads);
    with_threads(threads, [&] { expect_reference(*choose_backend("cpu").body, panel); });
  }
}

TEST(radix_sort, sorts_as_a_general_sort) {
  for (const std::size_t count : {0, 1, 2, 3, 10, 100, 2047, 2049, 5000}) {
    for (const int kind : {0, 1, 2, 3, 4}) {
      std::vector<std::uint64_t> keys(count), spare(count);
      for (std::size_t i = 0; i < count; ++i) {
        const double u = uniform(count + static_cast<std::size_t>(kind), i, 0);
        const double values[] = {std::exp2(40.0 * u), 1.0 + 0x1p-40 * u, u < 0.5 ? 2.0 : 3.0, 7.0,
                                 i == 0 ? 0x1p-1074 : (i == 1 ? 1e308 : 1.0 + 0x1p-30 * u)};
        keys[i] = std::bit_cast<std::uint64_t>(values[kind]);
      }
      std::vector<std::uint64_t> should = keys;
      std::sort(should.begin(), should.end());
      const std::uint64_t* is = radix_sort(keys.data(), spare.data(), count);
      EXPECT_TRUE(std::equal(should.begin(), should.end(), is)) << count << " of kind " << kind;
    }
  }
}

TEST(concentration_of, names_of_nothing_are_the_poorest) {
  const double values[] = {0.0, 3.0, 0.0, 1.0};
  const concentration_figures f = concentration_of(values, 4, 4);
  EXPECT_EQ(f.count, 4);
  EXPECT_EQ(f.top[0], 0.75);
  EXPECT_EQ(f.top[1], 1.0);
  EXPECT_EQ(f.hhi, 0.625);
  EXPECT_EQ(f.gini, 0.625);                                            // 2 (3/4 . 4 + 1/4 . 3) / 4 - 5/4
  const concentration_figures known = concentration_of(values, 4, 2);  // the zeros stand for nobody
  EXPECT_EQ(known.gini, 0.25);
}

}  // namespace
}  // namespace topheavy

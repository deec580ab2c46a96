// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/universe.h"

#include "host/base/error.h"
#include "host/config/closest.h"
#include "host/history/sample.h"
#include "host/scenario/classes.h"
#include "host/scenario/member_returns.h"
#include "host/scenario/shock_rows.h"
#include "kernels/core/tree_sum.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

constexpr double scaled_total = 0x1p20;

[[noreturn]] void refuse(const scenario_settings& set, error_class kind, const std::string& text) {
  throw error(kind, fmt::format("{}: scenarios `{}`: {}", set.origin, set.name, text));
}

}  // namespace

std::vector<dimension> dimensions_of(const settings& s, const scenario_settings& set, const history& h) {
  std::vector<std::string> names = set.dimensions.value_or(correlated_dimensions(s));
  if (!set.dimensions) std::erase(names, "issuer");
  std::vector<dimension> asked;
  for (const std::string& name : names) {
    const auto found = std::find_if(h.dimensions.begin(), h.dimensions.end(),
                                    [&](const dimension& d) { return d.name == name; });
    if (found == h.dimensions.end()) {
      std::vector<std::string_view> known;
      for (const dimension& d : h.dimensions) known.push_back(d.name);
      refuse(set, error_class::usage, unknown_name("dimension", name, known));
    }
    asked.push_back(*found);
  }
  return asked;
}

namespace {

// [N] 1 where one of those days is without a return.
std::vector<char> with_gaps(const member_returns& ret, const std::vector<std::size_t>& days) {
  std::vector<char> gap(ret.constituents());
  using range = oneapi::tbb::blocked_range<std::size_t>;
  oneapi::tbb::parallel_for(range(0, gap.size(), 512), [&](const range& block) {
    for (const std::size_t t : days) {
      for (std::size_t n = block.begin(); n < block.end(); ++n) {
        gap[n] = static_cast<char>(gap[n] | static_cast<char>(ret.missing(t, n)));
      }
    }
  });
  return gap;
}

// Row t of ret: what each slot returns on the t-th day. Counts what is filled.
void fill_days(const member_returns& ret, scenario_universe& u) {
  const std::size_t slots = u.layout.slots();
  std::vector<std::int64_t> filled(u.days);
  oneapi::tbb::parallel_for(std::size_t{0}, u.days, [&](std::size_t i) {
    const auto t = static_cast<std::size_t>(u.day[i]);
    float* const row = u.ret.data() + i * slots;
    std::int64_t count = 0;
    for (std::size_t slot = 0; slot < slots; ++slot) {
      const auto n = static_cast<std::size_t>(std::max(u.constituent[slot], 0));
      const bool padding = u.constituent[slot] < 0;
      row[slot] = padding ? 0.0F : static_cast<float>(ret(t, n));
      count += static_cast<std::int64_t>(!padding && ret.missing(t, n));
    }
    filled[i] = count;
  });
  u.filled = std::accumulate(filled.begin(), filled.end(), std::int64_t{0});
}

}  // namespace

scenario_universe make_universe(const settings& s, const scenario_settings& set, const inputs& in,
                                const history& h, const std::vector<stress>& stresses) {
  const panel& p = in.prices;
  const std::size_t constituents = p.constituents();
  const std::vector<std::size_t> days = days_of_lookback(h.daily.index.index_return, s.data.lookback_days);
  if (days.size() < 2) {
    refuse(set, error_class::data,
           fmt::format("of the days in the lookback the index has a return on {}; at least 2 are needed",
                       days.size()));
  }

  const member_returns ret(p, h, set.missing);
  const double* const cap = p.cap.data() + (p.days() - 1) * constituents;
  std::vector<char> is_member(constituents);
  for (std::size_t n = 0; n < constituents; ++n) is_member[n] = static_cast<char>(cap[n] > 0.0);
  scenario_universe u;
  if (set.missing == missing_history::exclude) {
    const std::vector<char> gap = with_gaps(ret, days);
    for (std::size_t n = 0; n < constituents; ++n) {
      if (!is_member[n] || !gap[n]) continue;
      is_member[n] = 0;
      u.left_out.push_back(p.symbols[n]);
    }
  }
  const auto members = std::count(is_member.begin(), is_member.end(), 1);
  if (members == 0) {
    refuse(
        set, error_class::data,
        fmt::format(
            "none of {} constituents has a return on each of {} days, and `missing_history: exclude` leaves "
            "out all others; use `sector` or `zero`",
            u.left_out.size(), days.size()));
  }

  member_classes classes = make_classes(dimensions_of(s, set, h), is_member, cap);
  u.layout = std::move(classes.layout);
  u.constituent = std::move(classes.constituent);
  u.dimensions = std::move(classes.dimensions);
  u.start_total = tree_sum(constituents, [&](std::size_t n) { return is_member[n] ? cap[n] : 0.0; });
  for (const std::int32_t n : u.constituent) {
    const double share = n < 0 ? 0.0 : cap[static_cast<std::size_t>(n)] / u.start_total;
    u.start.push_back(static_cast<float>(share * scaled_total));
  }
  u.days = days.size();
  for (const std::size_t t : days) u.day.push_back(static_cast<std::int32_t>(t));
  u.cells = static_cast<std::int64_t>(u.days) * members;

  shock_reader shocks({s, set, in, h, ret, is_member, days});
  for (const stress& one : stresses) {
    const auto row = static_cast<std::uint32_t>(u.days + u.stresses.size());
    u.stresses.push_back(
        {one.name, one.meaning, shocks.growth_of(one), row, static_cast<std::uint32_t>(one.days)});
  }
  shocks.fail_if_any();
  u.rows = u.days + stresses.size() + 1;
  u.zero_row = static_cast<std::uint32_t>(u.rows - 1);
  return u;
}

void fill_returns(const scenario_settings& set, const inputs& in, const history& h, scenario_universe& u) {
  const std::size_t slots = u.layout.slots();
  u.ret.resize(u.rows * slots);
  fill_days(member_returns(in.prices, h, set.missing), u);
  for (const stress_row& stress : u.stresses) {
    for (std::size_t slot = 0; slot < slots; ++slot) {
      const std::int32_t n = u.constituent[slot];
      const double shocked =
          n < 0 ? 0.0
                : spread_over(stress.growth[static_cast<std::size_t>(n)], static_cast<int>(stress.days));
      u.ret[stress.row * slots + slot] = static_cast<float>(shocked);
    }
  }
  std::fill_n(u.ret.begin() + static_cast<std::ptrdiff_t>(u.zero_row * slots), slots, 0.0F);
}

double total_start(const scenario_universe& u) {
  return tree_sum(u.start.size(), [&](std::size_t slot) { return double{u.start[slot]}; });
}

}  // namespace topheavy

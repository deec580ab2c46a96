// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/read_inputs.h"

#include "host/base/stop.h"
#include "host/data/doubts.h"
#include "host/data/panel_reader.h"

#include <limits>

namespace topheavy {
namespace {

std::vector<std::string> doubts_of(const settings& s, const inputs& in) {
  std::vector<std::string> doubts{doubt_of_returns(in.prices), doubt_of_caps(in.prices),
                                  doubt_of_constituents(in.prices, in.table, in.quality)};
  if (in.volatility) doubts.push_back(doubt_of_levels(*in.volatility, s.volatility.thresholds));
  std::erase(doubts, "");
  return doubts;
}

}  // namespace

inputs read_inputs(const settings& s, stages& timed) {
  inputs in;
  timed.run("topheavy::data::panel", [&] {
    panel_input read = read_panel(
        s.data, s.as_of,
        [&](const read_progress& p) {
          throw_if_stopped();
          if (p.rows_total > 0)
            timed.report_share(static_cast<double>(p.rows) / static_cast<double>(p.rows_total));
        },
        s.as_of_origin);
    in.prices = std::move(read.data);
    in.quality = std::move(read.quality);
  });
  timed.run("topheavy::data::constituents", [&] {
    if (s.data.constituents) in.table = read_constituents(*s.data.constituents);
    in.labels = classify(in.prices, in.table, in.quality);
  });
  timed.run("topheavy::data::volatility", [&] {
    if (s.data.volatility) {
      in.volatility = read_volatility(*s.data.volatility);
      in.quality.rows_dropped["bad_volatility"] = in.volatility->bad_rows;
      in.volatility_level = join_volatility(in.prices.dates, *in.volatility, s.volatility.max_staleness_days);
      in.quality.gap_days = find_gap_days(in.prices.dates, *in.volatility, s.data.holidays);
    } else {
      in.volatility_level.assign(in.prices.days(), std::numeric_limits<double>::quiet_NaN());
    }
    in.after_gap = flag_days_after_gap(in.prices.dates, in.quality.gap_days);
  });
  timed.run("topheavy::data::doubts", [&] { in.quality.doubts = doubts_of(s, in); });
  return in;
}

}  // namespace topheavy

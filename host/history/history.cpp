// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/history.h"

namespace topheavy {

history compute_history(const settings& s, const inputs& in, backend& b, stages& timed) {
  history h;
  timed.run("topheavy::history::dimensions", [&] {
    h.dimensions = make_dimensions(s, in.prices, in.table, in.labels);
    for (const dimension& d : h.dimensions) {
      // An issuer of one constituent has that constituent's series; thousands of copies help nobody.
      h.daily_dimensions.push_back(d.name == "issuer" ? groups_of_at_least(d, 2) : d);
    }
  });
  h.daily = make_daily_history(b, in.prices, h.daily_dimensions, timed);
  h.index = summarise_index(h.daily.index);

  std::optional<date> last_peak;
  if (in.volatility) {
    h.episodes = find_episodes(*in.volatility, in.prices.dates.back(), s.volatility.thresholds);
    if (!h.episodes.empty()) last_peak = h.episodes.back().peak_date;
  }
  window_list list = make_windows(s.windows, in.prices.dates, last_peak);
  h.windows_left_out = std::move(list.left_out);

  std::vector<const group_history*> daily;
  for (std::size_t k = 0; k < h.dimensions.size(); ++k) {
    daily.push_back(h.dimensions[k].name == "issuer" ? nullptr : &h.daily.groups[k]);
  }
  timed.run("topheavy::history::attribution", [&] {
    for (const window& w : list.windows) {
      h.windows.push_back(attribute_window(b, in.prices, h.daily.index, h.dimensions, daily, w));
    }
  });
  return h;
}

}  // namespace topheavy

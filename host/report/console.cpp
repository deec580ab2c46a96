// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/console.h"

#include "host/report/console_text.h"
#include "host/report/limits_report.h"
#include "host/report/scenarios_console.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::size_t days_of_a_year = 252;
constexpr std::size_t windows_shown = 10;
constexpr std::size_t windows_in_detail = 2;  // fewer where sets of scenarios need the lines

// A contribution in points of the index, never "-0.00".
std::string points(const std::string& name, double contribution) {
  return fmt::format("{} {:+.2f}", name, std::round(1e4 * contribution) / 100.0 + 0.0);
}
std::string count(std::optional<std::int32_t> v) { return v ? std::to_string(*v) : "-"; }

std::string window_row(const inputs& in, const attribution& a) {
  const double start = in.volatility_level[a.when.base_day];
  const double end = in.volatility_level[a.when.last_day];
  const std::string volatility =
      std::isfinite(start) && std::isfinite(end) ? fmt::format("{:.2f} > {:.2f}", start, end) : "-";
  const std::string names = fmt::format("{} / {} / {}", count(a.rank.names_for[0]),
                                        count(a.rank.names_for[1]), count(a.rank.names_for[2]));
  return fmt::format("  {:<12} {}  {}  {:>14} {:>9} {:>9} {:>16} {:>8}\n", fitted(a.when.name, 12),
                     to_iso(in.prices.dates[a.when.base_day]), to_iso(in.prices.dates[a.when.last_day]),
                     volatility, percent(a.index_return), percent(a.equal_weight_return), names,
                     a.rank.top_share[2] ? share(*a.rank.top_share[2]) : "-");
}

std::string window_detail(const inputs& in, const history& h, const attribution& a) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min<std::size_t>(10, a.rank.order.size()); ++i) {
    const auto n = static_cast<std::size_t>(a.rank.order[i]);
    names.push_back(points(in.prices.symbols[n], a.contribution[n]));
  }
  std::string text =
      fmt::format("\nwho made {}, in points of its {}\n", a.when.name, percent(a.index_return, 2));
  text += item_line("constituents", names);
  for (const dimension_attribution& by : a.dimensions) {
    if (by.name == "issuer") continue;
    const auto d = std::find_if(h.dimensions.begin(), h.dimensions.end(),
                                [&](const dimension& x) { return x.name == by.name; });
    std::vector<std::string> groups;
    for (const std::int32_t g : by.rank.order) {
      const auto i = static_cast<std::size_t>(g);
      groups.push_back(points(d->groups[i], by.groups[i].contribution));
    }
    text += item_line(by.name, groups);
  }
  return text;
}

std::string weight_lines(const inputs& in, const history& h) {
  // Every automatic window ends on the last day; its closing weights are those of the as-of date.
  const auto last = std::find_if(h.windows.begin(), h.windows.end(), [&](const attribution& a) {
    return a.when.last_day + 1 == in.prices.days();
  });
  if (last == h.windows.end()) return "";
  std::string text = "\nweight at the close\n";
  for (std::size_t k = 0; k < h.dimensions.size(); ++k) {
    const dimension& d = h.dimensions[k];
    if (d.name == "issuer") continue;
    const std::vector<group_attribution>& groups = last->dimensions[k].groups;
    std::vector<std::size_t> order(groups.size());
    for (std::size_t g = 0; g < order.size(); ++g) order[g] = g;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return groups[a].weight_end > groups[b].weight_end;
    });
    std::vector<std::string> items;
    for (const std::size_t g : order)
      items.push_back(fmt::format("{} {}", d.groups[g], share(groups[g].weight_end)));
    text += item_line(d.name, items);
  }
  return text;
}

std::string stage_line(const stage_result& stage) {
  std::vector<std::string> items{stage.name ? *stage.name : "not named"};
  for (const rule_result& w : stage.watch) {
    if (!w.holds) {
      items.push_back(fmt::format("{} cannot be told", w.name));
    } else if (*w.holds) {
      items.push_back(fmt::format("{} triggered", w.name));
    } else if (w.comparisons.size() == 1) {
      items.push_back(fmt::format("{} {:+.4g} away", w.name, w.comparisons[0].distance()));
    }
  }
  return item_line("stage", items);
}

// The level of the volatility index with the first watch levels, and the last episode.
std::string volatility_lines(const history& h) {
  constexpr std::size_t watch_shown = 2;
  const volatility_history& v = h.volatility;
  if (!v.reason.empty()) return "";
  std::string text = "\n";
  if (v.day) {
    const auto regime = static_cast<std::size_t>(v.regime);
    std::vector<std::string> now{fmt::format("{:.2f} on {}", v.level, to_iso(*v.day)),
                                 v.regime == no_regime ? "no regime" : h.regime_names[regime]};
    if (std::isfinite(v.change_points)) now.push_back(fmt::format("{:+.2f} over 21 closes", v.change_points));
    for (std::size_t i = 0; i < std::min(watch_shown, v.watch.size()); ++i) {
      const watch_level& w = v.watch[i];
      now.push_back(fmt::format("{:.2f} {} {} {:g}", std::abs(w.distance), w.triggered ? "above" : "below",
                                fitted(w.name, 20), w.level));
    }
    text += item_line("volatility", now);
  } else {
    text += item_line("volatility", {"no level fresh enough"});
  }
  if (v.episodes.empty()) return text;
  const episode& e = v.episodes.back().what;
  std::vector<std::string> last{fmt::format("peak {:.2f} on {}", e.peak, to_iso(e.peak_date))};
  if (e.end_date) {
    last.push_back(fmt::format("ended at {:.2f} on {}", e.end, to_iso(*e.end_date)));
    last.push_back(fmt::format("{:+.2f} points", e.end - e.peak));
    last.push_back(percent(e.end / e.peak - 1.0));
  } else {
    last.push_back("still open");
  }
  return text + item_line("last episode", last);
}

std::string concentration_lines(const history& h) {
  const auto line = [](const std::string& label, std::int32_t n, double top, double effective, double gini) {
    return item_line(label,
                     {fmt::format("top 10 of {} hold {}", thousands(n), share(top)),
                      fmt::format("as if {:.1f} equal ones", effective), fmt::format("Gini {:.3f}", gini)});
  };
  const std::size_t last = h.constituents.count.size() - 1;
  const auto weights = [&](const std::string& label, const concentration_history& c) {
    return line(label, c.count[last], c.top[last * top_counts_size + 2], c.effective_n[last], c.gini[last]);
  };
  std::string text = "\nhow concentrated, at the close\n";
  text += weights("constituents", h.constituents) + weights("issuers", h.issuers);
  const auto risk = [&](const std::string& label, const risk_concentration& r) {
    if (!r.figures) return item_line(label, {fmt::format("not computed: {}", r.reason)});
    const risk_figures& f = *r.figures;
    return line(label, r.constituents, f.positive.top[2], f.effective_n, f.positive.gini);
  };
  text += risk("risk", h.risk.overall);
  std::vector<std::string> by_regime;
  for (std::size_t k = 0; k < h.regime_names.size(); ++k) {
    const auto& figures = h.risk.by_regime[k].figures;
    by_regime.push_back(figures ? fmt::format("{} {:.1f}", h.regime_names[k], figures->effective_n)
                                : fmt::format("{} not computed", h.regime_names[k]));
  }
  if (!by_regime.empty()) text += item_line("  as if", by_regime);
  return text;
}

// The first dimension asked for; a rise is what variances explain and what they do not.
std::string correlation_lines(const history& h) {
  if (h.correlation.dimensions.empty()) return "";
  const dimension_correlation& c = h.correlation.dimensions.front();
  std::string text = fmt::format("\nhow {} groups move together: mean correlation, 95 % intervals\n",
                                 h.daily_dimensions[c.dimension].name);
  const auto value = [](double v) { return std::isfinite(v) ? fmt::format("{:+.2f}", v + 0.0) : "-"; };
  const auto with_interval = [&](const std::string& what, double v, const percentile_interval& i) {
    const bool known = std::isfinite(i.low);  // not where too many replicates could not be used
    return fmt::format("{} {} [{}]", what, value(v),
                       known ? fmt::format("{}, {}", value(i.low), value(i.high)) : "no interval");
  };
  for (std::size_t k = 0; k < c.by_regime.size(); ++k) {
    const regime_correlation& r = c.by_regime[k];
    std::vector<std::string> items{fmt::format("{} days", thousands(r.days))};
    if (!r.reason.empty()) {
      items = {fmt::format("not computed: {}", r.reason)};
    } else {
      items.push_back(with_interval("rho", r.mean.rho, r.mean.rho_95));
      if (k > 0) {
        items.push_back(with_interval("rise", r.mean.difference, r.mean.difference_95));
        items.push_back(fmt::format("of it by variances {}", value(r.mean.difference - r.mean.excess)));
        items.push_back(with_interval("excess", r.mean.excess, r.mean.excess_95));
      }
    }
    text += item_line(h.regime_names[k], items);
  }
  const auto by_regime = [&](const std::string& label, auto figure) {
    std::vector<std::string> items;
    for (std::size_t k = 0; k < h.pairs.index.size(); ++k)
      items.push_back(fmt::format("{} {}", h.regime_names[k], value(figure(h.pairs.index[k]))));
    return item_line(label, items);
  };
  text += by_regime("all pairs", [](const regime_pairs& r) { return r.average_pairwise; });
  text += by_regime("implied", [](const regime_pairs& r) { return r.implied; });
  return text;
}

std::string quality_line(const data_quality& q) {
  std::vector<std::string> items{fmt::format("{} rows", thousands(q.rows))};
  for (const auto& [reason, number] : q.rows_dropped) {
    if (number == 0) continue;
    const auto first = q.first_dropped.find(reason);
    items.push_back(
        fmt::format("{} {}{}", thousands(number), reason,
                    first == q.first_dropped.end() ? "" : fmt::format(" (first {})", first->second)));
  }
  if (!q.gap_days.empty()) items.push_back(fmt::format("{} gap days", q.gap_days.size()));
  return item_line("data", items);
}

}  // namespace

std::string console_summary(const settings& s, const inputs& in, const history& h, const run_record& run,
                            const std::string& digest, const std::filesystem::path& folder,
                            const std::vector<scenario_results>& scenarios,
                            const std::vector<limit_result>& limits) {
  const index_history& i = h.daily.index;
  const std::size_t last = in.prices.days() - 1;
  std::string text = fmt::format("{}  as of {}: {} days, {} constituents, {} issuers\n", fitted(s.name, 30),
                                 to_iso(in.prices.dates.back()), thousands(in.quality.days),
                                 thousands(in.quality.constituents), thousands(in.quality.issuers));
  std::vector<std::string> index{
      fmt::format("level {:.2f}", h.index.level),
      fmt::format("{} since {}", percent(h.index.return_total), to_iso(in.prices.dates.front()))};
  // A rate a year says nothing where less than a year is known.
  if (last >= days_of_a_year) index.push_back(fmt::format("{} a year", percent(h.index.return_annual)));
  index.push_back(fmt::format("volatility {}", share(h.index.volatility_annual)));
  index.push_back(fmt::format("deepest fall {}", percent(h.index.max_drawdown)));
  text += "\n" + item_line("index", index);
  text += item_line("last day", {fmt::format("{} with {} members", percent(i.index_return[last], 2),
                                             thousands(i.members[last])),
                                 fmt::format("equal weight {}", percent(i.equal_weight_return[last], 2)),
                                 fmt::format("{} rose", share(i.advancers[last])),
                                 fmt::format("{} by weight", share(i.advancers_weight[last])),
                                 fmt::format("{} near their high", share(i.new_highs[last]))});
  text += volatility_lines(h);
  if (in.rules) text += stage_line(h.stage);
  text += weight_lines(in, h);
  text += concentration_lines(h);
  text += correlation_lines(h);
  if (!h.windows.empty()) {
    text +=
        fmt::format("\n  {:<12} {:<10}  {:<10}  {:>14} {:>9} {:>9} {:>16} {:>8}\n", "window", "from close",
                    "to close", "volatility", "index", "equal w.", "names 50/80/100", "top 10");
    for (std::size_t w = 0; w < std::min(windows_shown, h.windows.size()); ++w)
      text += window_row(in, h.windows[w]);
    if (h.windows.size() > windows_shown) {
      text += fmt::format("  and {} more in summary.json\n", h.windows.size() - windows_shown);
    }
    const std::size_t beside = scenarios.size() + (limits.empty() ? 0 : 1);  // what else is to have room
    const std::size_t detailed = windows_in_detail - std::min(windows_in_detail, beside);
    for (std::size_t w = 0; w < std::min(detailed, h.windows.size()); ++w) {
      text += window_detail(in, h, h.windows[w]);
    }
  }
  text += scenario_lines(in, h, scenarios);
  text += limit_lines(limits);
  text += "\n";
  text += quality_line(in.quality);
  text += item_line("computed", {fmt::format("in {:.2f} s on {}", run.wall_seconds, run.device)});
  text += item_line("digest", {digest});
  text += fmt::format("  {:<12} {}\n", "results", folder.string());
  return text;
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/scenarios_console.h"

#include "host/report/console_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::size_t sets_shown = 2;
constexpr std::size_t leaders_shown = 6;
constexpr double level_shown = 0.975;

std::string risk_line(const scenario_results& set, const tail_risk& r) {
  std::vector<std::string> items{
      fmt::format("at {:g} %: ES {} (error {} by the draws, {} by the history)", 100.0 * r.level,
                  share(r.es, 2), share(r.simulation_error, 2), share(r.history_error, 2)),
      fmt::format("VaR {} [{}, {}]", share(r.var, 2), share(r.var_low, 2), share(r.var_high, 2))};
  if (!set.precision_reached) items.push_back("precision not reached");
  if (!r.warning.empty()) items.push_back(fmt::format("only {} in the tail", r.tail_scenarios));
  items.push_back(fmt::format("{} x {} days", thousands(static_cast<std::int64_t>(set.count)), set.horizon));
  return item_line(set.name, items);
}

std::string loss_line(const inputs& in, const history& h, const loss_concentration& loss) {
  if (!loss.figures) return item_line("  loss", {fmt::format("not computed: {}", loss.reason)});
  std::vector<std::string> items{fmt::format("as if {:.1f} equal ones, weight {:.1f}",
                                             loss.figures->effective_n, h.constituents.effective_n.back())};
  const std::vector<share_leader>& leaders = loss.figures->leaders;
  for (std::size_t i = 0; i < std::min(leaders_shown, leaders.size()); ++i)
    items.push_back(fmt::format("{} {}", in.prices.symbols[leaders[i].constituent], share(leaders[i].share)));
  return item_line("  loss", items);
}

std::string stress_line(const scenario_results& set, double level) {
  if (set.stresses.empty()) return "";
  const auto worst = std::min_element(
      set.stresses.begin(), set.stresses.end(),
      [](const stress_result& a, const stress_result& b) { return a.index_return < b.index_return; });
  std::vector<std::string> items{fmt::format("worst of {}: {} {}", set.stresses.size(),
                                             fitted(worst->name, 40), percent(worst->index_return, 2))};
  for (const stress_at_level& r : worst->risk) {
    if (r.level == level && std::isfinite(r.es_change))
      items.push_back(fmt::format("on top of the paths ES {}", percent(r.es_change, 2)));
  }
  return item_line("  stress", items);
}

}  // namespace

std::string scenario_lines(const inputs& in, const history& h, const std::vector<scenario_results>& sets) {
  if (sets.empty()) return "";
  std::string text = "\nwhat scenarios may lose\n";
  for (std::size_t i = 0; i < std::min(sets_shown, sets.size()); ++i) {
    const scenario_results& set = sets[i];
    if (set.risk.empty()) continue;
    const auto away = [](const tail_risk& r) { return std::abs(r.level - level_shown); };
    const tail_risk& r =
        *std::min_element(set.risk.begin(), set.risk.end(),
                          [&](const tail_risk& a, const tail_risk& b) { return away(a) < away(b); });
    text += risk_line(set, r);
    if (!r.history_error_reason.empty())
      text += item_line("  error", {fmt::format("by the history not known: {}", r.history_error_reason)});
    for (const level_components& c : set.components) {
      if (c.level == r.level) text += loss_line(in, h, c.overall);
    }
    text += stress_line(set, r.level);
  }
  if (sets.size() > sets_shown)
    text += fmt::format("  and {} more in summary.json\n", sets.size() - sets_shown);
  return text;
}

}  // namespace topheavy

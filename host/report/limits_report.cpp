// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/limits_report.h"

#include "host/report/console_text.h"
#include "host/report/json_value.h"

#include <algorithm>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr std::size_t limits_shown = 6;

}  // namespace

using json = nlohmann::ordered_json;

json limits_json(const std::vector<limit_result>& limits) {
  json list = json::array();
  for (const limit_result& l : limits) {
    list.push_back({{"name", l.name},
                    {"metric", l.metric},
                    {"value", number(l.value)},
                    {"limit", l.limit},
                    {"kind", l.is_max ? "max" : "min"},
                    {"breached", l.is_known() ? json(l.is_breached()) : json(nullptr)},
                    {"reason", text(l.reason)}});
  }
  return list;
}

std::string limit_lines(const std::vector<limit_result>& limits) {
  if (limits.empty()) return "";
  std::vector<const limit_result*> ordered;
  for (const limit_result& l : limits) ordered.push_back(&l);
  std::stable_partition(ordered.begin(), ordered.end(), [](const limit_result* l) { return !l->is_kept(); });
  std::string lines = "\nlimits\n";
  for (std::size_t i = 0; i < std::min(limits_shown, ordered.size()); ++i) {
    const limit_result* const l = ordered[i];
    const std::string bound = fmt::format("{} {:.6g}", l->is_max ? "at most" : "at least", l->limit);
    const std::string found = l->is_known()
                                  ? fmt::format("{}{:.6g}", l->is_breached() ? "BREACHED: " : "", l->value)
                                  : fmt::format("NOT KNOWN: {}", l->reason);
    lines += item_line(l->name, {found, bound, l->metric});
  }
  if (ordered.size() > limits_shown)
    lines += fmt::format("  and {} more in summary.json\n", ordered.size() - limits_shown);
  return lines;
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/diff/diff_json.h"

#include "host/report/json_value.h"

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

json run_json(const recorded_run& run) {
  return {{"path", run.folder.string()},
          {"name", run.name},
          {"as_of", run.as_of},
          {"digest", run.digest},
          {"version", run.version}};
}

// The label says all, also where a row stands alone.
json change_json(const headline_change& c) {
  const std::string label = c.what.section.empty() ? c.what.label : c.what.section + ": " + c.what.label;
  return {{"metric", c.what.metric}, {"label", label}, {"unit", c.what.unit}, {"a", c.a}, {"b", c.b},
          {"change", c.change}};
}

}  // namespace

json diff_json(const recorded_run& a, const recorded_run& b, const split& parts) {
  json headline = json::array(), figures = json::array();
  for (const headline_change& c : headline_changes(a.summary, b.summary)) headline.push_back(change_json(c));
  for (const split_figure& figure : parts.figures) {
    json one = change_json(figure.what);
    one["draw_error"] = figure.draw_error();
    one["steps"] = json::array();
    for (std::size_t k = 0; k < figure.value.size(); ++k) {
      one["steps"].push_back(
          {{"part", split_parts[k]}, {"value", figure.value[k]}, {"change", figure.change(k)}});
    }
    figures.push_back(std::move(one));
  }
  return {{"schema", "topheavy.diff/1"},
          {"a", run_json(a)},
          {"b", run_json(b)},
          {"headline", headline},
          {"split",
           {{"possible", parts.reason.empty()},
            {"reason", text(parts.reason)},
            {"order", split_parts},
            {"seconds", parts.seconds},
            {"members", {{"came", parts.came}, {"left", parts.left}}},
            {"figures", figures}}}};
}

}  // namespace topheavy

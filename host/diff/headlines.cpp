// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/diff/headlines.h"

#include "host/limits/limits.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* fraction = "fraction";
constexpr const char* number_unit = "number";
constexpr const char* points = "points";
constexpr const char* text_unit = "text";

// Of any metric that a limit may have.
const char* unit_of(std::string_view metric) {
  const auto has = [&](std::string_view part) { return metric.find(part) != std::string_view::npos; };
  if (metric == "volatility.level") return points;
  if (metric.starts_with("index.")) return metric == "index.level" ? number_unit : fraction;
  if (metric.starts_with("concentration.") || has(".loss_concentration."))
    return has(".top.") ? fraction : number_unit;
  if (metric.starts_with("windows.") || metric.starts_with("scenarios.")) return fraction;
  return number_unit;
}

// What summary.json lists by name; of a list that is missing, nothing.
std::vector<const json*> items_of(const json& summary, const char* list) {
  std::vector<const json*> items;
  if (!summary.contains(list) || !summary[list].is_array()) return items;
  for (const json& item : summary[list]) {
    if (item.is_object() && item.contains("name") && item["name"].is_string()) items.push_back(&item);
  }
  return items;
}

std::string name_of(const json& item) { return item["name"].get<std::string>(); }

std::vector<double> levels_of(const json& set) {
  std::vector<double> levels;
  for (const json& risk : set.value("risk", json::array())) levels.push_back(risk.at("level").get<double>());
  return levels;
}

std::string shown_level(double level) { return fmt::format("{:.10g} %", 100.0 * level); }

class listing {
 public:
  void section(std::string name) { section_ = std::move(name); }
  void add(std::string metric, std::string label, const char* unit = nullptr) {
    const char* const found = unit != nullptr ? unit : unit_of(metric);
    all.push_back({std::move(metric), std::move(label), found, section_});
  }
  std::vector<headline> all;

 private:
  std::string section_;
};

void list_index(listing& list) {
  list.section("index");
  list.add("index.level", "level");
  list.add("index.return_total", "return since the start");
  list.add("index.return_annual", "return a year");
  list.add("index.volatility_annual", "volatility a year");
  list.add("index.max_drawdown", "deepest fall");
}

void list_concentration(listing& list) {
  list.section("concentration");
  for (const char* const of : {"constituent", "issuer", "risk"}) {
    const std::string path = fmt::format("concentration.{}.", of);
    const std::string label = of == std::string_view("risk") ? "risk" : fmt::format("{}s", of);
    list.add(path + "n", label);
    for (const char* const k : {"1", "10", "50"}) {
      list.add(fmt::format("{}top.{}", path, k), fmt::format("{}, top {}", label, k));
    }
    list.add(path + "hhi", label + ", HHI");
    list.add(path + "effective_n", label + ", effective number");
  }
}

void list_volatility(listing& list) {
  list.section("volatility and stage");
  list.add("volatility.level", "volatility index");
  list.add("volatility.regime", "regime", text_unit);
  list.add("stage.name", "stage", text_unit);
}

void list_correlation(const json& summary, listing& list) {
  list.section("correlation");
  const json dimensions = summary.value("correlation", json::object());
  for (const auto& [dimension, regimes] : dimensions.items()) {
    const bool is_index = dimension == "index";
    for (const auto& [regime, unused] : regimes.items()) {
      const std::string path = fmt::format("correlation.{}.{}.", dimension, regime);
      const std::string label = fmt::format("{}, {}", is_index ? "all" : dimension, regime);
      if (is_index) {
        list.add(path + "average_pairwise", label + ", mean of pairs");
        list.add(path + "implied", label + ", implied");
        list.add(path + "absorption_ratio", label + ", absorption", fraction);
      } else {
        list.add(path + "mean_offdiagonal", label + ", mean");
        list.add(path + "mean_excess", label + ", mean excess");
      }
    }
  }
}

void list_set(const json& set, listing& list) {
  const std::string name = name_of(set), path = fmt::format("scenarios.{}.", name);
  list.section(fmt::format("scenarios {}", name));
  for (const double level : levels_of(set)) {
    const std::string key = level_key(level), shown = shown_level(level);
    list.add(path + "var." + key, "VaR " + shown);
    list.add(path + "es." + key, "ES " + shown);
    list.add(path + "simulation_error." + key, "ES " + shown + ", error of draws");
    list.add(path + "history_error." + key, "ES " + shown + ", error of history");
    list.add(path + "loss_concentration." + key + ".effective_n", "loss " + shown + ", effective number");
  }
  const json events = set.value("probability", json::object());
  for (const auto& [event, unused] : events.items())
    list.add(path + "probability." + event, "probability of " + event);
  for (const json* const stress : items_of(set, "stresses"))
    list.add(path + "stresses." + name_of(*stress) + ".index_return", "stress " + name_of(*stress));
}

void list_limits(const json& summary, listing& list) {
  list.section("limits");
  for (const json* const limit : items_of(summary, "limits")) {
    const std::string path = fmt::format("limits.{}.", name_of(*limit));
    const json metric = limit->value("metric", json(""));
    list.add(path + "value", name_of(*limit), unit_of(metric.get<std::string>()));
    list.add(path + "limit", name_of(*limit) + ", bound", unit_of(metric.get<std::string>()));
    list.add(path + "breached", name_of(*limit) + " is", text_unit);
  }
}

std::vector<headline> headlines_of(const json& summary) {
  listing list;
  list_index(list);
  list_concentration(list);
  list_volatility(list);
  list_correlation(summary, list);
  for (const json* const set : items_of(summary, "scenarios")) list_set(*set, list);
  list_limits(summary, list);
  return list.all;
}

json value_in(const json& summary, const headline& what) {
  const json* const found = value_of_metric(summary, what.metric);
  if (found == nullptr) return nullptr;
  if (what.unit != text_unit) return found->is_number() ? *found : json(nullptr);
  if (!what.metric.starts_with("limits.")) return found->is_string() ? *found : json(nullptr);
  return found->is_boolean() ? (found->get<bool>() ? "breached" : "kept") : "not known";
}

// Whether a limit of that name bounds something else in the other run: there is nothing to subtract.
bool is_of_another_metric(const headline& what, const json& a, const json& b) {
  if (!what.metric.starts_with("limits.")) return false;
  const std::string metric = what.metric.substr(0, what.metric.rfind('.')) + ".metric";
  const json* const in_a = value_of_metric(a, metric);
  const json* const in_b = value_of_metric(b, metric);
  return in_a != nullptr && in_b != nullptr && *in_a != *in_b;
}

headline_change change_of(const headline& what, const json& a, const json& b) {
  headline_change row{what, value_in(a, what), value_in(b, what), nullptr};
  if (row.a.is_number() && row.b.is_number() && !is_of_another_metric(what, a, b))
    row.change = row.b.get<double>() - row.a.get<double>();
  return row;
}

// One standard error by the draws of a VaR or ES; null where it is not known.
json draw_error_of(const json& summary, const std::string& set, std::string_view figure, double level) {
  constexpr double two_sides_of_95_percent = 2.0 * 1.959963984540054;
  for (const json* const one : items_of(summary, "scenarios")) {
    if (name_of(*one) != set) continue;
    for (const json& risk : one->value("risk", json::array())) {
      if (risk.at("level").get<double>() != level) continue;
      if (figure == "es") return risk.value("simulation_error", json(nullptr));
      const json low = risk.value("var_low", json(nullptr)), high = risk.value("var_high", json(nullptr));
      if (!low.is_number() || !high.is_number()) return nullptr;
      return (high.get<double>() - low.get<double>()) / two_sides_of_95_percent;
    }
  }
  return nullptr;
}

}  // namespace

std::string level_key(double level) { return fmt::format("{}", level); }

std::vector<headline_change> headline_changes(const json& a, const json& b) {
  std::vector<headline> all = headlines_of(b);
  const auto is_listed = [&](const headline& one) {
    return std::any_of(all.begin(), all.end(), [&](const headline& h) { return h.metric == one.metric; });
  };
  std::vector<headline> gone;  // that A alone has
  for (const headline& one : headlines_of(a)) {
    if (!is_listed(one)) gone.push_back(one);
  }
  all.insert(all.end(), gone.begin(), gone.end());
  std::map<std::string, std::size_t> place;  // of each section: where it is met first
  for (const headline& one : all) place.try_emplace(one.section, place.size());
  std::stable_sort(all.begin(), all.end(), [&](const headline& x, const headline& y) {
    return place.at(x.section) < place.at(y.section);
  });
  std::vector<headline_change> changes;
  for (const headline& one : all) changes.push_back(change_of(one, a, b));
  return changes;
}

std::vector<headline_change> split_changes(const json& a, const json& b) {
  std::vector<headline_change> changes;
  const auto add = [&](const std::string& metric, std::string label) -> headline_change* {
    headline_change row = change_of({metric, std::move(label), unit_of(metric), ""}, a, b);
    if (!row.change.is_number()) return nullptr;
    changes.push_back(std::move(row));
    return &changes.back();
  };
  add("concentration.constituent.hhi", "HHI constituents");
  add("concentration.issuer.hhi", "HHI issuers");
  for (const json* const set : items_of(b, "scenarios")) {
    const std::string name = name_of(*set);
    for (const double level : levels_of(*set)) {
      for (const auto& [figure, label] : {std::pair("var", "VaR"), std::pair("es", "ES")}) {
        headline_change* const row = add(fmt::format("scenarios.{}.{}.{}", name, figure, level_key(level)),
                                         fmt::format("{} {} {}", name, label, shown_level(level)));
        if (row == nullptr) continue;
        const json in_a = draw_error_of(a, name, figure, level), in_b = draw_error_of(b, name, figure, level);
        if (in_a.is_number() && in_b.is_number())
          row->draw_error = std::hypot(in_a.get<double>(), in_b.get<double>());
      }
    }
  }
  return changes;
}

}  // namespace topheavy

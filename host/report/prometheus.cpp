// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/prometheus.h"

#include "host/base/dates.h"
#include "host/base/text_file.h"
#include "host/history/stage.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;
using label_list = std::vector<std::pair<std::string, std::string>>;

// A backslash and a line's end cannot stand as they are, nor in a label's value a quotation mark.
std::string escaped(std::string_view text, bool is_label) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && is_label) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
  return out;
}

// Samples of one metric stand together in the text, in whatever order they are found.
class exposition {
 public:
  explicit exposition(std::string name) : name_(std::move(name)) {}

  // Numbers and truth values; what is null, or absent, is left out.
  void add(std::string_view metric, std::string_view help, const json& value, const label_list& labels = {}) {
    if (value.is_boolean()) return add_number(metric, help, value.get<bool>() ? 1.0 : 0.0, labels);
    if (value.is_number()) add_number(metric, help, value.get<double>(), labels);
  }

  void add_number(std::string_view metric, std::string_view help, double value, const label_list& labels) {
    if (!std::isfinite(value)) return;
    auto family =
        std::find_if(families_.begin(), families_.end(), [&](const auto& f) { return f.first == metric; });
    if (family == families_.end()) {
      family = families_.emplace(
          family, std::string(metric),
          fmt::format("# HELP topheavy_{0} {1}\n# TYPE topheavy_{0} gauge\n", metric, escaped(help, false)));
    }
    std::string& text = family->second;
    text += fmt::format("topheavy_{}{{name=\"{}\"", metric, escaped(name_, true));
    for (const auto& [label, content] : labels)
      text += fmt::format(",{}=\"{}\"", label, escaped(content, true));
    text += fmt::format("}} {}\n", value);
  }

  std::string text() const {
    std::string all;
    for (const auto& [metric, samples] : families_) all += samples;
    return all;
  }

 private:
  std::string name_;
  std::vector<std::pair<std::string, std::string>> families_;  // metric, text
};

// The value at a place, null where there is none.
json at(const json& j, const std::string& pointer) {
  const json::json_pointer place(pointer);
  return j.contains(place) ? j.at(place) : json(nullptr);
}

json seconds_of_day(const json& day) {
  const auto parsed = day.is_string() ? parse_date(day.get<std::string>()) : std::nullopt;
  return parsed ? json(86400.0 * to_days(*parsed)) : json(nullptr);
}

// "2026-07-22T21:04:05Z", as in manifest.json
json seconds_of_moment(const json& moment) {
  std::tm parts{};
  if (!moment.is_string() ||
      strptime(moment.get<std::string>().c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) == nullptr)
    return nullptr;
  return static_cast<std::int64_t>(timegm(&parts));
}

void add_run(exposition& to, const json& summary, const json& manifest) {
  const auto word = [&](const json& from, const char* pointer) {
    const json value = at(from, pointer);
    return value.is_string() ? value.get<std::string>() : std::string();
  };
  to.add_number("run_info", "What computed the results, and their digest; the value is 1.", 1.0,
                {{"version", word(manifest, "/program/version")},
                 {"commit", word(manifest, "/program/commit")},
                 {"backend", word(manifest, "/backend")},
                 {"device", word(manifest, "/device")},
                 {"digest", word(summary, "/digest")}});
  to.add("as_of_timestamp_seconds", "Last day of the results, at midnight UTC.",
         seconds_of_day(at(summary, "/as_of")));
  to.add("run_finished_timestamp_seconds", "When the run ended.",
         seconds_of_moment(at(manifest, "/finished")));
  to.add("run_wall_seconds", "How long the run took.", at(summary, "/run/wall_seconds"));
}

void add_data(exposition& to, const json& summary) {
  to.add("data_rows", "Rows of the panel that were read.", at(summary, "/data_quality/rows"));
  const json dropped = at(summary, "/data_quality/rows_dropped");
  for (const auto& [reason, count] : dropped.items()) {
    to.add("data_rows_dropped", "Rows dropped, or left without a return, by reason.", count,
           {{"reason", reason}});
  }
  to.add("data_days", "Days of the panel.", at(summary, "/data_quality/days"));
  const json gaps = at(summary, "/data_quality/gap_days");
  if (gaps.is_array()) to.add("data_gap_days", "Days without rows that are no holidays.", json(gaps.size()));
  const json doubts = at(summary, "/data_quality/doubts");
  if (doubts.is_array())
    to.add("data_doubts", "Sentences on what reads well and can hardly be meant.", json(doubts.size()));
}

void add_index(exposition& to, const json& summary) {
  to.add("index_level", "Level of the index, 100 on the first day of the panel.",
         at(summary, "/index/level"));
  to.add("index_return_ratio", "Return of the index since the first day of the panel.",
         at(summary, "/index/return_total"));
  to.add("index_return_annual_ratio", "The same a year.", at(summary, "/index/return_annual"));
  to.add("index_volatility_annual_ratio", "Volatility of the index a year.",
         at(summary, "/index/volatility_annual"));
  to.add("index_max_drawdown_ratio", "Deepest fall of the index below an earlier level.",
         at(summary, "/index/max_drawdown"));
  for (const json& w : at(summary, "/windows")) {
    to.add("window_return_ratio", "Return of the index over a window.", at(w, "/index_return"),
           {{"window", w.at("name")}});
  }
}

void add_concentration(exposition& to, const json& summary) {
  for (const char* const of : {"constituent", "issuer", "risk"}) {
    const json c = at(summary, fmt::format("/concentration/{}", of));
    to.add("effective_n", "Effective number at the close: of equal ones, as many would be as concentrated.",
           at(c, "/effective_n"), {{"of", of}});
    to.add("hhi_ratio", "Sum of squared weights, or shares of risk, at the close.", at(c, "/hhi"),
           {{"of", of}});
    const json top = at(c, "/top");
    for (const auto& [k, weight] : top.items()) {
      to.add("top_weight_ratio", "Weight, or share of risk, of the k largest at the close.", weight,
             {{"of", of}, {"k", k}});
    }
  }
}

// 1 for the one that holds and 0 for all others; nothing where none is known to hold.
void add_one_of(exposition& to, std::string_view metric, std::string_view help, const char* label,
                const std::vector<std::string>& all, const json& which) {
  if (!which.is_string()) return;
  for (const std::string& one : all) to.add_number(metric, help, one == which ? 1.0 : 0.0, {{label, one}});
}

void add_market(exposition& to, const json& summary) {
  to.add("volatility_level_points", "Level of the volatility index at the close.",
         at(summary, "/volatility/level"));
  std::vector<std::string> regimes;
  for (const json& r : at(summary, "/volatility/regimes")) regimes.push_back(r.at("name"));
  add_one_of(to, "volatility_regime", "1 for the regime of the volatility index, 0 for the others.", "regime",
             regimes, at(summary, "/volatility/regime"));
  std::vector<std::string> stages;
  for (const json& r : at(summary, "/stage/rules")) {
    if (std::string stage = r.at("stage"); stages.empty() || stages.back() != stage)
      stages.push_back(std::move(stage));
  }
  stages.emplace_back(undetermined_stage);
  add_one_of(to, "stage", "1 for the stage of the market, 0 for the others.", "stage", stages,
             at(summary, "/stage/name"));
}

void add_scenarios(exposition& to, const json& summary) {
  for (const json& set : at(summary, "/scenarios")) {
    const std::string name = set.at("name");
    to.add("scenarios", "Scenarios of a set.", at(set, "/count"), {{"set", name}});
    to.add("scenario_precision_reached", "1 where a set is as precise as asked, or nothing is asked.",
           at(set, "/precision_reached"), {{"set", name}});
    for (const json& risk : at(set, "/risk")) {
      const label_list labels{{"set", name}, {"level", fmt::format("{}", risk.at("level").get<double>())}};
      to.add("scenario_var_ratio", "VaR of a set, a loss as a positive fraction.", at(risk, "/var"), labels);
      to.add("scenario_es_ratio", "ES of a set, a loss as a positive fraction.", at(risk, "/es"), labels);
      to.add("scenario_es_simulation_error_ratio", "Error of that ES by the draws.",
             at(risk, "/simulation_error"), labels);
      to.add("scenario_es_history_error_ratio", "Error of that ES by the history.",
             at(risk, "/history_error"), labels);
    }
    for (const json& stress : at(set, "/stresses")) {
      to.add("stress_index_return_ratio", "Return of the index in a stress alone.",
             at(stress, "/index_return"), {{"set", name}, {"stress", stress.at("name")}});
    }
  }
}

void add_limits(exposition& to, const json& summary) {
  for (const json& limit : at(summary, "/limits")) {
    const label_list labels{{"limit", limit.at("name")}, {"metric", limit.at("metric")}};
    label_list with_kind = labels;
    with_kind.emplace_back("kind", limit.at("kind"));
    to.add("limit_value", "The number that a limit bounds.", at(limit, "/value"), labels);
    to.add("limit_bound", "The bound of a limit.", at(limit, "/limit"), with_kind);
    // Nobody shall take a value that is not known for one within its limit.
    const json breached = at(limit, "/breached");
    to.add("limit_breached", "1 where a limit is breached or its value is not known.",
           json(breached.is_null() || breached.get<bool>()), labels);
  }
}

}  // namespace

std::string prometheus_text(const json& summary, const json& manifest) {
  exposition to(summary.at("name"));
  add_run(to, summary, manifest);
  add_data(to, summary);
  add_index(to, summary);
  add_concentration(to, summary);
  add_market(to, summary);
  add_scenarios(to, summary);
  add_limits(to, summary);
  return to.text();
}

void write_prometheus(const std::filesystem::path& file, const std::string& text) {
  // A name that collectors, who read *.prom, pass over; one name, so that a run killed here leaves no second.
  write_text_whole(file, file.string() + ".partial", text);
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The configuration as typed, checked values. Names and defaults are those of configs/README.md.
namespace topheavy {

// One group of a dimension: a constituent belongs to it where its symbol is listed, or where every label of
// `where` has one of the given values.
struct group_settings {
  std::string name;
  std::vector<std::string> symbols;
  std::vector<std::pair<std::string, std::vector<std::string>>> where;  // label column -> accepted values
  std::string origin;  // "file:line:column", for error messages
};

// A dimension is a set of groups, or a label column of the constituents table whose every value is a group.
struct dimension_settings {
  std::string name;
  std::vector<group_settings> groups;  // in the order of the file; empty where label_column is set
  std::string label_column;
  std::string origin;
};

struct window_settings {
  std::string name;
  date start{};  // its close is the base
  date end{};
  std::string origin;
};

struct data_settings {
  std::filesystem::path panel;
  std::optional<std::filesystem::path> constituents;
  std::optional<std::filesystem::path> volatility;
  std::optional<date> start;         // earlier rows are left out
  std::optional<int> lookback_days;  // of risk, at least 2; none: all
  double max_abs_return = 3.0;       // fraction
  double max_dropped_share = 0.05;
  std::vector<date> holidays;
};

// A level of the volatility index that is watched.
struct watch_settings {
  std::string name;
  double level = 0.0;  // points
};

struct volatility_settings {
  std::vector<double> thresholds{20.0, 25.0, 30.0};  // points, ascending
  std::vector<std::string> names;                    // one more than thresholds; empty: see regime_names
  double hysteresis = 0.0;                           // points
  int lag = 0;                                       // 0: the day's close, 1: the close before
  int max_staleness_days = 5;                        // calendar days
  std::vector<watch_settings> watch{{"contraction", 22.0}};
};

struct bootstrap_settings {
  int replicates = 10000;
  std::optional<double> mean_block_length;  // days; none: from the returns of the index
  int seed = 0;
};

struct absorption_settings {
  int components = 6;
  int window = 252;  // panel dates
};

struct correlation_settings {
  std::optional<std::vector<std::string>> dimensions;  // none: see correlated_dimensions
  int min_days = 20;
  bootstrap_settings bootstrap;
  absorption_settings absorption;
};

struct group_expectation {
  std::string group;
  double growth = 0.0;  // fraction
  std::string origin;
};

struct dimension_expectations {
  std::string dimension;
  std::vector<group_expectation> groups;  // in the order of the file
  std::string origin;
};

// Expected growth of earnings.
struct expectation_settings {
  std::optional<double> index;  // fraction
  std::vector<dimension_expectations> dimensions;
};

struct stage_settings {
  std::optional<std::filesystem::path> rules;
};

enum class generator_kind { bootstrap, historical, volatility_path, stress };
inline constexpr std::array<std::string_view, 4> generator_names{"bootstrap", "historical", "volatility_path",
                                                                 "stress"};

// Whether scenarios are drawn, so that there are as many as asked for and their figures have an error of sampling.
inline bool is_sample(generator_kind kind) {
  return kind == generator_kind::bootstrap || kind == generator_kind::volatility_path;
}

struct generator_settings {
  generator_kind kind = generator_kind::bootstrap;
  std::optional<double> mean_block_length;  // days; none: from the returns of the index
  bool regimes = true;                      // of a bootstrap; false: one pool of all days
  // Of a volatility_path: levels of the volatility index, points, spread evenly from the first day to the last and
  // straight between; one level holds throughout.
  std::vector<double> path;
};

// What a member without a return on a day takes.
enum class missing_history { sector, zero, exclude };
inline constexpr std::array<std::string_view, 3> missing_history_names{"sector", "zero", "exclude"};

// Scenarios are added until the simulation error of ES is at most so large.
struct precision_settings {
  double es_relative_error = 0.0;  // of ES
  double level = 0.975;            // one of the levels
  std::int64_t max_count = 1'000'000;
};

inline constexpr std::int64_t most_history_scenarios = 2048;

struct history_error_settings {
  int replicates = 200;               // 0: none
  std::optional<std::int64_t> count;  // scenarios a replicate; none: the set's, at most the above
};

// Something that a scenario may or may not show; the probability of it is told.
struct event_settings {
  std::string name;
  std::string metric;
  std::optional<double> above, below;
  std::string origin;
};

struct scenario_settings {
  std::string name;
  generator_settings generator;
  std::int64_t count = 10'000;  // of historical and stress: as many as there are
  int horizon = 21;             // days
  std::int64_t seed = 0;
  std::optional<std::vector<std::string>> dimensions;  // none: see correlated_dimensions
  std::vector<double> levels{0.95, 0.975, 0.99};       // of VaR and ES, ascending
  bool daily_top_10 = false, daily_hhi = false;        // their highest on the way
  missing_history missing = missing_history::sector;
  int min_days = 10;  // of a path in a regime, for its correlation there
  std::optional<precision_settings> precision;
  history_error_settings history_error;
  std::vector<event_settings> events;
  std::vector<std::filesystem::path> stresses;
  std::string origin;  // "file:line:column", for error messages
};

// Windows that a run has beside the configured ones, whose names these may not take.
inline constexpr std::array<std::string_view, 5> automatic_windows{"last_1", "last_21", "last_252",
                                                                   "year_to_date", "since_peak"};

// A bound on a number of the results; a run that breaks one ends with exit 4.
struct limit_settings {
  std::string name;
  std::string metric;              // host/limits/limit_metrics.h
  std::optional<double> max, min;  // exactly one of them
  std::string origin;
};

struct report_settings {
  bool page = false;
  // The run that the page compares with.
  bool previous_is_automatic = true;              // the newest of an earlier day: host/report/finished_run.h
  std::optional<std::filesystem::path> previous;  // where it is not; none: no comparison
};

struct metrics_settings {
  std::optional<std::filesystem::path> prometheus;  // text file
};

struct settings {
  std::string name = "topheavy";
  std::optional<date> as_of;  // none: the panel's last date
  std::string as_of_origin;
  data_settings data;
  std::vector<dimension_settings> groups;
  std::vector<window_settings> windows;
  volatility_settings volatility;
  correlation_settings correlation;
  expectation_settings expectations;
  stage_settings stage;
  std::vector<scenario_settings> scenarios;
  std::vector<limit_settings> limits;
  report_settings report;
  metrics_settings metrics;
};

// Names of the dimensions that the settings ask for; where they leave it open, sector and those whose groups are listed:
// a label column may have hundreds of values, and pairs grow with their square.
std::vector<std::string> correlated_dimensions(const settings& s);

}  // namespace topheavy

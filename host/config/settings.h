// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
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
};

}  // namespace topheavy

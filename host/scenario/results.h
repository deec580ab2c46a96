// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/history/shares.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

// What a set of scenarios says; host/report writes it and computes nothing. NaN: not known.  specification, sections 7, 9
namespace topheavy {

inline constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

inline constexpr std::array<double, 9> quantile_levels{0.01, 0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975, 0.99};

// Of one figure over the scenarios.
struct distribution {
  double mean = not_known;
  double sd = not_known;                                // ddof 1
  std::array<double, quantile_levels.size()> quantile;  // type 7
  std::string reason;                                   // why something of it is not known

  distribution() { quantile.fill(not_known); }
};

// Losses: minus the index return, fractions.
struct tail_risk {
  double level = 0.0;
  std::uint64_t tail_scenarios = 0;  // with a weight in ES
  double var = not_known, var_low = not_known, var_high = not_known;
  double es = not_known;
  double simulation_error = not_known;
  double history_error = not_known;
  std::string interval_reason;       // why var_low, var_high and simulation_error are not known
  std::string history_error_reason;  // why history_error is not known
  std::string warning;               // of too small a tail
};

// Part of ES: mean over the tail of minus the contribution to the index return.
struct component {
  double es = 0.0;
  double error = not_known;
};

struct group_component {
  std::string group;
  double weight = 0.0;  // at the start
  component value;
  double share = 0.0;  // of ES
};

struct dimension_components {
  std::string dimension;
  std::vector<group_component> groups;
};

// As of risk in section 3, of shares of component ES. weight of leaders: at the start.
struct loss_concentration {
  double scenarios = 0.0;                // of the tail, with their weights
  std::optional<share_figures> figures;  // none: see reason
  std::string reason;
};

struct level_components {
  double level = 0.0;
  double es = 0.0;                               // of the replayed paths, to which components add up
  std::vector<component> constituents;           // [members] as in scenario_results::member
  std::vector<group_component> issuers;          // the ten largest
  std::vector<dimension_components> dimensions;  // of the set
  loss_concentration overall;
  std::vector<loss_concentration> by_start, by_end;  // [regimes] of the path's first and last day
};

// Correlation of the returns of groups along a path.
struct path_correlation {
  std::string over;                    // "path", or a regime
  std::uint64_t scenarios = 0;         // of the pair that has the fewest, of those that have any
  std::vector<double> mean, p05, p95;  // [groups, groups]
};

struct dimension_path_correlation {
  std::string dimension;
  std::vector<std::string> groups;
  std::vector<path_correlation> over;  // the path, then regimes
};

struct event_probability {
  std::string name, metric;
  double probability = 0.0;
  double error =
      not_known;         // sqrt(p (1 - p) / S); not known where that is 0: none of S scenarios is not never
  std::string reason{};  // why the probability, or its error, is not known
};

struct named_distribution {
  std::string metric;
  distribution values;
};

struct stress_group {
  std::string dimension, group;
  double ret = 0.0, contribution = 0.0;
};

struct stress_at_level {
  double level = 0.0;
  double var_change = not_known, es_change = not_known;
};

struct stress_result {
  std::string name, meaning;
  double index_return = 0.0;          // of the stress alone
  std::vector<stress_group> groups;   // of the stress alone
  std::vector<stress_at_level> risk;  // of the stressed scenarios less the plain ones, the same draws
  double top_10_change = not_known;   // of the mean at the end, likewise
  std::string change_reason{};        // why top_10_change is not known, nor risk where it is empty
};

struct scenario_results {
  std::string name, kind;
  std::uint64_t count = 0;
  std::uint32_t horizon = 0;
  std::uint64_t seed = 0;
  double mean_block_length = not_known;
  double filled_share = 0.0;  // of days x members
  std::int32_t days = 0;      // T
  std::vector<std::string> left_out;
  std::uint64_t cells = 0;  // scenarios x days x members
  double seconds = 0.0;     // of the pass
  std::string no_sampling_error;
  bool precision_reached = true;

  std::vector<std::int32_t> member;  // [members] constituents of the panel, by symbol
  distribution index_return, max_drawdown;
  std::vector<tail_risk> risk;
  std::vector<level_components> components;
  std::vector<named_distribution> concentration;  // top_1 .. top_50, hhi, effective_n, max_top_10, max_hhi
  std::vector<dimension_path_correlation> correlation;
  std::vector<event_probability> events;
  std::vector<stress_result> stresses;
};

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "host/config/keys.h"
#include "host/config/settings.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// A named shock of the whole market as a file tells it: configs/stress/README.md.
namespace topheavy {

// The constituents of a group return so much.
struct group_shock {
  std::string dimension, group;
  double ret = 0.0;  // fraction, > -1
};

// Single constituents.
struct symbol_shock {
  std::vector<std::pair<std::string, double>> ret;  // symbol, fraction > -1
};

// Every constituent returns its beta to daily returns of the index, or to daily changes of the volatility index in
// points, times the move; betas by least squares over the lookback.
struct beta_shock {
  enum class factor { index, volatility } to = factor::index;
  double move = 0.0;  // fraction of the index, or points
  std::optional<double>
      to_level;  // of the volatility index, points: move = to_level - the level at the as-of date
};

// Earnings of a group grow less than expected: each constituent returns -elasticity x shortfall.
struct growth_shock {
  std::string dimension, group;
  double shortfall = 0.0;   // expected - realised growth, fraction
  double elasticity = 1.0;  // return a unit of growth
};

// What each constituent returned from the close of `start` to the close of `end`, compounded.
struct replay_shock {
  date start{}, end{};
};

struct shock {
  std::variant<group_shock, symbol_shock, beta_shock, growth_shock, replay_shock> what;
  std::string origin;  // "file:line:column"
};

// Shocks of one constituent compound: (1 + a)(1 + b) - 1.
struct stress {
  std::string name;
  std::string meaning;  // may be empty
  int days =
      1;  // spread over so many first days of the horizon: each takes (1 + v)^(1 / days) - 1, before its own return
  std::vector<shock> shocks;
  std::string file;
};

// Throws error(usage) that lists every problem, one a line: file:line:column: what, the value, what is allowed. Names of
// dimensions, groups and symbols are not looked at.
stress read_stress(const std::filesystem::path& file);
stress parse_stress(std::string text, const std::string& file);

// [sets], each in its order. The same errors, of all files of a set at once; also where two share a name, one takes more
// days than the horizon, or one needs a volatility index that the settings do not have.
std::vector<std::vector<stress>> read_stresses(const settings& s);

const std::vector<key_rule>& stress_file_keys();

}  // namespace topheavy

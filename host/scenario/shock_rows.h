// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/scenario/member_returns.h"
#include "host/stress/stress_file.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// Stresses as returns of constituents                                                     specification, section 7
namespace topheavy {

// What shocks speak of.
struct shock_context {
  const settings& s;
  const scenario_settings& set;
  const inputs& in;
  const history& h;
  const member_returns& ret;
  const std::vector<char>& is_member;    // [N]
  const std::vector<std::size_t>& days;  // of the panel, those of the universe
};

// Reads one stress after another and collects what they name and what does not exist.
class shock_reader {
 public:
  explicit shock_reader(const shock_context& context) : c_(context) {}

  // [N] 1 + the return that the stress as a whole gives each constituent: the product over its shocks of
  // max(0, 1 + return of the shock). A shock returns, to each constituent that it names or that is in its group:
  //   group, symbols   what the stress says
  //   growth           -elasticity x shortfall
  //   beta             beta x move, to all; beta = sum over days of slope[t] R[t,n] in sequence, slope of
  //                    host/history/sample.h for the daily returns of the index or the change of the volatility index
  //                    from one date of the panel to the next, R of member_returns.h, over the days of the universe on
  //                    which that is known, ten at least
  //   replay           product of 1 + R over the days after the start's date to the end's, less 1, to all; a date takes
  //                    the last one of the panel on or before it
  std::vector<double> growth_of(const stress& what);

  // Throws error(usage) with a line for each problem met.
  void fail_if_any() const;

 private:
  void apply(const group_shock& shock, std::vector<double>& growth);
  void apply(const symbol_shock& shock, std::vector<double>& growth);
  void apply(const beta_shock& shock, std::vector<double>& growth);
  void apply(const growth_shock& shock, std::vector<double>& growth);
  void apply(const replay_shock& shock, std::vector<double>& growth);

  void apply_to_group(const std::string& dimension_name, const std::string& group, double ret,
                      std::vector<double>& growth);
  std::vector<double> betas_to(
      beta_shock::factor factor);  // [N]; empty where there are none, which is a problem then
  std::string as_of() const;
  void add_problem(const std::string& text);

  shock_context c_;
  const stress* stress_ = nullptr;  // the one being read
  const shock* shock_ = nullptr;
  std::optional<std::vector<double>> index_betas_, volatility_betas_;
  std::vector<std::string> problems_;
};

// What the return is a day where a growth is spread over so many days: growth^(1 / days) - 1, by kernels/core/log_exp.h;
// -1 where nothing is left.
double spread_over(double growth, int days);

}  // namespace topheavy

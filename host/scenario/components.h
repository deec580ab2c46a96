// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/scenario/figure_table.h"
#include "host/scenario/results.h"
#include "host/scenario/tail.h"
#include "host/scenario/universe.h"
#include "kernels/scenario_pass/scenario_pass.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// Who makes the loss: component ES of constituents, issuers and groups                            specification, section 7
//
// c[s] = -(cap at the end - cap at the start) / total cap at the start, the contribution of one of them to the loss of
// scenario s. With the weights w of the tail and m as in tail.h
//   component ES = sum w c / m; over constituents, as over the groups of a partition, these add up to the ES of the
//                  replayed paths (1e-12), which is that of tail.h but for the rounding of float32 (1e-6)
//   error        = sqrt((var + p (component ES - near)^2) / m), var = sum w (c - component ES)^2 / (m - 1), m > 1;
//                  near = E[c | loss = VaR], taken as the plain mean over the last ceil(sqrt(m)) scenarios of the tail
//   share        = component ES / ES, not known where ES is no loss
// The contributions behind the error of a group are its weight times its return of figure_table, those of an issuer of
// several share classes are replayed one by one where it is listed.
namespace topheavy {

// Constituents of the panel, ascending: the order of level_components::constituents.
std::vector<std::int32_t> members_of(const scenario_universe& u);

inline constexpr std::size_t issuers_listed = 10;     // of each level
inline constexpr double least_loss_scenarios = 10.0;  // fewer say nothing of how concentrated a loss is

struct component_request {
  const scenario_universe& universe;
  const std::vector<std::string>& issuer;  // [N] of the panel
  const figure_table& figures;        // group_return: groups of the universe's dimensions, one after another
  const std::vector<double>& levels;  // ascending
  std::size_t regimes;                // simulated ones; 0: figures have no start_regime and end_regime
  const std::string& no_sampling_error;            // why there are no errors; empty: there are
  const std::function<void()>* between = nullptr;  // as of replay_request
};

// Of every level, from one replay of the tail of the lowest one, and a second one where an issuer that is listed has several
// share classes. worst: from rank_losses of these levels.
std::vector<level_components> components_of(path_engine& engine, const plan_recipe& recipe,
                                            const ranked_losses& worst, const component_request& request);

}  // namespace topheavy

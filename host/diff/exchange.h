// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/data/panel.h"
#include "host/data/volatility.h"

#include <string>
#include <vector>

// Parts of what a run reads, exchanged for those of another run.
namespace topheavy {

// Symbols with a cap at the last close, ascending.
std::vector<std::string> members_at_close(const panel& p);

// `p` as if the constituents with a cap at its last close were those that `of` has at its own last close. A name that left
// has no cap at that close, its past stays; one that came has its cap at the close of `of`, and where `p` does not know it,
// no past; all others stay as they are.
panel with_members_of(panel p, const panel& of);

// The caps at the last close of `of` at the last close of `p`, for the names that have one there.
void take_closing_caps(panel& p, const panel& of);

// `v` as it was known on `known` and, on those of the dates that come after it, its last close again: a level that is not
// known any more is neither missing nor stale. Where on `known` itself the last close was older than max_staleness_days,
// there is none to carry on.
volatility_series carried_on(volatility_series v, date known, const std::vector<date>& dates,
                             int max_staleness_days);

}  // namespace topheavy

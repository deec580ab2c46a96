// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/stages.h"
#include "host/diff/headlines.h"
#include "host/diff/recorded_run.h"
#include "kernels/backend.h"

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The change of HHI, VaR and ES from a run A to a run B, split into parts.
//
// The figures are computed from A's inputs and configuration; then one part after another is taken from B, what was taken
// stays, and they are computed again. The change of a figure from one computation to the next is that part's:
//   members         The constituents with a cap at the close are those of B at B's close: those that left lose their cap at
//                   A's close, those that came get the cap they have at B's close. All labels are those of B's constituents.
//                   Returns stay: a name that A's panel does not know has no past, and missing_history says what stands for
//                   it.
//   caps            Caps at the close are those of B's close. They decide the weights at the close, from which paths start,
//                   and nothing of the past.
//   history window  The panel is B's: days up to B's as-of date, returns and caps, by B's `data` (start, lookback_days, what
//                   is dropped). Days that A did not have take the last level of A's volatility index.
//   regime          The volatility index is B's, cut into regimes as A has it. Where B has none, A's goes with the
//                   configuration that asks for it.
//   configuration   Everything else: the computation is B's.
//   program         What A's and B's records differ from these computations: 0 where one program gives both again.
// The order is fixed, and the parts depend on it: none is what would have happened had nothing else changed.
//
// A computation of A, or of B, serves where it gives the recorded figures to the bit, or where another program has recorded
// them from the same files. Files may have grown, as long as the figures stay.
namespace topheavy {

inline constexpr std::array<std::string_view, 6> split_parts{"members", "caps",          "history window",
                                                             "regime",  "configuration", "program"};

struct split_figure {
  headline_change what;
  // The figure after each part: from A's recorded one to B's, which is the last. Empty where there is no split. Where A's
  // record differs from its computation, the difference is in all but the last.
  std::vector<double> value;

  double a() const { return what.a.get<double>(); }
  double b() const { return what.b.get<double>(); }
  double change(std::size_t part) const { return value[part] - (part == 0 ? a() : value[part - 1]); }
  // what.draw_error, but null where the split shows that the same days are drawn for both: then the draws make no part of the
  // change. Members and caps leave the days that are drawn.
  nlohmann::ordered_json draw_error() const;
};

struct split {
  std::string reason;  // why there is none; empty: there is one
  double seconds = 0.0;
  std::vector<split_figure> figures;
  std::vector<std::string> came, left;  // symbols that one close has and the other has not
};

// The figures without parts, for that reason.
split no_split(const recorded_run& a, const recorded_run& b, const std::string& reason);

// new_backend: a new one each time, because one may keep the panel it has seen. Computations that would be the same are
// done once. Does not throw where the inputs of A or B are gone, refused or give other figures: then there is no split. Throws
// error(resources), error(retry) and what back ends throw.
split split_change(const recorded_run& a, const recorded_run& b,
                   const std::function<std::unique_ptr<backend>()>& new_backend, stages& timed);

}  // namespace topheavy

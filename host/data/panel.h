// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"
#include "kernels/core/view.h"

#include <string>
#include <vector>

namespace topheavy {

// The dense panel in canonical order, whatever the order of the input rows: dates ascending, symbols
// ascending by bytes.
struct panel {
  std::vector<date> dates;           // [T]
  std::vector<std::string> symbols;  // [N]
  std::vector<double> cap;           // [T, N] row-major; market cap at the close, currency, > 0; 0: no row
  std::vector<double> ret;           // [T, N] row-major; simple return of the day, fraction; NaN: none

  std::size_t days() const { return dates.size(); }
  std::size_t constituents() const { return symbols.size(); }
  panel_view view() const { return {cap.data(), ret.data(), days(), constituents()}; }
};

}  // namespace topheavy

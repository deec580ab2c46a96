// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// Views: pointer and named extents, passed by value, owning nothing. The memory belongs to the caller, on the
// host for a host call and on the device inside a CUDA body.
namespace topheavy {

// The dense panel, row-major [days, constituents], in canonical order: dates ascending, symbols ascending by
// bytes.
struct panel_view {
  const double* cap = nullptr;   // market cap at the close, currency, > 0; 0 where the constituent has no row
  const double* ret = nullptr;   // simple return of the day, fraction, > -1; NaN where there is none
  std::size_t days = 0;          // T
  std::size_t constituents = 0;  // N
};

// G groups over the constituents; groups may overlap and need not cover all.
struct groups_view {
  const std::int32_t* offsets = nullptr;  // [G + 1], ascending, offsets[0] = 0
  const std::int32_t* members = nullptr;  // [offsets[G]] constituents, ascending within a group
  std::size_t groups = 0;                 // G
};

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/dates.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace topheavy {

// What was wrong with the input and what became of it. Problems are values here until a rule of the
// specification (section 1) says refuse.
struct data_quality {
  std::int64_t rows = 0;  // of the panel file inside [start, as_of], before anything is dropped
  std::int64_t rows_outside =
      0;  // of the panel file before start or after as_of; not looked at, not counted below

  // Every reason is present, 0 where it did not occur. In panel rows: bad_cap and duplicate (the row is
  // gone), bad_return, missing_return and extreme_return (the row stays without a return; each row under one
  // reason). In constituents: unclassified. In rows of the volatility file: bad_volatility.
  std::map<std::string, std::int64_t> rows_dropped{
      {"bad_cap", 0},        {"bad_return", 0},     {"bad_volatility", 0}, {"duplicate", 0},
      {"extreme_return", 0}, {"missing_return", 0}, {"unclassified", 0}};

  // By reason, but for bad_volatility and duplicate: the first such row by date and symbol, in words of a message; of
  // unclassified the first symbol.
  std::map<std::string, std::string> first_dropped;

  std::int64_t days = 0;          // T of the panel
  std::int64_t constituents = 0;  // N of the panel
  std::int64_t issuers = 0;       // different issuers among them; filled by classify
  date first_date{};
  date last_date{};
  std::vector<date> gap_days;       // from find_gap_days, ascending; filled by the caller
  std::vector<std::string> doubts;  // doubts.h; filled by the caller
};

}  // namespace topheavy

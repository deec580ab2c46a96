// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

// The evidence that rules may speak of: the one table behind the check of an expression, its messages, the values that
// host/history/evidence.cpp computes and the test that configs/rules/README.md tells of all of it.
namespace topheavy {

enum class argument_kind {
  days,       // a whole number of panel dates, from 1
  rows,       // a whole number of closes of the volatility index, from 1
  level,      // points, above 0
  count,      // 1, 5, 10, 25 or 50
  dimension,  // a name
  group,      // a name, of the dimension before it
  window      // a name
};

struct evidence_kind {
  std::string_view name;  // as in an expression: volatility.level
  std::vector<argument_kind> arguments;
  std::string_view unit;
  std::string_view meaning;  // one sentence
};

const std::vector<evidence_kind>& evidence_table();

std::string_view name_of(argument_kind kind);       // "days", as in volatility.change(rows)
std::string allowed_by(argument_kind kind);         // "a whole number from 1 to 100000"
bool is_name(argument_kind kind);                   // else a number
bool is_allowed(argument_kind kind, double value);  // of a number

// "volatility.change(rows)"; without arguments the name alone.
std::string usage_of(const evidence_kind& kind);

}  // namespace topheavy

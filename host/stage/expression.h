// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/stage/evidence_table.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// What a rule asks, in a line:
//
//   expression  := conjunction { "or" conjunction }
//   conjunction := condition { "and" condition }
//   condition   := "not" condition | "(" expression ")" | comparison
//   comparison  := side ( "<" | "<=" | ">" | ">=" ) side       one side at least is evidence
//   side        := number | evidence
//   evidence    := name [ "(" argument { "," argument } ")" ]  a name of evidence_table
//   argument    := number | name | 'any text, with '' for a quote'
namespace topheavy {

inline constexpr std::size_t longest_expression = 1000;  // bytes
inline constexpr int deepest_expression = 32;            // parentheses and `not` inside of each other

struct evidence_argument {
  std::variant<double, std::string> value;
  std::size_t offset = 0;  // of its first byte in the expression
};

struct evidence_call {
  const evidence_kind* kind = nullptr;  // of evidence_table
  std::vector<evidence_argument> arguments;
};

enum class comparison_operator { less, less_equal, greater, greater_equal };

// A number on the left is turned to the right: `20 < volatility.level` is `volatility.level > 20`.
struct comparison {
  evidence_call left;
  comparison_operator op = comparison_operator::less;
  std::variant<double, evidence_call> right;
};

enum class expression_kind { compare, negate, all_of, any_of };

struct expression {
  expression_kind kind = expression_kind::compare;
  comparison compare;             // of `compare`
  std::vector<expression> parts;  // one of `negate`, two or more of `all_of` and `any_of`
};

class expression_error : public std::runtime_error {
 public:
  expression_error(std::size_t offset, const std::string& text) : std::runtime_error(text), offset_(offset) {}
  std::size_t offset() const { return offset_; }  // of the offending token's first byte

 private:
  std::size_t offset_;
};

// Throws expression_error: what stands there, what was expected, the closest name. Names of dimensions, groups and
// windows are not looked at.
expression parse_expression(std::string_view text);

// The canonical form: one blank between words, no parentheses without need, numbers as short as they can be. It parses
// to the same expression.
std::string to_text(const expression& e);
std::string to_text(const evidence_call& call);
std::string_view to_text(comparison_operator op);

// Every comparison, from left to right; all evidence, on both sides of each.
void visit_comparisons(const expression& e, const std::function<void(const comparison&)>& visit);
void visit_evidence(const expression& e, const std::function<void(const evidence_call&)>& visit);

// NaN is evidence that cannot be computed.
using evidence_lookup = std::function<double(const evidence_call&)>;

// Whether an expression holds; none where that cannot be told. A comparison with a NaN cannot be told. `and` fails where
// a part fails, `or` holds where a part holds, whatever the others; else one part that cannot be told makes the whole so.
// (Kleene's logic of three values.)
using verdict = std::optional<bool>;
verdict holds(const comparison& c, const evidence_lookup& value_of);
verdict holds(const expression& e, const evidence_lookup& value_of);

}  // namespace topheavy

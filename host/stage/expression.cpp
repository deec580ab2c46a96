// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/stage/expression.h"

#include "host/stage/words.h"

#include <cmath>

#include <fmt/format.h>

namespace topheavy {
namespace {

std::string in_quotes(const std::string& name) {
  std::string text = "'";
  for (const char c : name) text += c == '\'' ? std::string("''") : std::string(1, c);
  return text + "'";
}

std::string to_text(const std::variant<double, evidence_call>& one) {
  if (const auto* number = std::get_if<double>(&one)) return fmt::format("{}", *number);
  return to_text(std::get<evidence_call>(one));
}

}  // namespace

std::string_view to_text(comparison_operator op) {
  switch (op) {
    case comparison_operator::less:
      return "<";
    case comparison_operator::less_equal:
      return "<=";
    case comparison_operator::greater:
      return ">";
    case comparison_operator::greater_equal:
      break;
  }
  return ">=";
}

std::string to_text(const evidence_call& call) {
  std::string text{call.kind->name};
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    text += i == 0 ? "(" : ", ";
    const auto& value = call.arguments[i].value;
    if (const auto* number = std::get_if<double>(&value)) {
      text += fmt::format("{}", *number);
    } else {
      const std::string& name = std::get<std::string>(value);
      text += is_bare_name(name) ? name : in_quotes(name);
    }
  }
  return call.arguments.empty() ? text : text + ")";
}

std::string to_text(const expression& e) {
  const auto part = [&](const expression& p) {
    const bool plain = p.kind == expression_kind::compare || p.kind == expression_kind::negate ||
                       (e.kind == expression_kind::any_of && p.kind == expression_kind::all_of);
    return plain ? to_text(p) : "(" + to_text(p) + ")";
  };
  switch (e.kind) {
    case expression_kind::compare:
      return fmt::format("{} {} {}", to_text(e.compare.left), to_text(e.compare.op),
                         to_text(e.compare.right));
    case expression_kind::negate:
      return "not " + part(e.parts[0]);
    default:
      break;
  }
  std::string text;
  for (const expression& p : e.parts) {
    if (!text.empty()) text += e.kind == expression_kind::all_of ? " and " : " or ";
    text += part(p);
  }
  return text;
}

void visit_comparisons(const expression& e, const std::function<void(const comparison&)>& visit) {
  if (e.kind == expression_kind::compare) visit(e.compare);
  for (const expression& part : e.parts) visit_comparisons(part, visit);
}

void visit_evidence(const expression& e, const std::function<void(const evidence_call&)>& visit) {
  visit_comparisons(e, [&](const comparison& c) {
    visit(c.left);
    if (const auto* right = std::get_if<evidence_call>(&c.right)) visit(*right);
  });
}

verdict holds(const comparison& c, const evidence_lookup& value_of) {
  const double left = value_of(c.left);
  const double* const number = std::get_if<double>(&c.right);
  const double right = number != nullptr ? *number : value_of(std::get<evidence_call>(c.right));
  if (std::isnan(left) || std::isnan(right)) return std::nullopt;
  switch (c.op) {
    case comparison_operator::less:
      return left < right;
    case comparison_operator::less_equal:
      return left <= right;
    case comparison_operator::greater:
      return left > right;
    case comparison_operator::greater_equal:
      break;
  }
  return left >= right;
}

verdict holds(const expression& e, const evidence_lookup& value_of) {
  if (e.kind == expression_kind::compare) return holds(e.compare, value_of);
  if (e.kind == expression_kind::negate) {
    const verdict inner = holds(e.parts[0], value_of);
    return inner ? verdict(!*inner) : std::nullopt;
  }
  const bool decides = e.kind == expression_kind::any_of;
  bool untold = false;
  for (const expression& part : e.parts) {
    const verdict v = holds(part, value_of);
    if (v == decides) return decides;
    untold = untold || !v;
  }
  return untold ? std::nullopt : verdict(!decides);
}

}  // namespace topheavy

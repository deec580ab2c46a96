// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// Any text as an expression and as a file of rules: what is accepted survives being printed and read again and can be
// evaluated whatever evidence is known; what is refused names a place. What follows a line `==== ` is passed over.
#include "host/base/error.h"
#include "host/stage/rule_file.h"
#include "tests/fuzz/property.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace topheavy {
namespace {

constexpr const char* file_name = "stages.yaml";
std::size_t accepted = 0;

// Some value, or none, for each evidence; the same for the same text.
double some_value(const evidence_call& call, std::size_t salt) {
  const std::size_t draw = std::hash<std::string>{}(to_text(call)) + salt;
  if (draw % 3 == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(draw % 7) - 3.0;
}

// By the definition over the two truth values alone: an expression is told where every way to fill in what is unknown
// gives the same, or is not told; it is never told otherwise than one of them.
void require_told_rightly(const expression& e, const std::string& text) {
  for (std::size_t salt = 0; salt < 3; ++salt) {
    const verdict told = holds(e, [&](const evidence_call& c) { return some_value(c, salt); });
    std::set<bool> ways;
    for (const double fill : {-1e300, 0.0, 1e300}) {
      const verdict way = holds(e, [&](const evidence_call& c) {
        const double value = some_value(c, salt);
        return value == value ? value : fill;
      });
      require(way.has_value(), "with all evidence known a verdict is known: " + text);
      ways.insert(*way);
    }
    if (told)
      require(ways == std::set<bool>{*told}, "unknown evidence does not change what is told: " + text);
  }
}

void require_same_again(const expression& e) {
  const std::string text = to_text(e);
  try {
    require(to_text(parse_expression(text)) == text, "the canonical form is its own: " + text);
  } catch (const expression_error& refused) {
    require(text.size() > longest_expression,
            "the canonical form is accepted: " + text + "\n" + refused.what());
  }
  require_told_rightly(e, text);
}

void check_expression(std::string_view text) {
  try {
    const expression e = parse_expression(text);
    ++accepted;
    require_same_again(e);
  } catch (const expression_error& e) {
    require(e.offset() <= text.size(), "the place of an error is in the expression");
    require_plain_message(e.what());
  }
}

void check_file(std::string_view yaml) {
  try {
    const rule_set rules = parse_rules(std::string(yaml), file_name);
    ++accepted;
    require(!rules.stages.empty(), "there is a stage");
    const auto check = [&](const rule& r) {
      require_same_again(r.when);
      visit_evidence(r.when, [&](const evidence_call& call) {
        for (const evidence_argument& argument : call.arguments)
          require_places(r.origin(argument.offset) + ": place", yaml, file_name);
      });
    };
    for (const stage_rules& stage : rules.stages) {
      require(!stage.rules.empty(), "a stage has rules");
      for (const rule& r : stage.rules) check(r);
    }
    for (const rule& r : rules.watch) check(r);
  } catch (const error& e) {
    require(e.kind() == error_class::usage, std::string("rules are refused as usage: ") + e.what());
    require_places(e.what(), yaml, file_name);
  }
}

}  // namespace
}  // namespace topheavy

extern "C" std::size_t accepted_inputs();
extern "C" std::size_t accepted_inputs() { return topheavy::accepted; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  text = text.substr(0, text.starts_with("==== ") ? 0 : text.find("\n==== "));
  topheavy::check_expression(text);
  topheavy::check_file(text);
  return 0;
}

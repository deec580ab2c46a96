// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/settings.h"
#include "host/history/dimensions.h"
#include "host/history/evidence.h"
#include "host/stage/rule_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// The stage of the market by rules over evidence, and growth expected of groups (specification, section 6).
namespace topheavy {

struct group_growth {
  std::string group;
  double weight = 0.0;           // share of all caps at the as-of close, fraction
  double expected_growth = 0.0;  // fraction
  double contribution = 0.0;     // weight x expected_growth
};

struct dimension_growth {
  std::string dimension;
  std::vector<group_growth> groups;  // those with an expectation, in the order of the configuration
  std::int32_t groups_without = 0;   // of the dimension, without an expectation
  double weight_covered = 0.0;       // of constituents in at least one group with an expectation
  double weight_overlap = 0.0;    // the groups' weights together less weight_covered: counted more than once
  double contribution = 0.0;      // of all groups together
  std::optional<double> premium;  // sum weight (expected_growth - that of the index); none without the latter
};

struct growth_result {
  std::optional<double> index;  // expected growth of the index
  std::vector<dimension_growth> dimensions;
};

struct comparison_result {
  std::string evidence;
  std::string_view unit;
  comparison_operator op = comparison_operator::less;
  double value = 0.0;      // NaN: cannot be computed
  double threshold = 0.0;  // the same
  verdict holds;
  double distance() const { return threshold - value; }  // what the value has to gain to reach the threshold
};

struct rule_result {
  std::string stage;  // empty for a watch
  std::string name;
  std::string meaning;
  std::string when;  // canonical
  verdict holds;
  std::string reason;  // where it cannot be told
  std::vector<comparison_result> comparisons;
};

struct stage_result {
  std::optional<std::string> name;  // none: see reason
  std::string meaning;
  std::string reason;
  std::vector<rule_result> rules, watch;                         // in the order of the file
  std::vector<std::pair<std::string, evidence_value>> evidence;  // by canonical text, ascending
  growth_result growth;
};

// Throws error(usage) that lists every dimension, group and window which expectations or rules name and which does not
// exist, each with its place.
void check_stage_names(const settings& s, const rule_set* rules, const std::vector<dimension>& dimensions);

growth_result expected_growth(const expectation_settings& expectations,
                              const std::vector<dimension>& dimensions, const std::vector<double>& weight);

// The first stage whose rules all hold; `undetermined` where every stage has a rule that fails; none where a stage before
// cannot be told. Evidence without arguments is evaluated even without rules. h is complete but for the stage, whose growth
// is there.
stage_result find_stage(const rule_set* rules, const inputs& in, const history& h);

}  // namespace topheavy

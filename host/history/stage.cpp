// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/history/stage.h"

#include "host/base/error.h"
#include "host/config/closest.h"
#include "host/history/history.h"
#include "kernels/core/tree_sum.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace topheavy {
namespace {

// Names that do not exist, with their places.
class name_checker {
 public:
  name_checker(const settings& s, const std::vector<dimension>& dimensions) : dimensions_(dimensions) {
    for (const dimension& d : dimensions) dimension_names_.push_back(d.name);
    windows_.assign(automatic_windows.begin(), automatic_windows.end());
    for (const window_settings& w : s.windows) windows_.push_back(w.name);
  }

  void check(const expectation_settings& expectations) {
    for (const dimension_expectations& d : expectations.dimensions) {
      const dimension* const found = find(d.dimension);
      if (found == nullptr) add(d.origin, unknown_name("dimension", d.dimension, dimension_names_));
      for (const group_expectation& g : d.groups) {
        if (found != nullptr) check_group(*found, g.group, [&] { return g.origin; });
      }
    }
  }

  void check(const rule& r) {
    visit_evidence(r.when, [&](const evidence_call& call) {
      const dimension* of = nullptr;
      for (std::size_t i = 0; i < call.arguments.size(); ++i) {
        const argument_kind kind = call.kind->arguments[i];
        if (!is_name(kind)) continue;
        const std::string& name = std::get<std::string>(call.arguments[i].value);
        const auto origin = [&] { return r.origin(call.arguments[i].offset); };
        if (kind == argument_kind::dimension) {
          of = find(name);
          if (of == nullptr) add(origin(), unknown_name("dimension", name, dimension_names_));
        } else if (kind == argument_kind::group) {
          if (of != nullptr) check_group(*of, name, origin);
        } else if (std::find(windows_.begin(), windows_.end(), name) == windows_.end()) {
          add(origin(), unknown_name("window", name, windows_));
        }
      }
    });
  }

  void fail_if_any() const {
    if (!lines_.empty()) throw error(error_class::usage, fmt::format("{}", fmt::join(lines_, "\n")));
  }

 private:
  void add(const std::string& origin, const std::string& text) { lines_.push_back(origin + ": " + text); }

  const dimension* find(const std::string& name) const {
    const auto found = std::find_if(dimensions_.begin(), dimensions_.end(),
                                    [&](const dimension& d) { return d.name == name; });
    return found == dimensions_.end() ? nullptr : &*found;
  }

  template <typename Origin>
  void check_group(const dimension& d, const std::string& group, Origin origin) {
    if (std::find(d.groups.begin(), d.groups.end(), group) != d.groups.end()) return;
    const std::vector<std::string_view> known(d.groups.begin(), d.groups.end());
    add(origin(), unknown_name("group of " + d.name, group, known));
  }

  const std::vector<dimension>& dimensions_;
  std::vector<std::string_view> dimension_names_, windows_;
  std::vector<std::string> lines_;
};

// Values by their text, each computed once.
class evidence_values {
 public:
  evidence_values(const inputs& in, const history& h) : in_(in), h_(h) {}

  const evidence_value& operator()(const evidence_call& call) {
    const std::string text = to_text(call);
    const auto known = values_.find(text);
    return known != values_.end() ? known->second
                                  : values_.emplace(text, value_of(call, in_, h_)).first->second;
  }

  std::vector<std::pair<std::string, evidence_value>> all() const { return {values_.begin(), values_.end()}; }

 private:
  const inputs& in_;
  const history& h_;
  std::map<std::string, evidence_value> values_;
};

comparison_result result_of(const comparison& c, evidence_values& values) {
  comparison_result made;
  made.evidence = to_text(c.left);
  made.unit = c.left.kind->unit;
  made.op = c.op;
  made.value = values(c.left).value;
  const double* const number = std::get_if<double>(&c.right);
  made.threshold = number != nullptr ? *number : values(std::get<evidence_call>(c.right)).value;
  made.holds = holds(c, [&](const evidence_call& call) { return values(call).value; });
  return made;
}

rule_result result_of(const rule& r, const std::string& stage, evidence_values& values) {
  rule_result made{stage, r.name, r.meaning, to_text(r.when), {}, {}, {}};
  visit_comparisons(r.when, [&](const comparison& c) { made.comparisons.push_back(result_of(c, values)); });
  made.holds = holds(r.when, [&](const evidence_call& call) { return values(call).value; });
  std::set<std::string> told;
  visit_evidence(r.when, [&](const evidence_call& call) {
    const evidence_value& value = values(call);
    if (made.holds || value.reason.empty() || !told.insert(to_text(call)).second) return;
    made.reason += fmt::format("{}{}: {}", made.reason.empty() ? "" : "; ", to_text(call), value.reason);
  });
  return made;
}

void name_stage(const rule_set& rules, stage_result& result) {
  std::size_t next = 0;
  for (const stage_rules& stage : rules.stages) {
    bool fails = false;
    const rule_result* untold = nullptr;
    for (std::size_t i = 0; i < stage.rules.size(); ++i) {
      const rule_result& r = result.rules[next++];
      fails = fails || r.holds == false;
      if (!r.holds && untold == nullptr) untold = &r;
    }
    if (fails) continue;
    if (untold != nullptr) {
      result.reason = fmt::format("whether it is {} cannot be told: {}", stage.name, untold->reason);
    } else {
      result.name = stage.name;
      result.meaning = stage.meaning;
    }
    return;
  }
  result.name = undetermined_stage;
  result.meaning = "every stage has a rule that does not hold";
}

}  // namespace

void check_stage_names(const settings& s, const rule_set* rules, const std::vector<dimension>& dimensions) {
  name_checker checker(s, dimensions);
  checker.check(s.expectations);
  if (rules != nullptr) {
    for (const stage_rules& stage : rules->stages) {
      for (const rule& r : stage.rules) checker.check(r);
    }
    for (const rule& r : rules->watch) checker.check(r);
  }
  checker.fail_if_any();
}

growth_result expected_growth(const expectation_settings& expectations,
                              const std::vector<dimension>& dimensions, const std::vector<double>& weight) {
  growth_result result{expectations.index, {}};
  for (const dimension_expectations& wanted : expectations.dimensions) {
    const auto d = std::find_if(dimensions.begin(), dimensions.end(),
                                [&](const dimension& one) { return one.name == wanted.dimension; });
    dimension_growth made;
    made.dimension = wanted.dimension;
    std::vector<char> covered(weight.size(), 0);
    for (const group_expectation& g : wanted.groups) {
      const auto k = static_cast<std::size_t>(std::find(d->groups.begin(), d->groups.end(), g.group) -
                                              d->groups.begin());
      const double of_group = group_sum(*d, k, [&](std::size_t n) { return weight[n]; });
      made.groups.push_back({g.group, of_group, g.growth, of_group * g.growth});
      for (std::int32_t i = d->offsets[k]; i < d->offsets[k + 1]; ++i)
        covered[static_cast<std::size_t>(d->members[static_cast<std::size_t>(i)])] = 1;
    }
    made.groups_without = static_cast<std::int32_t>(d->groups.size() - made.groups.size());
    made.weight_covered =
        tree_sum(weight.size(), [&](std::size_t n) { return covered[n] != 0 ? weight[n] : 0.0; });
    const auto over_groups = [&](auto value) {
      return tree_sum(made.groups.size(), [&](std::size_t i) { return value(made.groups[i]); });
    };
    // Rounding is no overlap.
    const double together = over_groups([](const group_growth& g) { return g.weight; });
    made.weight_overlap = together - made.weight_covered > 1e-12 ? together - made.weight_covered : 0.0;
    made.contribution = over_groups([](const group_growth& g) { return g.contribution; });
    if (result.index) {
      made.premium =
          over_groups([&](const group_growth& g) { return g.weight * (g.expected_growth - *result.index); });
    }
    result.dimensions.push_back(std::move(made));
  }
  return result;
}

stage_result find_stage(const rule_set* rules, const inputs& in, const history& h) {
  stage_result result;
  result.growth = h.stage.growth;
  evidence_values values(in, h);
  for (const evidence_kind& kind : evidence_table()) {
    if (kind.arguments.empty()) values({&kind, {}});
  }
  if (rules == nullptr) {
    result.reason = "stage.rules is not set";
  } else {
    for (const stage_rules& stage : rules->stages) {
      for (const rule& r : stage.rules) result.rules.push_back(result_of(r, stage.name, values));
    }
    for (const rule& r : rules->watch) result.watch.push_back(result_of(r, "", values));
    name_stage(*rules, result);
  }
  result.evidence = values.all();
  return result;
}

}  // namespace topheavy

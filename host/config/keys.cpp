// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/keys.h"

#include <cmath>

#include <fmt/format.h>

namespace topheavy {
namespace {

std::vector<key_rule> make_rules() {
  using enum value_kind;
  return {
      {.path = "name",
       .kind = name,
       .section = "9",
       .meaning = "Name of the run; part of the default result folder",
       .default_json = R"("topheavy")",
       .examples_json = R"(["nasdaq-nightly"])"},
      {.path = "as_of",
       .kind = latest_or_day,
       .section = "2",
       .meaning = "Last day of the run: a date of the panel, or `latest`. Later rows are not used",
       .default_json = R"("latest")",
       .examples_json = R"(["latest", "2026-07-22"])"},

      {.path = "data",
       .kind = section,
       .section = "1",
       .meaning = "The tables that are read, and what is accepted in them",
       .required = true},
      {.path = "data.panel",
       .kind = file,
       .section = "1",
       .meaning = "Market caps and returns by date and symbol; Parquet, or CSV plain or gzip",
       .required = true,
       .examples_json = R"(["data/panel.parquet"])"},
      {.path = "data.constituents",
       .kind = file,
       .section = "1",
       .meaning = "Sector, issuer and other labels by symbol. Without it every symbol is `Unclassified`",
       .default_json = "null",
       .examples_json = R"(["data/constituents.csv"])"},
      {.path = "data.volatility",
       .kind = file,
       .section = "1",
       .meaning = "Closing levels of the volatility index by date. Without it nothing is said of regimes",
       .default_json = "null",
       .examples_json = R"(["data/vix.csv"])"},
      {.path = "data.start",
       .kind = day,
       .section = "1",
       .meaning = "Earlier rows of the panel are not used",
       .default_json = "null",
       .examples_json = R"(["2023-07-03"])"},
      {.path = "data.lookback_days",
       .kind = all_or_whole_number,
       .section = "3",
       .meaning = "Concentration of risk looks back on so many last days, or on `all`",
       .unit = "panel dates",
       .default_json = R"("all")",
       .low = 2.0,
       .high = 1000000.0,
       .examples_json = R"(["all", 504])"},
      {.path = "data.max_abs_return",
       .kind = number,
       .section = "1",
       .meaning = "A larger absolute return is taken for false and dropped",
       .unit = "fraction",
       .default_json = "3.0",
       .low = 0.0,
       .low_is_allowed = false,
       .examples_json = "[3.0]"},
      {.path = "data.max_dropped_share",
       .kind = number,
       .section = "1",
       .meaning = "Data with a larger share of rows dropped or without a return is refused",
       .unit = "fraction",
       .default_json = "0.05",
       .low = 0.0,
       .high = 1.0,
       .examples_json = "[0.05]"},
      {.path = "data.holidays",
       .kind = list,
       .section = "1",
       .meaning = "Days without trading that are not to be reported as gaps",
       .default_json = "[]",
       .examples_json = R"([["2023-09-04", "2023-11-23"]])"},
      {.path = "data.holidays.<i>", .kind = day, .section = "1", .meaning = "A day without trading"},

      {.path = "groups",
       .kind = named,
       .section = "2",
       .meaning =
           "Dimensions by which results are grouped, beside `sector` and `issuer`, which exist by themselves",
       .default_json = "{}",
       .examples_json = R"([{"tier": {"crypto": {"symbols": ["COIN", "MSTR"]}}, "nation": "country"}])"},
      {.path = "groups.<dimension>",
       .kind = named_or_text,
       .section = "2",
       .meaning = "Groups by name, which may overlap and need not cover all; or a label column of the "
                  "constituents, whose "
                  "every value is a group",
       .min_items = 1,
       .reserved = {"sector", "issuer", "index"},
       .examples_json = R"(["country", {"crypto": {"symbols": ["COIN", "MSTR"]}}])"},
      {.path = "groups.<dimension>.<group>",
       .kind = section,
       .section = "2",
       .meaning = "A constituent belongs to the group where `symbols` lists it or `where` holds",
       .examples_json = R"([{"where": {"industry": "Semiconductors"}, "symbols": ["ON"]}])"},
      {.path = "groups.<dimension>.<group>.symbols",
       .kind = list,
       .section = "2",
       .meaning = "Symbols of the group",
       .default_json = "[]",
       .examples_json = R"([["NVDA", "MSFT"]])"},
      {.path = "groups.<dimension>.<group>.symbols.<i>",
       .kind = text,
       .section = "2",
       .meaning = "A symbol of the panel"},
      {.path = "groups.<dimension>.<group>.where",
       .kind = named,
       .section = "2",
       .meaning = "Label columns of the constituents; all of them must hold",
       .default_json = "{}",
       .examples_json = R"([{"industry": "Semiconductors", "country": ["United States", "Taiwan"]}])"},
      {.path = "groups.<dimension>.<group>.where.<column>",
       .kind = text_or_list,
       .section = "2",
       .meaning = "The value or values accepted in the column",
       .min_items = 1,
       .examples_json = R"(["Semiconductors", ["United States", "Taiwan"]])"},
      {.path = "groups.<dimension>.<group>.where.<column>.<i>",
       .kind = text,
       .section = "2",
       .meaning = "A value accepted in the column"},

      {.path = "windows",
       .kind = list,
       .section = "2",
       .meaning = "Periods to attribute, beside the automatic ones: the last 21 and 252 days, the year to "
                  "date and since "
                  "the last volatility peak",
       .default_json = "[]",
       .examples_json = R"([[{"name": "rally", "start": "2026-03-30", "end": "2026-04-24"}]])"},
      {.path = "windows.<i>", .kind = section, .section = "2", .meaning = "A period to attribute"},
      {.path = "windows.<i>.name",
       .kind = name,
       .section = "2",
       .meaning = "Name of the window; no two may share one",
       .required = true,
       .reserved = {"last_21", "last_252", "year_to_date", "since_peak"},
       .examples_json = R"(["rally"])"},
      {.path = "windows.<i>.start",
       .kind = day,
       .section = "2",
       .meaning = "The day whose close is the base; the last date of the panel on or before it",
       .required = true,
       .examples_json = R"(["2026-03-30"])"},
      {.path = "windows.<i>.end",
       .kind = day,
       .section = "2",
       .meaning = "The last day; the last date of the panel on or before it",
       .required = true,
       .examples_json = R"(["2026-04-24"])"},

      {.path = "volatility",
       .kind = section,
       .section = "4",
       .meaning = "Regimes of the volatility index",
       .default_json = "{}"},
      {.path = "volatility.thresholds",
       .kind = list,
       .section = "4",
       .meaning = "Lower bounds of the regimes above the lowest, ascending",
       .unit = "points",
       .default_json = "[20.0, 25.0, 30.0]",
       .min_items = 1,
       .examples_json = "[[20, 25, 30]]"},
      {.path = "volatility.thresholds.<i>",
       .kind = number,
       .section = "4",
       .meaning = "The lower bound of a regime",
       .unit = "points",
       .low = 0.0,
       .low_is_allowed = false},
      {.path = "volatility.names",
       .kind = list,
       .section = "4",
       .meaning = "Names of the regimes, the calmest first: one more than thresholds. Without it `calm`, "
                  "`recovering`, "
                  "`stressed`, `panic` for three thresholds, else `below_20`, `20_to_30` and so on",
       .default_json = "null",
       .min_items = 2,
       .examples_json = R"([["calm", "recovering", "stressed", "panic"]])"},
      {.path = "volatility.names.<i>",
       .kind = name,
       .section = "4",
       .meaning = "The name of a regime; no two may share one"},
      {.path = "volatility.hysteresis",
       .kind = number,
       .section = "4",
       .meaning = "A regime is entered only so far above its threshold and left only so far below it",
       .unit = "points",
       .default_json = "0.0",
       .low = 0.0,
       .high = 1000.0,
       .examples_json = "[0.5]"},
      {.path = "volatility.lag",
       .kind = whole_number,
       .section = "4",
       .meaning = "A day's regime is that of the day's own close, 0, or of the last close before it, 1",
       .unit = "closes",
       .default_json = "0",
       .low = 0.0,
       .high = 1.0,
       .examples_json = "[0]"},
      {.path = "volatility.max_staleness_days",
       .kind = whole_number,
       .section = "1",
       .meaning = "A panel day without a level takes the last earlier one, at most so old",
       .unit = "calendar days",
       .default_json = "5",
       .low = 0.0,
       .high = 366.0,
       .examples_json = "[5]"},
      {.path = "volatility.watch",
       .kind = list,
       .section = "4",
       .meaning = "Levels of the volatility index to watch: how far, how often reached, what the index did "
                  "after it was crossed upward",
       .default_json = R"([{"name": "contraction", "level": 22.0}])",
       .examples_json = R"([[{"name": "contraction", "level": 22}]])"},
      {.path = "volatility.watch.<i>", .kind = section, .section = "4", .meaning = "A level to watch"},
      {.path = "volatility.watch.<i>.name",
       .kind = name,
       .section = "4",
       .meaning = "Name of the level; no two may share one",
       .required = true,
       .examples_json = R"(["contraction"])"},
      {.path = "volatility.watch.<i>.level",
       .kind = number,
       .section = "4",
       .meaning = "It is triggered while the volatility index is at or above this level",
       .unit = "points",
       .required = true,
       .low = 0.0,
       .low_is_allowed = false,
       .examples_json = "[22]"},

      {.path = "correlation",
       .kind = section,
       .section = "5",
       .meaning = "How groups move together in each regime of the volatility index",
       .default_json = "{}"},
      {.path = "correlation.dimensions",
       .kind = list,
       .section = "5",
       .meaning = "Dimensions whose groups are correlated. Without it `sector` and those of `groups` that "
                  "list their groups",
       .default_json = "null",
       .examples_json = R"([["sector", "tier"]])"},
      {.path = "correlation.dimensions.<i>",
       .kind = text,
       .section = "5",
       .meaning = "A dimension; none is given twice"},
      {.path = "correlation.min_days",
       .kind = whole_number,
       .section = "5",
       .meaning = "A regime with fewer days has no correlations",
       .unit = "panel dates",
       .default_json = "20",
       .low = 3.0,
       .high = 1000000.0,
       .examples_json = "[10]"},
      {.path = "correlation.bootstrap",
       .kind = section,
       .section = "5",
       .meaning = "The stationary bootstrap of days behind the intervals",
       .default_json = "{}"},
      {.path = "correlation.bootstrap.replicates",
       .kind = whole_number,
       .section = "5",
       .meaning = "Histories drawn anew",
       .default_json = "10000",
       .low = 100.0,
       .high = 100000.0,
       .examples_json = "[10000]"},
      {.path = "correlation.bootstrap.block",
       .kind = auto_or_number,
       .section = "5",
       .meaning =
           "Mean length of a block of days, or `auto`: by Politis and White from the returns of the index",
       .unit = "panel dates",
       .default_json = R"("auto")",
       .low = 1.0,
       .high = 1000000.0,
       .examples_json = R"(["auto", 10])"},
      {.path = "correlation.bootstrap.seed",
       .kind = whole_number,
       .section = "5",
       .meaning = "Another number, other draws",
       .default_json = "0",
       .low = 0.0,
       .high = 2147483647.0,
       .examples_json = "[20260722]"},
      {.path = "correlation.absorption",
       .kind = section,
       .section = "5",
       .meaning = "How much of the variance of all constituents a few components absorb",
       .default_json = "{}"},
      {.path = "correlation.absorption.components",
       .kind = whole_number,
       .section = "5",
       .meaning = "Largest components that count",
       .default_json = "6",
       .low = 1.0,
       .high = 1000.0,
       .examples_json = "[6]"},
      {.path = "correlation.absorption.window",
       .kind = whole_number,
       .section = "5",
       .meaning = "The daily ratio looks back on so many last days",
       .unit = "panel dates",
       .default_json = "252",
       .low = 2.0,
       .high = 1000000.0,
       .examples_json = "[252]"},

      {.path = "expectations",
       .kind = section,
       .section = "6",
       .meaning = "Expected growth of earnings, of the index and of groups",
       .default_json = "{}"},
      {.path = "expectations.index",
       .kind = number,
       .section = "6",
       .meaning = "Expected growth of the whole index; without it no group has a premium",
       .unit = "fraction",
       .default_json = "null",
       .low = -1.0,
       .high = 10.0,
       .examples_json = "[0.09]"},
      {.path = "expectations.<dimension>",
       .kind = named,
       .section = "6",
       .meaning = "Groups of a dimension and their expected growth; groups may be left out",
       .min_items = 1,
       .examples_json = R"([{"Technology": 0.175, "Communication Services": 0.12}])"},
      {.path = "expectations.<dimension>.<group>",
       .kind = number,
       .section = "6",
       .meaning = "Expected growth of the group",
       .unit = "fraction",
       .low = -1.0,
       .high = 10.0,
       .examples_json = "[0.175]"},

      {.path = "stage",
       .kind = section,
       .section = "6",
       .meaning = "The stage of the market",
       .default_json = "{}"},
      {.path = "stage.rules",
       .kind = file,
       .section = "6",
       .meaning = "A file of rules (`configs/rules/README.md`). Without it no stage is named",
       .default_json = "null",
       .examples_json = R"(["rules/stages.yaml"])"},

      {.path = "scenarios", .kind = later, .section = "7"},
      {.path = "limits", .kind = later, .section = "9"},
      {.path = "report", .kind = later, .section = "9"},
      {.path = "metrics", .kind = later, .section = "9"},
  };
}

std::string range_of(const key_rule& rule) {
  const bool low = std::isfinite(rule.low);
  const bool high = std::isfinite(rule.high);
  if (low && high) return fmt::format(" from {} to {}", rule.low, rule.high);
  if (low) return fmt::format(" {} {}", rule.low_is_allowed ? "of at least" : "above", rule.low);
  return high ? fmt::format(" of at most {}", rule.high) : "";
}

}  // namespace

const std::vector<key_rule>& key_rules() {
  static const std::vector<key_rule> rules = make_rules();
  return rules;
}

std::vector<const key_rule*> rules_below(std::string_view path, const std::vector<key_rule>& table) {
  std::vector<const key_rule*> below;
  for (const key_rule& rule : table) {
    const std::size_t dot = rule.path.rfind('.');
    if ((dot == std::string_view::npos ? std::string_view{} : rule.path.substr(0, dot)) == path)
      below.push_back(&rule);
  }
  return below;
}

std::string allowed_by(const key_rule& rule, const std::vector<key_rule>& table) {
  switch (rule.kind) {
    case value_kind::section: {
      std::string keys;
      for (const key_rule* r : rules_below(rule.path, table)) {
        if (r->kind != value_kind::later)
          keys += fmt::format("{}{}", keys.empty() ? "" : ", ", r->last_key());
      }
      return fmt::format("a map with keys among {}", keys);
    }
    case value_kind::named:
      return "a map";
    case value_kind::list:
      return rule.min_items > 0 ? fmt::format("a list of at least {}", rule.min_items) : "a list";
    case value_kind::text:
      return "text";
    case value_kind::name:
      return "1 to 100 letters, digits, `.`, `_` or `-`, a letter or digit first";
    case value_kind::number:
      return "a number" + range_of(rule);
    case value_kind::whole_number:
      return "a whole number" + range_of(rule);
    case value_kind::day:
      return "a date such as 2026-07-22";
    case value_kind::all_or_whole_number:
      return "`all` or a whole number" + range_of(rule);
    case value_kind::auto_or_number:
      return "`auto` or a number" + range_of(rule);
    case value_kind::latest_or_day:
      return "`latest` or a date such as 2026-07-22";
    case value_kind::file:
      return "the path of a file";
    case value_kind::named_or_text:
      return "a map of at least one group, or the name of a label column";
    case value_kind::text_or_list:
      return "text or a list of at least one";
    case value_kind::later:
      break;
  }
  return "left out";
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/config.h"

#include "host/base/error.h"
#include "host/config/closest.h"
#include "host/config/event_metrics.h"
#include "host/config/keys.h"
#include "host/config/scalars.h"
#include "tests/support/file_text.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t i = text.find(from); i != std::string::npos; i = text.find(from, i + to.size())) {
    text.replace(i, from.size(), to);
  }
}

// A folder with the files a configuration may name, gone at the end of the test.
class config_folder {
 public:
  config_folder() {
    std::string name = (fs::path{testing::TempDir()} / "topheavy_config_XXXXXX").string();
    folder_ = fs::canonical(mkdtemp(name.data()));
    for (const char* file : {"panel.parquet", "constituents.csv", "vix.csv", "stages.yaml"})
      std::ofstream{folder_ / file};
    fs::create_directory(folder_ / "folder");
    fs::create_directory(folder_ / "stress");
    for (const auto& entry : fs::directory_iterator("configs/stress"))
      std::ofstream{folder_ / "stress" / entry.path().filename()};
  }
  ~config_folder() { fs::remove_all(folder_); }
  config_folder(const config_folder&) = delete;
  config_folder& operator=(const config_folder&) = delete;

  const fs::path& path() const { return folder_; }

  // The settings as JSON, or the message; folders are written DIR and CWD, on the way in and out.
  std::string answer(std::string yaml, std::vector<std::string> overrides = {}) const {
    replace_all(yaml, "DIR", folder_.string());
    for (std::string& o : overrides) replace_all(o, "DIR", folder_.string());
    const fs::path file = folder_ / "config.yaml";
    std::ofstream{file, std::ios::binary} << yaml;
    std::string text;
    try {
      text = resolved_settings(read_settings(file, overrides)).dump(2);
    } catch (const error& e) {
      EXPECT_EQ(e.kind(), error_class::usage);
      text = e.what();
    }
    replace_all(text, folder_.string(), "DIR");
    replace_all(text, fs::current_path().string(), "CWD");
    return text;
  }

 private:
  fs::path folder_;
};

// A file of tests/golden/config: the YAML from its first line on, then `==== set "override"` lines, then
// `==== error` or `==== settings` and the exact answer.
struct golden_case {
  std::string yaml;
  std::vector<std::string> overrides;
  std::string head;  // of the file, up to the answer
  std::string expected;
};

golden_case read_case(const fs::path& file) {
  golden_case c;
  std::string text = text_of(file);
  std::size_t at = text.starts_with("==== ") ? 0 : text.find("\n==== ") + 1;
  c.yaml = text.substr(0, at);
  const std::string set = "==== set ";
  for (; text.compare(at, set.size(), set) == 0; at = text.find('\n', at) + 1) {
    c.overrides.push_back(json::parse(text.substr(at + set.size(), text.find('\n', at) - at - set.size())));
  }
  c.head = text.substr(0, text.find('\n', at) + 1);
  c.expected = text.substr(c.head.size());
  if (c.expected.ends_with('\n')) c.expected.pop_back();
  return c;
}

TEST(read_settings, gives_the_answers_of_tests_golden_config) {
  std::size_t cases = 0;
  for (const auto& entry : fs::directory_iterator("tests/golden/config")) {
    if (entry.path().extension() != ".case") continue;
    SCOPED_TRACE(entry.path().string());
    ++cases;
    const golden_case c = read_case(entry.path());
    const config_folder folder;
    const std::string answer = folder.answer(c.yaml, c.overrides);
    EXPECT_EQ(answer, c.expected);
    if (std::getenv("TOPHEAVY_WRITE_GOLDEN") != nullptr && answer != c.expected) {
      std::ofstream{entry.path(), std::ios::binary} << c.head << answer << '\n';
    }
  }
  EXPECT_GE(cases, 70u);
}

TEST(read_settings, refuses_a_file_that_is_no_configuration) {
  const config_folder folder;
  const auto message = [](const fs::path& file) {
    try {
      read_settings(file, {});
      return std::string{"no error"};
    } catch (const error& e) {
      EXPECT_EQ(e.kind(), error_class::usage);
      return std::string{e.what()};
    }
  };
  EXPECT_EQ(message("no/such.yaml"), "no/such.yaml: does not exist; must be a YAML configuration");
  EXPECT_EQ(message(folder.path()), folder.path().string() + ": is a folder; must be a YAML configuration");
  std::ofstream{folder.path() / "long.yaml"} << std::string((1u << 20) + 1, '#');
  EXPECT_EQ(message(folder.path() / "long.yaml"),
            (folder.path() / "long.yaml").string() + ": larger than 1 MiB; must be a YAML configuration");
}

TEST(read_settings, counts_problems_beyond_a_hundred) {
  std::string yaml = "data: {panel: panel.parquet}\n";
  for (int i = 0; i < 150; ++i) yaml += fmt::format("unknown_{}: 1\n", i);
  const std::string answer = config_folder{}.answer(yaml);
  EXPECT_EQ(std::count(answer.begin(), answer.end(), '\n'), 100);
  EXPECT_TRUE(answer.ends_with("\nand 50 more")) << answer;
}

TEST(read_settings, tells_where_things_stand) {
  const config_folder folder;
  const fs::path file = folder.path() / "config.yaml";
  std::ofstream{file} << "as_of: 2026-07-22\n"
                         "data: {panel: panel.parquet}\n"
                         "groups:\n"
                         "  tier:\n"
                         "    chips: {symbols: [NVDA]}\n"
                         "    set: {symbols: [AAPL]}\n"
                         "  nation: country\n"
                         "windows:\n"
                         "  - {name: rally, start: 2026-03-30, end: 2026-04-24}\n"
                         "  - {}\n";
  const settings s = read_settings(
      file, {"groups.tier.set={symbols: [ON]}", "groups.tier.more.symbols=[ON]", "groups.branch=industry",
             "windows.1={name: a, start: 2026-01-02, end: 2026-01-05}"});
  const std::string name = file.string();
  EXPECT_EQ(s.as_of_origin, name + ":1:8");
  ASSERT_EQ(s.groups.size(), 3u);
  EXPECT_EQ(s.groups[0].origin, name + ":4:3");
  ASSERT_EQ(s.groups[0].groups.size(), 3u);
  EXPECT_EQ(s.groups[0].groups[0].origin, name + ":5:5");
  EXPECT_EQ(s.groups[0].groups[1].origin, "--set groups.tier.set");
  EXPECT_EQ(s.groups[0].groups[2].origin, "--set groups.tier.more.symbols");
  EXPECT_EQ(s.groups[1].origin, name + ":7:3");
  EXPECT_EQ(s.groups[1].label_column, "country");
  EXPECT_EQ(s.groups[2].origin, "--set groups.branch");
  ASSERT_EQ(s.windows.size(), 2u);
  EXPECT_EQ(s.windows[0].origin, name + ":9:5");
  EXPECT_EQ(s.windows[1].origin, "--set windows.1");
}

// Every accepted golden case and its answer, read again as YAML: the answer is the same.
TEST(resolved_settings, read_back_give_the_same_settings) {
  std::size_t cases = 0;
  for (const auto& entry : fs::directory_iterator("tests/golden/config")) {
    if (entry.path().extension() != ".case") continue;
    const golden_case c = read_case(entry.path());
    if (!c.expected.starts_with('{')) continue;
    SCOPED_TRACE(entry.path().string());
    ++cases;
    const config_folder folder;
    std::string expected = c.expected;
    replace_all(expected, "CWD", fs::current_path().string());
    EXPECT_EQ(folder.answer(expected), c.expected);
  }
  EXPECT_GE(cases, 10u);
}

// The examples and those of the README, with the files of the test in the place of theirs.
TEST(read_settings, accepts_the_examples) {
  const config_folder folder;
  for (const char* name : {"smallest", "nasdaq"}) {
    std::string yaml = text_of(fmt::format("configs/examples/{}.yaml", name));
    replace_all(yaml, "../../../shared/data/nasdaq/", "");
    replace_all(yaml, "../rules/", "");
    replace_all(yaml, "../stress/", "stress/");
    EXPECT_TRUE(folder.answer(yaml).starts_with('{')) << folder.answer(yaml);
  }
  const std::string readme = text_of("configs/README.md");
  std::string yaml;  // a block a section, from "The run" on, which together make a configuration
  for (std::size_t at = readme.find("## The run");
       (at = readme.find("```yaml\n", at)) != std::string::npos;) {
    const std::size_t end = readme.find("```\n", at + 8);
    yaml += readme.substr(at + 8, end - at - 8);
    at = end;
  }
  replace_all(yaml, "data/nasdaq/", "");
  const std::string answer = folder.answer(yaml);
  EXPECT_TRUE(answer.starts_with('{')) << answer;
  for (const key_rule& rule : key_rules()) {
    if (rule.is_wildcard() || rule.path == "data" || rule.path == "name") continue;
    EXPECT_NE(yaml.find(fmt::format("{}:", rule.last_key())), std::string::npos)
        << rule.path << " has no example";
  }
}

// The table of keys holds the defaults for documents and editors, struct settings those of the program.
TEST(keys, have_the_defaults_of_the_settings) {
  const json resolved = json::parse(config_folder{}.answer("data: {panel: panel.parquet}"));
  for (const key_rule& rule : key_rules()) {
    if (rule.default_json.empty() || rule.path.find('<') != std::string_view::npos ||
        rule.kind == value_kind::section)
      continue;
    std::string pointer = "/" + std::string{rule.path};
    replace_all(pointer, ".", "/");
    EXPECT_EQ(resolved.at(json::json_pointer{pointer}), json::parse(rule.default_json)) << rule.path;
  }

  const json sets =
      json::parse(config_folder{}.answer("data: {panel: panel.parquet, volatility: vix.csv}\n"
                                         "scenarios:\n"
                                         "  - {name: a, precision: {es_relative_error: 0.1}}\n"));
  int compared = 0;
  for (const key_rule& rule : key_rules()) {
    const std::string_view set = "scenarios.<i>.";
    if (!rule.path.starts_with(set) || rule.default_json.empty() || rule.kind == value_kind::section)
      continue;
    std::string pointer = "/" + std::string{rule.path.substr(set.size())};
    replace_all(pointer, "<i>", "0");
    replace_all(pointer, ".", "/");
    const json::json_pointer at{pointer};
    if (!sets["scenarios"][0].contains(at)) continue;  // of an event, or of another generator
    ++compared;
    EXPECT_EQ(sets["scenarios"][0].at(at), json::parse(rule.default_json)) << rule.path;
  }
  EXPECT_EQ(compared, 18);
}

TEST(keys, are_complete) {
  std::set<std::string_view> paths;
  for (const key_rule& rule : key_rules()) {
    SCOPED_TRACE(std::string{rule.path});
    EXPECT_TRUE(paths.insert(rule.path).second) << "twice in the table";
    const std::size_t dot = rule.path.rfind('.');
    EXPECT_TRUE(dot == std::string_view::npos || paths.contains(rule.path.substr(0, dot)))
        << "stands before its section";
    EXPECT_FALSE(rule.section.empty());
    EXPECT_FALSE(rule.meaning.empty());
    // What may be left out says what then holds; elements and names of the user are there or not.
    EXPECT_TRUE(rule.required || rule.is_wildcard() || !rule.default_json.empty() ||
                rule.path.find("where.") != std::string_view::npos);
  }
}

// configs/README.md has a row for each key: | `key` | what is allowed | default | unit | section | meaning |
TEST(keys, stand_in_the_readme) {
  const std::string readme = text_of("configs/README.md");
  for (const key_rule& rule : key_rules()) {
    std::string value = rule.required                 ? "required"
                        : rule.default_json.empty()   ? ""
                        : rule.default_json == "null" ? "not set"
                                                      : fmt::format("`{}`", rule.default_json);
    replace_all(value, "\"", "");
    const std::string row = fmt::format("\n| `{}` | {} | {} | {} | {} | {} |\n", rule.path, allowed_by(rule),
                                        value, rule.unit, rule.section, rule.meaning);
    EXPECT_NE(readme.find(row), std::string::npos) << "no such row:" << row;
  }
}

// So has each metric of events: | `metric` | unit | bounds | meaning |
TEST(keys, of_events_stand_in_the_readme) {
  const std::string readme = text_of("configs/README.md");
  for (const event_metric& m : event_metrics()) {
    const bool of_group = m.name == group_return_metric;
    std::string meaning{m.meaning};
    if (!m.needs.empty()) meaning += fmt::format("; needs `{}: true`", m.needs);
    const std::string row =
        fmt::format("\n| `{}{}` | {} | {} | {} |\n", m.name, of_group ? ".<dimension>.<group>" : "", m.unit,
                    m.unit.empty() ? "none" : fmt::format("from {} to {}", m.low, m.high), meaning);
    EXPECT_NE(readme.find(row), std::string::npos) << "no such row:" << row;
  }
}

TEST(keys, suggest_the_closest_word) {
  EXPECT_EQ(closest("pnael", {"name", "panel", "data"}), "panel");
  EXPECT_EQ(closest("panell", {"name", "panel", "data"}), "panel");
  EXPECT_EQ(closest("date", {"name", "panel", "data"}), "data");
  EXPECT_EQ(closest("windws", {"name", "windows"}), "windows");
  EXPECT_EQ(closest("colour", {"name", "panel", "data"}), "");
  EXPECT_EQ(closest("pane", {"name"}), "");  // two of four letters differ
  EXPECT_EQ(closest("", {"name"}), "");
  EXPECT_EQ(closest(std::string(1'000'000, 'x'), {"name"}), "");
}

TEST(scalars, numbers_are_decimal_and_whole_texts) {
  EXPECT_EQ(parse_number("0.05"), 0.05);
  EXPECT_EQ(parse_number("-3"), -3.0);
  EXPECT_EQ(parse_number("+3.5"), 3.5);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5.0);
  EXPECT_EQ(parse_number("1e-3"), 1e-3);
  EXPECT_EQ(parse_number("2.5E+2"), 250.0);
  EXPECT_EQ(parse_number("0"), 0.0);
  for (const char* text :
       {"",     "+",    "-",        ".",     "e5",  ".e5", "1e",   "1e+",  "--1",  "+-1",  "1 ",
        " 1",   "1,5",  "1_000",    "0x10",  "0o7", "010", "00",   "nan",  "NaN",  ".nan", "inf",
        ".inf", "-inf", "infinity", "1e999", "1f",  "0b1", "1:30", "five", "1.2.3"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(scalars, whole_numbers_are_digits) {
  EXPECT_EQ(parse_whole_number("5"), 5);
  EXPECT_EQ(parse_whole_number("-5"), -5);
  EXPECT_EQ(parse_whole_number("+5"), 5);
  EXPECT_EQ(parse_whole_number("0"), 0);
  for (const char* text : {"", "5.0", "5.", "1e2", "007", "0x5", "99999999999", "five", "5 ", "true"}) {
    EXPECT_EQ(parse_whole_number(text), std::nullopt) << text;
  }
}

TEST(scalars, long_whole_numbers_too) {
  EXPECT_EQ(parse_long_whole_number("9007199254740993"), 9007199254740993);
  EXPECT_EQ(parse_long_whole_number("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"", "9223372036854775808", "5.0", "1e9", "007"})
    EXPECT_EQ(parse_long_whole_number(text), std::nullopt) << text;
}

TEST(scalars, dates_have_no_time_of_day) {
  EXPECT_EQ(parse_plain_date("2026-07-22"), parse_date("2026-07-22"));
  EXPECT_TRUE(parse_plain_date("2024-02-29"));
  for (const char* text :
       {"", "2026-07-22T00:00", "2026-07-22 00:00:00", "2026-7-22", "2026-02-29", "20260722", "22.07.2026"}) {
    EXPECT_EQ(parse_plain_date(text), std::nullopt) << text;
  }
}

TEST(scalars, names_are_fit_for_folders) {
  for (const char* text : {"a", "7", "nasdaq-nightly", "v1.2_b"}) EXPECT_TRUE(is_name(text)) << text;
  for (const char* text : {"", ".", "..", "-a", "_a", "a b", "a/b", "ü", "a\n"})
    EXPECT_FALSE(is_name(text)) << text;
  EXPECT_TRUE(is_name(std::string(100, 'n')));
  EXPECT_FALSE(is_name(std::string(101, 'n')));
}

}  // namespace
}  // namespace topheavy

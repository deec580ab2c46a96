// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/stress/stress_file.h"
#include "tests/support/file_text.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

std::string told(const group_shock& g) { return fmt::format("group {}.{} {}", g.dimension, g.group, g.ret); }
std::string told(const symbol_shock& s) {
  std::string text = "symbols";
  for (const auto& [symbol, ret] : s.ret) text += fmt::format(" {} {}", symbol, ret);
  return text;
}
std::string told(const beta_shock& b) {
  const char* const to = b.to == beta_shock::factor::index ? "index" : "volatility";
  return b.to_level ? fmt::format("beta {} to {}", to, *b.to_level)
                    : fmt::format("beta {} by {}", to, b.move);
}
std::string told(const growth_shock& g) {
  return fmt::format("growth {}.{} {} elasticity {}", g.dimension, g.group, g.shortfall, g.elasticity);
}
std::string told(const replay_shock& r) {
  return fmt::format("replay {} to {}", to_iso(r.start), to_iso(r.end));
}

std::string listed(const stress& s) {
  std::string text = fmt::format("{} | {} days | {}\n", s.name, s.days, s.meaning);
  for (const shock& one : s.shocks)
    text += std::visit([](const auto& what) { return told(what); }, one.what) + " | " + one.origin + "\n";
  return text;
}

std::string answer_to(const std::string& yaml) {
  try {
    return listed(parse_stress(yaml, "FILE"));
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::usage);
    return e.what() + std::string("\n");
  }
}

TEST(stress_files, give_the_answers_of_tests_golden_stress) {
  int accepted = 0, refused = 0;
  for (const auto& entry : fs::directory_iterator("tests/golden/stress")) {
    if (entry.path().extension() != ".case") continue;
    SCOPED_TRACE(entry.path().string());
    const std::string text = text_of(entry.path());
    const std::size_t at = text.starts_with("==== ") ? 0 : text.find("\n==== ") + 1;
    const std::size_t answer_at = text.find('\n', at) + 1;
    ++(text.substr(at).starts_with("==== error") ? refused : accepted);
    const std::string got = answer_to(text.substr(0, at));
    EXPECT_EQ(got, text.substr(answer_at));
    if (std::getenv("TOPHEAVY_WRITE_GOLDEN") != nullptr && got != text.substr(answer_at))
      std::ofstream{entry.path(), std::ios::binary} << text.substr(0, answer_at) << got;
  }
  EXPECT_GE(accepted, 3);
  EXPECT_GE(refused, 5);
}

TEST(stress_files, that_cannot_be_read_are_refused) {
  try {
    read_stress("no/such.yaml");
    FAIL() << "no error";
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::usage);
    EXPECT_STREQ(e.what(), "no/such.yaml: does not exist; must be a YAML stress");
  }
}

// The library: every file is named like its stress and says what it assumes.
TEST(stress_files, of_configs_are_accepted) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator("configs/stress")) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path().string());
    ++files;
    const stress s = read_stress(entry.path());
    EXPECT_EQ(s.name, entry.path().stem());
    EXPECT_NE(s.meaning.find("assumes"), std::string::npos) << s.meaning;
    EXPECT_NE(text_of("configs/stress/README.md").find(fmt::format("\n| `{}` |", s.name)), std::string::npos);
    EXPECT_EQ(s.file, entry.path());
  }
  EXPECT_EQ(files, 7);
}

TEST(stress_files, of_a_set_are_read_and_checked_together) {
  const fs::path folder = fs::path{testing::TempDir()} / "topheavy_stress_test";
  fs::create_directories(folder);
  const auto write = [&](const char* file, const std::string& yaml) {
    std::ofstream{folder / file} << yaml;
    return folder / file;
  };
  settings s;
  s.data.volatility = "volatility.csv";
  scenario_settings& set = s.scenarios.emplace_back();
  set.name = "month";
  set.origin = "config.yaml:3:5";
  set.horizon = 5;
  set.stresses = {write("a.yaml", "name: a\ndays: 5\nshocks: [{symbols: {ON: -0.5}}]\n"),
                  write("b.yaml", "name: b\nshocks: [{symbols: {ON: 0.5}}]\n")};
  set.stresses.push_back(write("v.yaml", "name: v\nshocks: [{beta: {to: volatility, move: 5}}]\n"));
  const auto read = read_stresses(s).at(0);
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(listed(read[0]),
            fmt::format("a | 5 days | \nsymbols ON -0.5 | {}:3:21\n", set.stresses[0].string()));
  EXPECT_EQ(read[1].name, "b");

  set.horizon = 4;
  s.data.volatility.reset();
  set.stresses.push_back(write("c.yaml", "name: b\nshocks: [{symbols: {ON: 0.5}}]\n"));
  set.stresses.push_back(folder / "none.yaml");
  const std::string expected = fmt::format(
      "{0}/a.yaml: `days` is 5; must be at most the horizon of set `month` at config.yaml:3:5, 4\n"
      "{0}/v.yaml:2:17: stress `v`: betas to the volatility index need its file; set `data.volatility`\n"
      "{0}/c.yaml: the name `b` is also that of {0}/b.yaml; set `month` at config.yaml:3:5 tells stresses "
      "apart by their names\n"
      "{0}/none.yaml: does not exist; must be a YAML stress",
      folder.string());
  try {
    read_stresses(s);
    FAIL() << "no error";
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::usage);
    EXPECT_EQ(e.what(), expected);
  }
  fs::remove_all(folder);
}

// configs/stress/README.md has a row for each key, and its own example is a stress.
TEST(stress_files, are_told_of_in_the_readme) {
  const std::string readme = text_of("configs/stress/README.md");
  for (const key_rule& rule : stress_file_keys()) {
    const std::string by_default = rule.required                 ? "required"
                                   : rule.default_json.empty()   ? ""
                                   : rule.default_json == "null" ? "not set"
                                                                 : fmt::format("`{}`", rule.default_json);
    const std::string row =
        fmt::format("\n| `{}` | {} | {} | {} | {} |\n", rule.path, allowed_by(rule, stress_file_keys()),
                    by_default, rule.unit, rule.meaning);
    EXPECT_NE(readme.find(row), std::string::npos) << "no such row:" << row;
  }
  const std::size_t start = readme.find("```yaml\n") + 8;
  EXPECT_EQ(parse_stress(readme.substr(start, readme.find("```\n", start) - start), "README").shocks.size(),
            8u);
}

}  // namespace
}  // namespace topheavy

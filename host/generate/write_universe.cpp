// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/generate/write_universe.h"

#include "host/base/error.h"
#include "host/base/text_file.h"
#include "host/generate/rules_text.h"
#include "host/generate/story.h"
#include "host/generate/stress_texts.h"
#include "host/generate/write_tables.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t least_days_of_scenarios = 252;
constexpr const char* first_words = "# A synthetic universe: ";  // of its configuration

const char* panel_file(const write_options& options) {
  return options.format == panel_format::csv ? "panel.csv" : "panel.parquet";
}

// Empty where the folder holds what this file writes, the demo's run, and nothing else: somebody's own config.yaml
// beside a volatility.csv shall not go.
std::string why_not_a_universe(const fs::path& folder, const write_options& options) {
  std::string first_line;
  std::ifstream config(folder / "config.yaml");
  std::getline(config, first_line);
  if (!first_line.starts_with(first_words)) {
    return fmt::format("is not the folder of a synthetic universe (no config.yaml that begins with '{}')",
                       first_words);
  }
  std::set<std::string> expected{"config.yaml", "stages.yaml", "stress"};
  for (const char* file : {"panel.parquet", "panel.csv", "constituents.csv", "volatility.csv"}) {
    if (options.data_folder.empty()) expected.insert(file);
  }
  if (!options.data_folder.empty()) expected.insert({options.data_folder, "run"});
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!expected.contains(name)) return fmt::format("holds '{}', which is not of the universe", name);
  }
  if (!fs::is_directory(folder / "stress")) return {};
  for (const auto& entry : fs::directory_iterator(folder / "stress")) {
    const std::string name = entry.path().filename().string();
    const auto ours = stress_texts();
    if (std::none_of(ours.begin(), ours.end(), [&](const stress_text& s) { return s.file == name; }))
      return fmt::format("holds 'stress/{}', which is not of the universe", name);
  }
  return {};
}

void check_target(const fs::path& folder, const write_options& options) {
  if (!fs::exists(fs::symlink_status(folder))) return;
  if (!options.force) {
    throw error(error_class::usage, fmt::format("{}: exists already; --force replaces it", folder.string()));
  }
  const std::string why = why_not_a_universe(folder, options);
  if (!why.empty()) {
    throw error(error_class::usage,
                fmt::format("{}: {}, so --force does not replace it", folder.string(), why));
  }
}

// Too short a history may lack days of a regime that its scenarios can reach.
bool has_scenarios(const universe& u) { return u.data.days() >= least_days_of_scenarios; }

// A run refuses a label that no constituent has, and few constituents are of few industries.
bool has_industry(const universe& u, const char* industry) {
  return std::any_of(u.labels.begin(), u.labels.end(),
                     [&](const constituent_label& l) { return l.industry == industry; });
}

void write_into(const universe& u, const write_options& options, const fs::path& folder) {
  const fs::path data = folder / options.data_folder;
  fs::create_directories(data);
  if (options.format == panel_format::csv) {
    write_panel_csv(u, data / panel_file(options));
  } else {
    write_panel_parquet(u, data / panel_file(options), options.row_group_rows);
  }
  write_constituents_csv(u, data / "constituents.csv");
  write_volatility_csv(u, data / "volatility.csv");
  write_text(folder / "config.yaml", configuration_text(u, options));
  write_text(folder / "stages.yaml", rules_text());
  if (!has_scenarios(u)) return;
  fs::create_directory(folder / "stress");
  for (const stress_text& s : stress_texts()) write_text(folder / "stress" / s.file, s.text);
}

}  // namespace

std::string configuration_text(const universe& u, const write_options& options) {
  const fs::path data = options.data_folder;
  std::string text = fmt::format(
      "{}{} constituents, {} days. Companies and tickers are made up.\n"
      "name: {}\n\n"
      "data:\n"
      "  panel: {}\n"
      "  constituents: {}\n"
      "  volatility: {}\n\n"
      "groups:  # beside sector and issuer\n"
      "  tier:\n"
      "    ai_leaders: {{symbols: [{}]}}\n"
      "    semiconductors: {{{}symbols: [TRUE]}}  # TRUE is a ticker\n"
      "    crypto: {{symbols: [{}]}}\n",
      first_words, u.data.constituents(), u.data.days(), options.name, (data / panel_file(options)).string(),
      (data / "constituents.csv").string(), (data / "volatility.csv").string(), fmt::join(u.ai_leaders, ", "),
      has_industry(u, "Semiconductors") ? "where: {industry: Semiconductors}, " : "",
      fmt::join(u.crypto, ", "));
  std::string windows;
  for (const story_window& w : story_windows()) {
    if (w.start < u.data.dates.front() || w.end > u.data.dates.back()) continue;
    windows += fmt::format("  - {{name: {}, start: {}, end: {}}}\n", w.name, to_iso(w.start), to_iso(w.end));
  }
  if (!windows.empty()) text += "\nwindows:  # beside the automatic ones\n" + windows;
  text +=
      "\nexpectations:  # growth of earnings, made up\n"
      "  index: 0.09\n"
      "  tier: {ai_leaders: 0.175, semiconductors: 0.21}\n"
      "\nstage: {rules: stages.yaml}\n";
  if (!has_scenarios(u)) return text;
  text +=
      "\nscenarios:  # of what may come within a month\n"
      "  - name: month\n"
      "    count: 10000\n"
      "    horizon: 21\n"
      "    seed: 20260722\n"
      "    daily: {top_10: true}\n"
      "    history_error: {count: 1024}\n"
      "    events:\n"
      "      - {name: fall_of_10, metric: max_drawdown, above: 0.10}\n"
      "      - {name: volatility_above_30, metric: max_volatility, above: 30}\n"
      "      - {name: new_high, metric: index_new_high}\n"
      "    stresses:\n";
  for (const stress_text& s : stress_texts()) text += fmt::format("      - stress/{}\n", s.file);
  return text;
}

void generate_universe(const universe_request& request, const write_options& options,
                       const fs::path& folder) {
  if (options.row_group_rows < 1) {
    throw error(error_class::usage,
                fmt::format("row_group_rows is {}; at least 1 is allowed", options.row_group_rows));
  }
  fs::path target = fs::absolute(folder).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();  // "out/" is "out"
  check_target(target, options);
  const universe u = draw_universe(request);
  const fs::path partial = target.parent_path() / fmt::format(".{}.partial", target.filename().string());
  const fs::path replaced = target.parent_path() / fmt::format(".{}.replaced", target.filename().string());
  try {
    fs::remove_all(partial);
    write_into(u, options, partial);
    check_target(target, options);
    if (fs::exists(target)) {
      fs::remove_all(replaced);
      fs::rename(target, replaced);
    }
    fs::rename(partial, target);
    fs::remove_all(replaced);
  } catch (const std::exception& e) {
    std::error_code ignored;
    fs::remove_all(partial, ignored);
    if (const auto* disk = dynamic_cast<const fs::filesystem_error*>(&e)) {
      throw error(error_class::resources, fmt::format("{}: {}", target.string(), disk->what()));
    }
    throw;
  }
}

}  // namespace topheavy

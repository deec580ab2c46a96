// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/base/provenance.h"
#include "host/base/side_by_side.h"
#include "host/base/stages.h"
#include "host/base/stop.h"
#include "host/cli/commands.h"
#include "host/cli/machine.h"
#include "host/config/config.h"
#include "host/history/history.h"
#include "host/history/read_inputs.h"
#include "host/limits/limit_metrics.h"
#include "host/limits/limits.h"
#include "host/report/console.h"
#include "host/report/digest.h"
#include "host/report/limits_report.h"
#include "host/report/manifest.h"
#include "host/report/run_folder.h"
#include "host/report/scenario_stream.h"
#include "host/report/summary_json.h"
#include "host/report/tables.h"
#include "host/scenario/cost.h"
#include "host/scenario/scenarios.h"
#include "host/stress/stress_file.h"
#include "kernels/backend.h"

#include <cstdio>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

std::vector<std::filesystem::path> input_files(const std::filesystem::path& config, const settings& s) {
  std::vector<std::filesystem::path> files{config, s.data.panel};
  if (s.data.constituents) files.push_back(*s.data.constituents);
  if (s.data.volatility) files.push_back(*s.data.volatility);
  if (s.stage.rules) files.push_back(*s.stage.rules);
  std::set<std::filesystem::path> stresses;  // sets may share one
  for (const scenario_settings& set : s.scenarios) stresses.insert(set.stresses.begin(), set.stresses.end());
  files.insert(files.end(), stresses.begin(), stresses.end());
  return files;
}

std::uint64_t rows_of_sets(const std::vector<scenario_cost>& costs) {
  std::uint64_t rows = 0;
  for (const scenario_cost& cost : costs) rows += cost.scenarios;
  return rows;
}

std::filesystem::path default_target(const settings& s, date as_of) {
  return std::filesystem::path("topheavy-runs") / fmt::format("{}-{}", s.name, to_iso(as_of));
}

run_record record_of(const chosen_backend& chosen, int threads) {
  run_record run;
  run.backend = chosen.body->name();
  run.backend_reason = chosen.reason;
  run.operations = chosen.body->own_operations();
  run.device = chosen.body->device();
  run.threads = threads;
  return run;
}

struct finished_run {
  std::string console;
  bool kept = true;     // every limit
  bool precise = true;  // every set reached the precision asked for
};

finished_run run_to_the_end(const run_options& options, int threads) {
  stages timed;
  const std::string started = utc_now();
  const settings s =
      timed.run("topheavy::config::read", [&] { return read_settings(options.config, options.overrides); });
  std::optional<rule_set> rules;
  timed.run("topheavy::stage::read_rules", [&] {
    if (s.stage.rules) rules = read_rules(*s.stage.rules);
  });
  const std::vector<std::vector<stress>> stresses =
      timed.run("topheavy::stress::read_stresses", [&] { return read_stresses(s); });
  check_limit_metrics(s, stresses);
  if (!options.out.empty()) check_run_target(options.out, options.force);
  const chosen_backend chosen = timed.run("topheavy::backend::choose", [&] { return choose(options); });

  inputs in = read_inputs(s, timed);
  in.rules = std::move(rules);
  const std::filesystem::path target =
      options.out.empty() ? default_target(s, in.prices.dates.back()) : options.out;
  check_run_target(target, options.force);
  const history h = compute_history(s, in, *chosen.body, timed);

  run_folder folder(target, options.force);
  const std::vector<scenario_cost> costs = expected_costs(s, in, h);
  scenario_stream rows(folder.path(), s, h, rows_of_sets(costs));
  const std::vector<scenario_results> scenarios =
      run_scenarios(s, in, h, stresses, costs, *chosen.body, timed, rows);

  std::vector<table> tables;
  nlohmann::ordered_json summary;
  std::vector<limit_result> limits;
  std::string digest;
  std::vector<hashed_file> read_files, written;
  timed.run("topheavy::report::tables", [&] {
    tables.resize(scenarios.empty() ? 5 : 6);
    run_side_by_side({[&] { tables[1] = groups_table(in, h); }, [&] { tables[2] = attribution_table(in, h); },
                      [&] { tables[0] = daily_table(in, h); }, [&] { tables[3] = correlation_table(h); },
                      [&] { tables[4] = closing_constituents_table(in, h); },
                      [&] {
                        if (!scenarios.empty()) tables[5] = components_table(in, scenarios);
                      }});
  });
  timed.run("topheavy::report::files", [&] {
    const auto files = input_files(options.config, s);
    read_files.resize(files.size());
    written.resize(tables.size());
    std::vector<std::function<void()>> jobs;
    for (std::size_t i = 0; i < files.size(); ++i)
      jobs.emplace_back([&, i] { read_files[i] = hash_file(files[i], files[i].string()); });
    for (std::size_t i = 0; i < tables.size(); ++i) {
      jobs.emplace_back([&, i] {
        const std::string file = tables[i].name + ".parquet";
        write_parquet(tables[i], folder.path());
        written[i] = hash_file(folder.path() / file, file);
      });
    }
    hashed_file streamed;
    jobs.emplace_back([&] {
      rows.close();
      if (!scenarios.empty()) streamed = hash_file(folder.path() / "scenarios.parquet", "scenarios.parquet");
    });
    jobs.emplace_back([&] {
      summary = summary_of_results(s, in, h, scenarios);
      limits = check_limits(s.limits, summary);
      summary["limits"] = limits_json(limits);
      digest = digest_of(summary, tables, {rows.digest()});
    });
    run_side_by_side(jobs);
    if (!scenarios.empty()) written.push_back(streamed);
  });

  run_record run = record_of(chosen, threads);
  run.wall_seconds = timed.total_seconds();
  run.stages = timed.seconds();
  add_run_to_summary(summary, digest, run);
  write_text(folder.path() / "summary.json", summary.dump(2) + "\n");
  written.push_back(hash_file(folder.path() / "summary.json", "summary.json"));
  write_text(
      folder.path() / "manifest.json",
      manifest(s, run, digest, started, read_files, written)
              .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +  // a path may be no UTF-8
          "\n");
  throw_if_stopped();
  folder.publish();
  finished_run finished{console_summary(s, in, h, run, digest, target, scenarios, limits)};
  for (const limit_result& limit : limits) {
    if (limit.is_kept()) continue;
    finished.kept = false;
    log_warning(limit.is_known()
                    ? fmt::format("limit `{}` is breached: {} is {}, {} {}", limit.name, limit.metric,
                                  limit.value, limit.is_max ? "at most" : "at least", limit.limit)
                    : fmt::format("limit `{}`: {} is not known: {}", limit.name, limit.metric, limit.reason));
  }
  for (const scenario_results& set : scenarios) finished.precise = finished.precise && set.precision_reached;
  return finished;
}

}  // namespace

int run_command(const run_options& options) {
  const finished_run finished =
      on_threads(options, [&](int threads) { return run_to_the_end(options, threads); });
  if (!options.quiet) {
    if (std::fputs(finished.console.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
      log_warning("the summary could not be written to stdout; the results are in their folder");
    }
  }
  return !finished.kept ? 4 : !finished.precise ? 5 : 0;
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/child.h"
#include "host/base/error.h"
#include "host/base/provenance.h"
#include "host/base/stages.h"
#include "host/base/stop.h"
#include "host/base/text_file.h"
#include "host/cli/commands.h"
#include "host/cli/machine.h"
#include "host/config/config.h"
#include "host/history/history.h"
#include "host/history/read_inputs.h"
#include "host/limits/limit_metrics.h"
#include "host/limits/limits.h"
#include "host/report/console.h"
#include "host/report/finished_run.h"
#include "host/report/input_files.h"
#include "host/report/manifest.h"
#include "host/report/page.h"
#include "host/report/prometheus.h"
#include "host/report/results.h"
#include "host/report/run_folder.h"
#include "host/report/scenario_stream.h"
#include "host/report/summary_json.h"
#include "host/scenario/cost.h"
#include "host/scenario/scenarios.h"
#include "host/stress/stress_file.h"
#include "kernels/backend.h"

#include <cstdio>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

std::uint64_t rows_of_sets(const std::vector<scenario_cost>& costs) {
  std::uint64_t rows = 0;
  for (const scenario_cost& cost : costs) rows += cost.scenarios;
  return rows;
}

constexpr std::string_view date_mark = "{as_of}";

bool has_date_mark(const std::filesystem::path& out) {
  return out.string().find(date_mark) != std::string::npos;
}

std::filesystem::path target_of(const run_options& options, const settings& s, date as_of) {
  if (options.out.empty())
    return std::filesystem::path("topheavy-runs") / fmt::format("{}-{}", s.name, to_iso(as_of));
  std::string out = options.out.string();
  for (std::size_t at = 0; (at = out.find(date_mark, at)) != std::string::npos;)
    out.replace(at, date_mark.size(), to_iso(as_of));
  return out;
}

// The exit code of results that are whole, by what they say.
int done_code(const nlohmann::ordered_json& summary) {
  for (const auto& limit : summary.at("limits"))
    if (limit.at("breached") != false) return 4;  // null: not known
  for (const auto& set : summary.at("scenarios"))
    if (set.at("precision_reached") == false) return 5;
  return 0;
}

// Results are whole without what is made beside them: that it is missing is told, loudly, and the run ends with exit 1.
bool write_metrics(const settings& s, const nlohmann::ordered_json& summary,
                   const nlohmann::ordered_json& manifest) {
  if (!s.metrics.prometheus) return true;
  try {
    write_prometheus(*s.metrics.prometheus, prometheus_text(summary, manifest));
    return true;
  } catch (const error& e) {
    log_error(
        fmt::format("`metrics.prometheus`: {}\nthe results are whole; the file still tells of an earlier "
                    "run, or of none",
                    e.what()));
    return false;
  }
}

run_record record_of(const chosen_backend& chosen, int threads,
                     const std::vector<scenario_results>& scenarios) {
  run_record run;
  run.backend = chosen.body->name();
  run.backend_reason = chosen.reason;
  run.operations = chosen.body->own_operations();
  run.device = chosen.body->device();
  run.threads = threads;
  for (const scenario_results& set : scenarios) run.seeds.emplace_back(set.name, set.seed);
  return run;
}

struct run_end {
  std::string console;
  int code = 0;
};

std::optional<std::filesystem::path> previous_of(const settings& s, const std::filesystem::path& target,
                                                 date as_of) {
  if (!s.report.page) return std::nullopt;
  return s.report.previous_is_automatic ? previous_run(target, s.name, as_of) : s.report.previous;
}

// Adds the page to the folder and to the list of what was written. What went wrong otherwise: results of a long run are not
// thrown away for want of a page.
std::string add_page(const page_maker& maker, const std::optional<std::filesystem::path>& previous,
                     const std::filesystem::path& target, const run_folder& folder,
                     std::vector<hashed_file>& written) {
  const std::string fault = make_page(maker, folder.path(), previous);
  if (fault.empty()) {
    for (const std::string_view file : page_files) {
      const std::filesystem::path made = folder.path() / file;
      if (std::filesystem::exists(made)) written.push_back(hash_file(made, std::string(file)));
    }
  }
  std::vector<std::string> kept{"manifest.json"};
  for (const hashed_file& file : written) kept.push_back(file.name);
  folder.keep_only(kept);
  if (fault.empty()) return {};
  return fmt::format("the page could not be made: {}\nthe results are whole without it; make it by: {}",
                     fault, shell_words(page_command(maker, std::filesystem::absolute(target), previous)));
}

void warn_of_limits(const std::vector<limit_result>& limits) {
  for (const limit_result& limit : limits) {
    if (limit.is_kept()) continue;
    log_warning(limit.is_known()
                    ? fmt::format("limit `{}` is breached: {} is {}, {} {}", limit.name, limit.metric,
                                  limit.value, limit.is_max ? "at most" : "at least", limit.limit)
                    : fmt::format("limit `{}`: {} is not known: {}", limit.name, limit.metric, limit.reason));
  }
}

run_end run_to_the_end(const run_options& options, int threads) {
  stages timed;
  const std::string started = utc_now();
  const settings s =
      timed.run("topheavy::config::read", [&] { return read_settings(options.config, options.overrides); });
  const std::vector<hashed_file> read_files =
      timed.run("topheavy::report::hash_inputs", [&] { return hash_input_files(options.config, s); });
  std::optional<rule_set> rules;
  timed.run("topheavy::stage::read_rules", [&] {
    if (s.stage.rules) rules = read_rules(*s.stage.rules);
  });
  const std::vector<std::vector<stress>> stresses =
      timed.run("topheavy::stress::read_stresses", [&] { return read_stresses(s); });
  check_limit_metrics(s, stresses);
  if (!options.out.empty() && !has_date_mark(options.out) && !options.if_changed)
    check_run_target(options.out, options.force);
  std::optional<page_maker> maker;
  timed.run("topheavy::report::ready_page_maker", [&] {
    if (s.report.page) maker = ready_page_maker(s.report);
  });
  const chosen_backend chosen = timed.run("topheavy::backend::choose", [&] { return choose(options); });

  inputs in = read_inputs(s, timed);
  in.rules = std::move(rules);
  timed.run("topheavy::report::hash_inputs", [&] { check_unchanged(read_files); });
  for (const std::string& doubt : in.quality.doubts) log_warning(doubt);
  const std::filesystem::path target = target_of(options, s, in.prices.dates.back());
  const std::optional<std::filesystem::path> previous = previous_of(s, target, in.prices.dates.back());
  const std::optional<std::string> previous_digest = recorded_digest(previous);
  if (options.if_changed && has_run_of(target, s, read_files, previous_digest)) {
    const nlohmann::ordered_json there = read_summary(target);
    const bool written = write_metrics(s, there, read_manifest(target));
    return {fmt::format("nothing new: the same program was run on the same inputs and configuration\n\n"
                        "  {:<12} {}\n",
                        "results", target.string()),
            written ? done_code(there) : 1};
  }
  check_run_target(target, options.force);
  const history h = compute_history(s, in, *chosen.body, timed);

  run_folder folder(target, options.force);
  const std::vector<scenario_cost> costs = expected_costs(s, in, h);
  scenario_stream rows(folder.path(), s, h, rows_of_sets(costs));
  const std::vector<scenario_results> scenarios =
      run_scenarios(s, in, h, stresses, costs, *chosen.body, timed, rows);

  written_results results = write_results(folder.path(), s, in, h, scenarios, rows, timed);
  run_record run = record_of(chosen, threads, scenarios);
  run.wall_seconds = timed.total_seconds();
  run.stages = timed.seconds();
  add_run_to_summary(results.summary, results.digest, run);
  write_text(folder.path() / "summary.json", results.summary.dump(2) + "\n");
  results.files.push_back(hash_file(folder.path() / "summary.json", "summary.json"));
  nlohmann::ordered_json record;
  const auto write_manifest = [&] {
    record = manifest(s, run, results.digest, previous_digest, started, read_files, results.files);
    write_text(
        folder.path() / "manifest.json",
        record.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +  // a path may be no UTF-8
            "\n");
  };
  write_manifest();
  std::string page_fault;
  if (maker) {
    timed.run("topheavy::report::page",
              [&] { page_fault = add_page(*maker, previous, target, folder, results.files); });
    write_manifest();
  }
  throw_if_stopped();
  folder.publish();
  run_end end{console_summary(s, in, h, run, results.digest, target, scenarios, results.limits),
              done_code(results.summary)};
  if (!page_fault.empty()) {
    log_error(page_fault);
    end.code = 1;
  }
  if (!write_metrics(s, results.summary, record)) end.code = 1;
  warn_of_limits(results.limits);
  return end;
}

}  // namespace

int run_command(const run_options& options) {
  const run_end end = on_threads(options, [&](int threads) { return run_to_the_end(options, threads); });
  if (!options.quiet) {
    if (std::fputs(end.console.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
      log_warning("the summary could not be written to stdout; the results are in their folder");
    }
  }
  return end.code;
}

}  // namespace topheavy

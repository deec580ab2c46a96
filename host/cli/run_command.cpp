// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/child.h"
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
#include "host/report/finished_run.h"
#include "host/report/limits_report.h"
#include "host/report/manifest.h"
#include "host/report/page.h"
#include "host/report/prometheus.h"
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
#include <string_view>

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

std::vector<hashed_file> hashed(const std::vector<std::filesystem::path>& files) {
  std::vector<hashed_file> sums(files.size());
  std::vector<std::function<void()>> jobs;
  for (std::size_t i = 0; i < files.size(); ++i)
    jobs.emplace_back([&, i] { sums[i] = hash_file(files[i], files[i].string()); });
  run_side_by_side(jobs);
  return sums;
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
  int code = 0;
};

// A panel that is replaced while it is read would be recorded beside figures of another.
void check_unchanged(const std::vector<hashed_file>& before,
                     const std::vector<std::filesystem::path>& files) {
  const std::vector<hashed_file> now = hashed(files);
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i].sha256 != before[i].sha256)
      throw error(error_class::retry,
                  fmt::format("{}: was changed while it was read; start again", before[i].name));
  }
}

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

finished_run run_to_the_end(const run_options& options, int threads) {
  stages timed;
  const std::string started = utc_now();
  const settings s =
      timed.run("topheavy::config::read", [&] { return read_settings(options.config, options.overrides); });
  const std::vector<std::filesystem::path> files = input_files(options.config, s);
  const std::vector<hashed_file> read_files =
      timed.run("topheavy::report::hash_inputs", [&] { return hashed(files); });
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
  timed.run("topheavy::report::hash_inputs", [&] { check_unchanged(read_files, files); });
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

  std::vector<table> tables;
  nlohmann::ordered_json summary;
  std::vector<limit_result> limits;
  std::string digest;
  std::vector<hashed_file> written;
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
    written.resize(tables.size());
    std::vector<std::function<void()>> jobs;
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
  nlohmann::ordered_json record;
  const auto write_manifest = [&] {
    record = manifest(s, run, digest, previous_digest, started, read_files, written);
    write_text(
        folder.path() / "manifest.json",
        record.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +  // a path may be no UTF-8
            "\n");
  };
  write_manifest();
  std::string page_fault;
  if (maker) {
    timed.run("topheavy::report::page",
              [&] { page_fault = add_page(*maker, previous, target, folder, written); });
    write_manifest();
  }
  throw_if_stopped();
  folder.publish();
  finished_run finished{console_summary(s, in, h, run, digest, target, scenarios, limits),
                        done_code(summary)};
  if (!page_fault.empty()) {
    log_error(page_fault);
    finished.code = 1;
  }
  if (!write_metrics(s, summary, record)) finished.code = 1;
  for (const limit_result& limit : limits) {
    if (limit.is_kept()) continue;
    log_warning(limit.is_known()
                    ? fmt::format("limit `{}` is breached: {} is {}, {} {}", limit.name, limit.metric,
                                  limit.value, limit.is_max ? "at most" : "at least", limit.limit)
                    : fmt::format("limit `{}`: {} is not known: {}", limit.name, limit.metric, limit.reason));
  }
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
  return finished.code;
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/results.h"

#include "host/base/side_by_side.h"
#include "host/report/digest.h"
#include "host/report/limits_report.h"
#include "host/report/summary_json.h"
#include "host/report/tables.h"

#include <functional>

namespace topheavy {
namespace {

std::vector<table> tables_of(const inputs& in, const history& h,
                             const std::vector<scenario_results>& scenarios) {
  std::vector<table> tables(scenarios.empty() ? 5 : 6);
  run_side_by_side({[&] { tables[1] = groups_table(in, h); }, [&] { tables[2] = attribution_table(in, h); },
                    [&] { tables[0] = daily_table(in, h); }, [&] { tables[3] = correlation_table(h); },
                    [&] { tables[4] = closing_constituents_table(in, h); },
                    [&] {
                      if (!scenarios.empty()) tables[5] = components_table(in, scenarios);
                    }});
  return tables;
}

}  // namespace

written_results write_results(const std::filesystem::path& folder, const settings& s, const inputs& in,
                              const history& h, const std::vector<scenario_results>& scenarios,
                              scenario_stream& rows, stages& timed) {
  written_results results;
  std::vector<table> tables;
  timed.run("topheavy::report::tables", [&] { tables = tables_of(in, h, scenarios); });
  timed.run("topheavy::report::files", [&] {
    results.files.resize(tables.size());
    std::vector<std::function<void()>> jobs;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      jobs.emplace_back([&, i] {
        const std::string file = tables[i].name + ".parquet";
        write_parquet(tables[i], folder);
        results.files[i] = hash_file(folder / file, file);
      });
    }
    hashed_file streamed;
    jobs.emplace_back([&] {
      rows.close();
      if (!scenarios.empty()) streamed = hash_file(folder / "scenarios.parquet", "scenarios.parquet");
    });
    jobs.emplace_back([&] {
      results.summary = summary_of_results(s, in, h, scenarios);
      results.limits = check_limits(s.limits, results.summary);
      results.summary["limits"] = limits_json(results.limits);
      results.digest = digest_of(results.summary, tables, {rows.digest()});
    });
    run_side_by_side(jobs);
    if (!scenarios.empty()) results.files.push_back(streamed);
  });
  return results;
}

}  // namespace topheavy

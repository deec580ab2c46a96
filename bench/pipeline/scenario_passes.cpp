// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// scenario_passes FOLDER CONSTITUENTS DAYS SCENARIOS HORIZON BACKEND: the path engine of a back end over a made-up universe,
// which it writes into FOLDER for rivals ("-": it does not). For scenarios.py and device_scenarios.py: waits for lines "WHAT DAYS SCENARIOS HHI TOP FILE" on stdin (HHI and
// TOP, daily ones: 0 or 1; FILE: where the figures go, "-" for nowhere) and answers each with the seconds taken. WHAT:
//   pass   plans, paths and figures: sums of sectors every day, index return, maximum drawdown, returns of sectors
//   whole  the same and all else that a run asks of a scenario: weights at the end, correlations of sectors
//   walk   the walk of tiles alone, along plans that are there, on the CPU whatever the back end
#include "bench/harness/arguments.h"
#include "bench/harness/made_up_paths.h"
#include "bench/harness/path_walk.h"
#include "host/base/provenance.h"
#include "kernels/backend.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <oneapi/tbb/info.h>

namespace {

using namespace topheavy;

struct command {
  std::string what;
  std::size_t days = 0, scenarios = 0;
  bool hhi = false, top = false;
  std::string file;
};

// All columns that a pass fills.
struct figures {
  std::vector<double> index_return, max_drawdown, max_hhi, max_top, highest, hhi, max_volatility,
      group_return;
  std::array<std::vector<double>, scenario_top_k.size()> top;
  std::vector<std::uint8_t> start_regime, end_regime;
  std::vector<std::uint32_t> rho_histogram;
  std::vector<std::int64_t> rho_sum;
  std::vector<std::uint64_t> rho_count;
};

double* room(std::vector<double>& column, std::size_t count) {
  column.resize(count);
  return column.data();
}

figure_columns columns_of(const command& c, const figure_request& request, figures& out) {
  figure_columns columns;
  const std::size_t s = c.scenarios;
  columns.index_return = room(out.index_return, s);
  columns.max_drawdown = room(out.max_drawdown, s);
  columns.group_return = room(out.group_return, request.groups.groups * s);
  columns.stride = s;
  if (c.hhi) columns.max_hhi = room(out.max_hhi, s);
  if (c.top) columns.max_top_10 = room(out.max_top, s);
  if (c.what != "whole") return columns;
  columns.highest = room(out.highest, s);
  columns.hhi = room(out.hhi, s);
  columns.max_volatility = room(out.max_volatility, s);
  for (std::size_t i = 0; i < out.top.size(); ++i) columns.top[i] = room(out.top[i], s);
  out.start_regime.resize(s);
  out.end_regime.resize(s);
  columns.start_regime = out.start_regime.data();
  columns.end_regime = out.end_regime.data();
  out.rho_histogram.assign(request.rhos() * rho_bins, 0);
  out.rho_sum.assign(request.rhos(), 0);
  out.rho_count.assign(request.rhos(), 0);
  return columns;
}

// index_return, max_drawdown, max_hhi, max_top_10 (zeros where not asked for), then the returns of sectors, [sectors, S].
void write(const command& c, const figures& out) {
  std::ofstream to(c.file, std::ios::binary);
  const auto add = [&](const std::vector<double>& values) {
    to.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(double)));
  };
  const std::vector<double> none(c.scenarios, 0.0);
  add(out.index_return);
  add(out.max_drawdown);
  add(c.hhi ? out.max_hhi : none);
  add(c.top ? out.max_top : none);
  add(out.group_return);
  if (!to.flush()) throw std::runtime_error("cannot write " + c.file);
}

class server {
 public:
  server(const bench::path_sizes& sizes, const std::string& folder, const std::string& backend_name)
      : paths_(sizes),
        offsets_(bench::path_sectors + 1),
        members_(bench::path_sectors),
        backend_(choose_backend(backend_name).body) {
    if (folder != "-") paths_.write(folder);
    std::iota(offsets_.begin(), offsets_.end(), 0);  // a class a sector
    std::iota(members_.begin(), members_.end(), 0);
    engine_ = backend_->load_universe(
        {&paths_.layout(), paths_.start().data(), paths_.ret().data(), paths_.sizes().days});
    walk_ = std::make_unique<bench::path_walk>(paths_, best_path_body());
  }

  // Where the path engine runs: a back end without one of its own uses the CPU's.
  std::string engine() const {
    const std::vector<std::string> own = backend_->own_operations();
    const bool here = std::find(own.begin(), own.end(), "scenario_pass") != own.end();
    return here ? std::string(backend_->name()) : "cpu";
  }
  std::string device() const { return backend_->device(); }

  double seconds_of(const command& c) {
    if (c.days > paths_.sizes().horizon || c.scenarios > paths_.sizes().scenarios) {
      throw std::invalid_argument("more days or scenarios than the sizes say");
    }
    if (c.what != "walk") return pass(c);
    paths_.make_plans(c.scenarios, c.days, row_, scale_);
    return timed([&] { walk_->run(row_.data(), scale_.data(), c.scenarios, c.days, c.hhi); });
  }

 private:
  bench::made_up_paths paths_;
  std::vector<std::int32_t> offsets_, members_;
  std::unique_ptr<backend> backend_;
  std::unique_ptr<path_engine> engine_;
  std::unique_ptr<bench::path_walk> walk_;
  std::vector<std::uint32_t> row_;
  std::vector<float> scale_;
  figures figures_;

  template <typename Work>
  static double timed(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  double pass(const command& c) {
    figure_request request;
    request.groups = {offsets_.data(), members_.data(), bench::path_sectors};
    request.daily_hhi = c.hhi;
    request.daily_top_10 = c.top;
    request.end_weights = c.what == "whole" || c.hhi || c.top;  // daily ones need them
    const plan_recipe recipe = paths_.recipe(c.days);
    if (c.what == "whole") {
      request.correlated = {{0, bench::path_sectors}};
      request.regimes = recipe.thresholds + 1;
    }
    const figure_columns columns = columns_of(c, request, figures_);
    const double seconds = timed([&] { engine_->scenario_pass(recipe, request, {0, c.scenarios}, columns); });
    if (c.file != "-") write(c, figures_);
    return seconds;
  }
};

void serve(char** arguments) {
  const bench::path_sizes sizes{bench::number(arguments[1]), bench::number(arguments[2]),
                                bench::number(arguments[3]), bench::number(arguments[4])};
  server passes(sizes, arguments[0], arguments[5]);
  const provenance p = program_provenance();
  const nlohmann::json about = {{"body", best_path_body().name},
                                {"path_engine", passes.engine()},
                                {"device", passes.device()},
                                {"threads", oneapi::tbb::info::default_concurrency()},
                                {"commit", p.commit},
                                {"compiler", p.compiler},
                                {"flags", p.flags}};
  std::cout << about.dump() << std::endl;
  command c;
  while (std::cin >> c.what >> c.days >> c.scenarios >> c.hhi >> c.top >> c.file) {
    std::cout << nlohmann::json{{"seconds", passes.seconds_of(c)}}.dump() << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return topheavy::bench::serve_arguments(
      argc, argv, 6, "scenario_passes FOLDER CONSTITUENTS DAYS SCENARIOS HORIZON BACKEND", serve);
}

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/diff/split.h"

#include "host/base/error.h"
#include "host/base/log.h"
#include "host/base/sha256.h"
#include "host/config/config.h"
#include "host/diff/exchange.h"
#include "host/history/history.h"
#include "host/history/read_inputs.h"
#include "host/report/manifest.h"
#include "host/scenario/scenarios.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace topheavy {
namespace {

using json = nlohmann::ordered_json;

// Why there is no split.
struct refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a computation starts from.
struct world {
  settings s;
  inputs in;
};

constexpr std::array<const char*, 3> data_keys{"panel", "constituents", "volatility"};

// Its files that matter here: rules and stresses do not reach these figures.
std::vector<std::string> data_files(const recorded_run& run) {
  std::vector<std::string> files;
  for (const char* const key : data_keys) {
    const json& file = run.manifest.at("config").at("data").at(key);
    if (file.is_string()) files.push_back(file.get<std::string>());
  }
  return files;
}

void check_files_exist(const recorded_run& run) {
  for (const std::string& file : data_files(run)) {
    std::error_code unknown;  // where it cannot even be looked at
    if (!std::filesystem::exists(file, unknown))
      throw refused(fmt::format("{}, which {} was computed from, is gone", file, run.folder.string()));
  }
}

std::set<std::string> names_of_sets(const recorded_run& run) {
  std::set<std::string> names;
  for (const json& set : run.manifest.at("config").at("scenarios"))
    names.insert(set.at("name").get<std::string>());
  return names;
}

// The configuration as far as it reaches the figures: what else a run asks for may be gone, and takes time.
settings settings_of(const recorded_run& run, const std::set<std::string>& sets) {
  const json& all = run.manifest.at("config");
  json kept;
  kept["name"] = run.name;
  kept["as_of"] = run.as_of;
  for (const char* const key : {"data", "groups", "volatility"}) kept[key] = all.at(key);
  kept["volatility"].erase("watch");
  kept["correlation"]["dimensions"] = all.at("correlation").at("dimensions");
  kept["scenarios"] = json::array();
  for (json set : all.at("scenarios")) {
    const bool has_tail = set.at("generator").at("kind") != "stress";
    if (!has_tail || !sets.contains(set.at("name").get<std::string>())) continue;
    set["events"] = set["stresses"] = json::array();
    if (set.contains("history_error")) set["history_error"] = {{"replicates", 0}};
    kept["scenarios"].push_back(set);
  }
  return settings_of_text(kept.dump(), run.folder / "manifest.json", {});
}

// SHA-256 of everything that the figures depend on.
std::string fingerprint(const world& w) {
  sha256 sum;
  const auto add_text = [&](const std::string& text) {
    const std::size_t size = text.size();
    sum.add(&size, sizeof size);
    sum.add(text.data(), size);
  };
  const auto add_all = [&](const auto& values) {
    const std::size_t size = values.size();
    sum.add(&size, sizeof size);
    sum.add(values.data(), size * sizeof values[0]);
  };
  json s = resolved_settings(w.s);
  s.erase("name");
  s.erase("as_of");
  s["data"] = s["data"]["lookback_days"];  // the rest of it decides the panel, which is below
  add_text(s.dump());
  add_all(w.in.prices.dates);
  add_all(w.in.prices.cap);
  add_all(w.in.prices.ret);
  for (const std::string& symbol : w.in.prices.symbols) add_text(symbol);
  for (const auto& [column, labels] : w.in.labels.labels) {
    add_text(column);
    for (const std::string& label : labels) add_text(label);
  }
  add_all(w.in.volatility ? w.in.volatility->dates : std::vector<date>());
  add_all(w.in.volatility ? w.in.volatility->close : std::vector<double>());
  return sum.hex();
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

class splitter {
 public:
  splitter(const recorded_run& a, const recorded_run& b,
           const std::function<std::unique_ptr<backend>()>& new_backend, stages& timed, split& into)
      : a_(a), b_(b), new_backend_(new_backend), timed_(timed), into_(into), figures_(into.figures) {}

  void run();

 private:
  using values = std::vector<double>;  // [figures]

  world read(const recorded_run& run);
  values compute(const world& w);
  values repeat(const recorded_run& run, const world& w);
  void check(const recorded_run& run, const values& again) const;
  values after(std::string_view part, const std::function<void()>& exchange, const world& w);
  void take_history_window(world& w, world& b) const;
  double recorded(const recorded_run& run, std::size_t i) const {
    return &run == &a_ ? figures_[i].a() : figures_[i].b();
  }

  const recorded_run &a_, &b_;
  const std::function<std::unique_ptr<backend>()>& new_backend_;
  stages& timed_;
  split& into_;
  std::vector<split_figure>& figures_;  // of it
  std::map<std::string, values> done_;  // by fingerprint
};

world splitter::read(const recorded_run& run) {
  std::set<std::string> both;
  const std::set<std::string> of_a = names_of_sets(a_), of_b = names_of_sets(b_);
  std::set_intersection(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), std::inserter(both, both.end()));
  world w;
  w.s = settings_of(run, both);
  w.in = read_inputs(w.s, timed_);
  if (w.in.volatility) {  // the file may have grown, which changes no figure
    w.in.volatility = carried_on(std::move(*w.in.volatility), w.in.prices.dates.back(), {}, 0);
  }
  return w;
}

splitter::values splitter::compute(const world& w) {
  const std::string known = fingerprint(w);
  if (const auto found = done_.find(known); found != done_.end()) return found->second;
  const std::unique_ptr<backend> body = new_backend_();
  const history h = compute_basis(w.s, w.in, *body, timed_);
  std::map<std::string, double> by_metric{{"concentration.constituent.hhi", h.constituents.hhi.back()},
                                          {"concentration.issuer.hhi", h.issuers.hhi.back()}};
  for (const scenario_results& set : run_tails(w.s, w.in, h, *body, timed_)) {
    for (const tail_risk& risk : set.risk) {
      const std::string level = level_key(risk.level);
      by_metric[fmt::format("scenarios.{}.var.{}", set.name, level)] = risk.var;
      by_metric[fmt::format("scenarios.{}.es.{}", set.name, level)] = risk.es;
    }
  }
  values computed;
  for (const split_figure& figure : figures_) {
    const auto found = by_metric.find(figure.what.what.metric);
    if (found == by_metric.end() || !std::isfinite(found->second))
      throw error(error_class::data, fmt::format("{} is not known", figure.what.what.metric));
    computed.push_back(found->second);
  }
  return done_[known] = computed;
}

// The figures of a run once more.
splitter::values splitter::repeat(const recorded_run& run, const world& w) {
  const values again = compute(w);
  check(run, again);
  return again;
}

void splitter::check(const recorded_run& run, const values& again) const {
  std::size_t i = 0;
  while (i < again.size() && same_bits(again[i], recorded(run, i))) ++i;
  if (i == again.size()) return;
  const std::string difference =
      fmt::format("{} is {} now and was {}", figures_[i].what.what.metric, again[i], recorded(run, i));
  for (const json& input : run.manifest.at("inputs")) {
    const std::string file = input.at("file").get<std::string>();
    const std::vector<std::string> files = data_files(run);
    if (std::find(files.begin(), files.end(), file) == files.end()) continue;
    if (sha256_of_file(file) == input.at("sha256").get<std::string>()) continue;
    throw refused(fmt::format("{} is not what {} was computed from: its SHA-256 has changed, and {}", file,
                              run.folder.string(), difference));
  }
  const json& program = run.manifest.at("program");
  if (program == program_json()) {
    throw refused(
        fmt::format("{} cannot be computed again: its files are the same and so is the program (version {}, "
                    "commit {}), yet {}",
                    run.folder.string(), program.at("version").get<std::string>(),
                    program.at("commit").get<std::string>(), difference));
  }
  log_info(fmt::format("{} was made by another program (version {}, commit {}): {}", run.folder.string(),
                       program.at("version").get<std::string>(), program.at("commit").get<std::string>(),
                       difference));
}

// What cannot be computed in between (a regime without days, a group without names) is no fault of A or B.
splitter::values splitter::after(std::string_view part, const std::function<void()>& exchange,
                                 const world& w) {
  try {
    exchange();
    return compute(w);
  } catch (const error& e) {
    if (e.kind() != error_class::usage && e.kind() != error_class::data) throw;
    throw refused(
        fmt::format("with the {} of {} nothing can be computed: {}", part, b_.folder.string(), e.what()));
  }
}

void splitter::take_history_window(world& w, world& b) const {
  const date known = w.in.prices.dates.back();
  const std::optional<std::filesystem::path> volatility = w.s.data.volatility;
  w.s.as_of = b.s.as_of;
  w.s.data = b.s.data;
  w.s.data.volatility = volatility;
  w.in.prices = std::move(b.in.prices);
  w.in.labels = b.in.labels;
  const int staleness = w.s.volatility.max_staleness_days;
  if (w.in.volatility) {
    w.in.volatility = carried_on(std::move(*w.in.volatility), known, w.in.prices.dates, staleness);
    w.in.volatility_level = join_volatility(w.in.prices.dates, *w.in.volatility, staleness);
  } else {
    w.in.volatility_level = std::vector<double>(w.in.prices.days(), not_known);
  }
}

void splitter::run() {
  check_files_exist(a_);
  check_files_exist(b_);
  world w = read(a_);
  const values of_a = repeat(a_, w);
  world b = read(b_);
  const values of_b = repeat(b_, b);

  const std::vector<std::string> before = members_at_close(w.in.prices), now = members_at_close(b.in.prices);
  std::vector<values> chain;
  chain.push_back(after(
      split_parts[0],
      [&] {
        w.in.prices = with_members_of(std::move(w.in.prices), b.in.prices);
        w.in.table = b.in.table;
        w.in.labels = classify(w.in.prices, w.in.table, w.in.quality);
      },
      w));
  chain.push_back(after(split_parts[1], [&] { take_closing_caps(w.in.prices, b.in.prices); }, w));
  chain.push_back(after(split_parts[2], [&] { take_history_window(w, b); }, w));
  chain.push_back(after(
      split_parts[3],
      [&] {
        if (!b.in.volatility) return;
        w.in.volatility = b.in.volatility;
        w.s.data.volatility = b.s.data.volatility;
        w.in.volatility_level =
            join_volatility(w.in.prices.dates, *w.in.volatility, w.s.volatility.max_staleness_days);
      },
      w));
  chain.push_back(of_b);

  std::set_difference(now.begin(), now.end(), before.begin(), before.end(), std::back_inserter(into_.came));
  std::set_difference(before.begin(), before.end(), now.begin(), now.end(), std::back_inserter(into_.left));
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    split_figure& figure = figures_[i];
    for (const values& computed : chain) {
      const bool is_recorded = same_bits(of_a[i], figure.a());
      figure.value.push_back(is_recorded ? computed[i] : computed[i] + (figure.a() - of_a[i]));
    }
    figure.value.push_back(figure.b());
  }
}

}  // namespace

nlohmann::ordered_json split_figure::draw_error() const {
  constexpr std::size_t first_drawn_anew = 2;
  static_assert(split_parts[first_drawn_anew] == "history window");
  bool is_drawn_anew = value.empty();
  for (std::size_t part = first_drawn_anew; part < value.size(); ++part) is_drawn_anew |= change(part) != 0.0;
  return is_drawn_anew ? what.draw_error : nlohmann::ordered_json();
}

split no_split(const recorded_run& a, const recorded_run& b, const std::string& reason) {
  split none;
  none.reason = reason;
  for (headline_change& change : split_changes(a.summary, b.summary))
    none.figures.push_back({std::move(change), {}});
  return none;
}

split split_change(const recorded_run& a, const recorded_run& b,
                   const std::function<std::unique_ptr<backend>()>& new_backend, stages& timed) {
  split found = no_split(a, b, "");
  try {
    splitter(a, b, new_backend, timed, found).run();
  } catch (const refused& why) {
    found.reason = why.what();
  } catch (const json::exception& e) {
    found.reason = fmt::format("the manifest of {} or {} is not as this program writes it: {}",
                               a.folder.string(), b.folder.string(), e.what());
  } catch (const std::filesystem::filesystem_error& e) {
    found.reason = e.what();
  } catch (const error& e) {  // of the inputs or the configuration of A or B
    if (e.kind() != error_class::usage && e.kind() != error_class::data) throw;
    found.reason = e.what();
  }
  found.seconds = timed.total_seconds();
  return found;
}

}  // namespace topheavy

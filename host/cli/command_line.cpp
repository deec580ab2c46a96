// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/cli/command_line.h"

#include "host/base/log.h"
#include "host/base/provenance.h"
#include "host/cli/commands.h"
#include "host/config/closest.h"
#include "host/generate/universe.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include <CLI/CLI.hpp>

namespace topheavy {
namespace {

constexpr int wrong_command_line = 2;

struct log_options {
  bool json = false;
  bool quiet = false;
};

void add_log_options(CLI::App& command, log_options& log) {
  command.add_flag("--json-log", log.json, "Log lines on stderr as JSON, one object a line");
  command.add_flag("--quiet", log.quiet, "Nothing but errors: no summary, no progress");
}

// "0,1": whole numbers with a comma between.
std::vector<int> read_device_list(const std::string& text) {
  std::vector<int> list;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    int index = -1;
    const auto [behind, fault] = std::from_chars(at, end, index);
    if (fault != std::errc() || index < 0 || (behind != end && *behind != ',')) {
      throw CLI::ValidationError("--devices", "'" + text +
                                                  "' is no list of devices; expected their numbers, "
                                                  "from 0 on, with commas between, as in 0,1");
    }
    list.push_back(index);
    if (behind == end) return list;
    at = behind + 1;
  }
}

void add_machine_options(CLI::App& command, machine_options& machine) {
  command
      .add_option("--backend", machine.backend,
                  "What computes: auto, cpu or cuda (auto takes cuda where it can run)")
      ->type_name("NAME")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
  command
      .add_option_function<std::string>(
          "--devices", [&machine](const std::string& text) { machine.devices = read_device_list(text); },
          "CUDA devices that work, by index: 0 or 0,1 (asks for cuda; default: all that are visible)")
      ->type_name("LIST");
  command.add_option("--threads", machine.threads, "CPU threads; default: all that the process may use")
      ->type_name("N")
      ->check(CLI::Range(1, 4096));
}

void add_run_options(CLI::App& command, run_options& run, log_options& log, const std::string& out) {
  command.add_option("--out", run.out, out)->type_name("DIR");
  command.add_flag("--force", run.force, "Replace the folder of an earlier run");
  add_machine_options(command, run);
  add_log_options(command, log);
}

constexpr const char* exit_codes_of_runs =
    "Exit codes: 0 done, 1 internal error, or done without the page or metrics asked for, 2 usage or\n"
    "configuration, 3 data refused, 4 done but a limit is not kept, 5 done but not as precise as asked,\n"
    "6 out of memory, device or disk, 75 stopped by a signal: start again.";

void add_override_option(CLI::App& command, std::vector<std::string>& overrides) {
  command.add_option("--set", overrides, "Override a key of the configuration: key.path=value (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->take_all();
}

void add_config(CLI::App& command, std::filesystem::path& config) {
  command.add_option("CONFIG", config, "Configuration file (YAML)")->required();
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app(
      "Risk of large cap-weighted universes: who drives the index, how concentrated it is, what may happen.",
      "topheavy");
  app.set_version_flag("--version", "topheavy " + program_provenance().version);
  app.require_subcommand(1);
  // Each command has its own: what it takes, an example, what it leaves behind, how it ends.
  app.footer(
      "First steps:\n"
      "  topheavy demo                                     a made-up universe, results in topheavy-demo/run\n"
      "  topheavy run my-index.yaml --out results/2026-07-22\n"
      "  topheavy diff results/2026-07-21 results/2026-07-22\n"
      "`topheavy COMMAND --help` says the rest.");

  log_options log;
  run_options run;
  CLI::App* run_app = app.add_subcommand("run", "Compute what CONFIG asks for and write a run folder");
  add_config(*run_app, run.config);
  add_run_options(*run_app, run, log,
                  "Folder of the results, {as_of} in it standing for the date; default: "
                  "topheavy-runs/<name>-<as_of>");
  add_override_option(*run_app, run.overrides);
  run_app->add_flag(
      "--if-changed", run.if_changed,
      "Do nothing where the folder is of a run of this program on the same inputs and configuration");
  run_app->footer(
      std::string(
          "The smallest CONFIG has one key; the panel has columns date, symbol, market_cap, and return "
          "or close:\n"
          "  data: {panel: panel.parquet}\n"
          "Sectors come from data.constituents, regimes from data.volatility, VaR and ES from "
          "scenarios.\n"
          "Every key: configs/README.md, or `topheavy schema`.\n\n"
          "Examples:\n"
          "  topheavy run my-index.yaml --out results/2026-07-22\n"
          "  topheavy run my-index.yaml --set as_of=2026-04-24 --set data.max_abs_return=2\n"
          "  topheavy run my-index.yaml --out 'results/{as_of}' --if-changed\n\n"
          "The folder appears whole or not at all: summary.json with every headline number, tables of\n"
          "days, groups, constituents, windows, correlations and scenarios in Parquet, manifest.json;\n"
          "with report.page also report.html and summary.md.\n\n") +
      exit_codes_of_runs);

  std::filesystem::path config;
  std::vector<std::string> overrides;
  CLI::App* validate_app = app.add_subcommand(
      "validate", "Check CONFIG, its files of rules and stresses, and that its tables exist");
  add_config(*validate_app, config);
  add_override_option(*validate_app, overrides);
  validate_app->footer(
      "All problems are told at once, each with file:line:column. Files of rules and stresses are read too,\n"
      "tables are not. Exit codes: 0 valid, 2 not.");

  run_options demo;
  CLI::App* demo_app =
      app.add_subcommand("demo", "Make a synthetic universe and run it: nothing to download");
  add_run_options(*demo_app, demo, log, "Folder of it all; default: topheavy-demo");
  demo_app->footer(
      std::string("Leaves DIR/config.yaml to play with, its tables in DIR/data, and the results in "
                  "DIR/run:\n"
                  "  topheavy run topheavy-demo/config.yaml --set as_of=2026-04-14\n\n") +
      exit_codes_of_runs);

  generate_options make;
  CLI::App* generate_app = app.add_subcommand("generate", "Write a synthetic universe and its configuration");
  generate_app->add_option("--out", make.out, "Folder to write")->type_name("DIR")->required();
  generate_app->add_option("--constituents", make.constituents, "Number of constituents")
      ->type_name("N")
      ->check(CLI::Range(least_constituents, most_constituents))
      ->capture_default_str();
  generate_app->add_option("--days", make.days, "Number of trading days")
      ->type_name("T")
      ->check(CLI::Range(least_days, most_days))
      ->capture_default_str();
  generate_app->add_option("--seed", make.seed, "The same seed gives the same universe")
      ->type_name("S")
      ->capture_default_str();
  generate_app->add_option("--format", make.format, "Of the panel: parquet or csv")
      ->check(CLI::IsMember({"parquet", "csv"}))
      ->capture_default_str();
  generate_app->add_option("--row-group-rows", make.row_group_rows, "Rows a Parquet row group")
      ->type_name("R")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()))
      ->capture_default_str();
  generate_app->add_flag("--force", make.force, "Replace the files of an earlier universe");
  add_log_options(*generate_app, log);
  generate_app->footer(
      "Writes DIR/config.yaml, ready to run, and the tables that it names:\n"
      "  topheavy generate --out big --constituents 4000 --days 1300 && topheavy run big/config.yaml\n"
      "Exit codes: 0 done, 2 usage, 6 out of memory or disk, 75 stopped by a signal.");

  diff_options diff;
  CLI::App* diff_app = app.add_subcommand("diff", "What changed from run A to run B, and why");
  diff_app->add_option("A", diff.a, "Folder of the earlier run")->type_name("DIR")->required();
  diff_app->add_option("B", diff.b, "Folder of the later run")->type_name("DIR")->required();
  diff_app->add_option("--json", diff.json, "Write it in full precision (schema topheavy.diff/1)")
      ->type_name("FILE");
  diff_app->add_flag("--totals", diff.totals, "Only the changes, without the reruns that split them");
  add_machine_options(*diff_app, diff);
  add_log_options(*diff_app, log);
  diff_app->footer(
      "Every headline figure of A and B, and the change of HHI, VaR and ES split into parts. Starting from\n"
      "A's inputs, one part after another is taken from B and the figures are computed again, in memory:\n"
      "  members         the constituents at the close, and the labels of all\n"
      "  caps            their caps at the close\n"
      "  history window  the panel: its days, returns and caps, and data.lookback_days\n"
      "  regime          the volatility index; until here A's, its last level carried on\n"
      "  configuration   everything else\n"
      "  program         what is left where another program made A or B; else 0\n"
      "Inputs are read where the runs found them. Where they are gone, or give other figures, there is no\n"
      "split, and the reason is told. Exit codes: 0 done, 2 usage or not the folder of a run, 3 a folder\n"
      "whose files were changed, 6 out of memory, device or disk, 75 stopped by a signal.");

  CLI::App* schema_app =
      app.add_subcommand("schema", "Print the JSON Schema of the configuration, for editors");
  bool of_rules = false;
  bool of_stress = false;
  auto* const rules_flag = schema_app->add_flag("--rules", of_rules, "That of a file of rules instead");
  schema_app->add_flag("--stress", of_stress, "That of a stress instead")->excludes(rules_flag);
  schema_app->footer("  topheavy schema > topheavy.schema.json\nHow an editor finds it: configs/README.md.");
  CLI::App* info_app = app.add_subcommand("info", "Print version, build and the back ends of this machine");
  info_app->footer("");

  // Else the parser only says that a command is missing.
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (argc > 1 && argv[1][0] != '-' && std::find(names.begin(), names.end(), argv[1]) == names.end()) {
    start_log(log_style::plain);
    log_error(unknown_name("command", argv[1], {names.begin(), names.end()}));
    return wrong_command_line;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : wrong_command_line;
  }
  start_log(log.quiet ? log_style::quiet : log.json ? log_style::json : log_style::plain);
  run.quiet = demo.quiet = make.quiet = diff.quiet = log.quiet;

  if (run_app->parsed()) return run_command(run);
  if (diff_app->parsed()) return diff_command(diff);
  if (validate_app->parsed()) return validate_command(config, overrides);
  if (demo_app->parsed()) return demo_command(demo);
  if (generate_app->parsed()) return generate_command(make);
  if (schema_app->parsed()) {
    return schema_command(of_rules    ? schema_kind::rules
                          : of_stress ? schema_kind::stress
                                      : schema_kind::configuration);
  }
  if (info_app->parsed()) return info_command();
  return wrong_command_line;
}

}  // namespace topheavy

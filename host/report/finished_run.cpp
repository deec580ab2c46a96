// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/finished_run.h"

#include "host/base/error.h"
#include "host/base/sha256.h"
#include "host/config/config.h"
#include "host/report/page.h"
#include "host/report/summary_json.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>
#include <tuple>

#include <fmt/format.h>

namespace topheavy {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw error(error_class::usage,
              fmt::format("{}: {}; must be the folder of a finished run", file.string(), why));
}

// keep: the only keys of the top level that are wanted, or none for all.
json read_json(const fs::path& file, std::string_view schema, const std::vector<std::string>& keep = {}) {
  const auto unwanted = [&](int depth, json::parse_event_t event, json& key) {
    return keep.empty() || depth != 1 || event != json::parse_event_t::key ||
           std::find(keep.begin(), keep.end(), key.get<std::string>()) != keep.end();
  };
  if (!fs::is_regular_file(file)) refuse(file, "there is no such file");
  std::ifstream in(file, std::ios::binary);
  if (!in) refuse(file, fmt::format("cannot be read ({})", std::strerror(errno)));
  json read;
  try {
    read = json::parse(in, unwanted);
  } catch (const json::exception& wrong) {
    refuse(file, fmt::format("is not JSON ({})", wrong.what()));
  }
  const json found = read.is_object() ? read.value("schema", json(nullptr)) : json(nullptr);
  if (found != schema) refuse(file, fmt::format("has the schema {}, not \"{}\"", found.dump(), schema));
  return read;
}

}  // namespace

json read_manifest(const fs::path& folder) { return read_json(folder / "manifest.json", manifest_schema); }

json read_summary(const fs::path& folder) { return read_json(folder / "summary.json", summary_schema); }

std::optional<fs::path> previous_run(const fs::path& target, const std::string& name, date as_of) {
  const fs::path place = fs::absolute(target).lexically_normal().parent_path();
  const std::string today = to_iso(as_of);
  std::tuple<std::string, std::string, fs::path> newest;  // as of, finished, folder
  std::error_code unreadable;
  for (auto entry = fs::directory_iterator(place, unreadable); entry != fs::directory_iterator();
       entry.increment(unreadable)) {
    const std::string file = entry->path().filename().string();
    // Hidden ones are unfinished, and a link shows what has its own name.
    std::error_code unknown;
    if (file.starts_with('.') || entry->is_symlink(unknown)) continue;
    if (!fs::exists(entry->path() / "manifest.json", unknown)) continue;
    try {
      const json summary =
          read_json(entry->path() / "summary.json", summary_schema, {"schema", "name", "as_of"});
      const std::string day = summary.at("as_of");
      if (summary.at("name") != name || day >= today) continue;
      if (day < std::get<0>(newest)) continue;
      newest = std::max(newest, {day, read_manifest(entry->path()).at("finished"), entry->path()});
    } catch (const std::exception&) {  // something that is no run of ours
      continue;
    }
  }
  if (std::get<0>(newest).empty()) return std::nullopt;
  return std::get<2>(newest);
}

std::optional<std::string> recorded_digest(const std::optional<fs::path>& folder) {
  if (!folder) return std::nullopt;
  return read_json(*folder / "manifest.json", manifest_schema, {"schema", "digest"}).at("digest");
}

bool has_run_of(const fs::path& folder, const settings& s, const std::vector<hashed_file>& read_files,
                const std::optional<std::string>& previous_digest) {
  std::error_code unknown;
  if (!fs::exists(folder / "manifest.json", unknown)) return false;
  if (s.report.page && !has_page(folder)) return false;
  try {
    const json found = read_manifest(folder);
    // Tables by their size, which costs nothing; the summary by its sum: it is read and told again.
    const auto is_whole = [&](const json& output) {
      const fs::path file = folder / output.at("file").get<std::string>();
      return fs::file_size(file) == output.at("bytes") &&
             (file.filename() != "summary.json" || sha256_of_file(file) == output.at("sha256"));
    };
    const json& outputs = found.at("outputs");
    if (!std::all_of(outputs.begin(), outputs.end(), is_whole)) return false;
    if (s.report.page &&
        found.at("previous_digest") != json(previous_digest ? json(*previous_digest) : json()))
      return false;
    const auto same_content = [](const json& input, const hashed_file& file) {
      return input.at("sha256") == file.sha256;
    };
    const json& inputs = found.at("inputs");
    return found.at("program") == program_json() && found.at("config") == resolved_settings(s) &&
           std::equal(inputs.begin(), inputs.end(), read_files.begin(), read_files.end(), same_content);
  } catch (const std::exception&) {  // of an older version, or damaged: to be made anew
    return false;
  }
}

}  // namespace topheavy

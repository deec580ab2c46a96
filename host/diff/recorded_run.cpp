// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/diff/recorded_run.h"

#include "host/base/error.h"
#include "host/base/sha256.h"
#include "host/report/finished_run.h"

#include <fmt/format.h>

namespace topheavy {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

[[noreturn]] void refuse(const fs::path& what, const std::string& why) {
  throw error(
      error_class::usage,
      fmt::format("{}: {}; must be a folder that `topheavy run` has written, whole", what.string(), why));
}

std::string text_at(const fs::path& file, const json& of, const char* pointer) {
  const json::json_pointer place(pointer);
  if (!of.contains(place) || !of.at(place).is_string())
    refuse(file, fmt::format("has no text at {}", pointer));
  return of.at(place).get<std::string>();
}

std::string recorded_sha256(const fs::path& file, const json& manifest, const char* output) {
  for (const json& entry : manifest.value("outputs", json::array())) {
    if (entry.is_object() && entry.value("file", json(nullptr)) == output)
      return text_at(file, entry, "/sha256");
  }
  refuse(file, fmt::format("does not list {}", output));
}

}  // namespace

recorded_run read_run(const fs::path& folder) {
  recorded_run run;
  run.folder = folder.lexically_normal();
  if (!run.folder.has_filename()) run.folder = run.folder.parent_path();
  if (!fs::is_directory(folder)) refuse(folder, "there is no such folder");
  const fs::path summary = run.folder / "summary.json", manifest = run.folder / "manifest.json";
  run.manifest = read_manifest(run.folder);
  run.summary = read_summary(run.folder);
  const std::string expected = recorded_sha256(manifest, run.manifest, "summary.json");
  const std::string found = sha256_of_file(summary);
  if (found != expected) {
    throw error(
        error_class::data,
        fmt::format("{}: was changed after the run: its SHA-256 is {}, manifest.json says {}; restore "
                    "it, or run again",
                    summary.string(), found, expected));
  }
  run.name = text_at(summary, run.summary, "/name");
  run.as_of = text_at(summary, run.summary, "/as_of");
  run.digest = text_at(summary, run.summary, "/digest");
  run.version = text_at(summary, run.summary, "/run/version");
  return run;
}

}  // namespace topheavy

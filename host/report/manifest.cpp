// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/manifest.h"

#include "host/base/provenance.h"
#include "host/base/sha256.h"
#include "host/config/config.h"

#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

nlohmann::ordered_json files_json(const std::vector<hashed_file>& files) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const hashed_file& f : files)
    list.push_back({{"file", f.name}, {"bytes", f.bytes}, {"sha256", f.sha256}});
  return list;
}

}  // namespace

nlohmann::ordered_json program_json() {
  const provenance p = program_provenance();
  return {{"version", p.version}, {"commit", p.commit}, {"compiler", p.compiler},
          {"flags", p.flags},     {"cuda", p.cuda},     {"arrow", p.arrow}};
}

nlohmann::ordered_json seeds_json(const run_record& run) {
  nlohmann::ordered_json seeds;
  for (const auto& [set, seed] : run.seeds) seeds[set] = seed;
  return seeds;
}

hashed_file hash_file(const std::filesystem::path& file, const std::string& name) {
  return {name, std::filesystem::file_size(file), sha256_of_file(file)};
}

nlohmann::ordered_json manifest(const settings& s, const run_record& run, const std::string& digest,
                                const std::optional<std::string>& previous_digest,
                                const std::string& started_utc, const std::vector<hashed_file>& inputs,
                                const std::vector<hashed_file>& outputs) {
  return {{"schema", manifest_schema},
          {"program", program_json()},
          {"host", program_provenance().host},
          {"started", started_utc},
          {"finished", utc_now()},
          {"wall_seconds", run.wall_seconds},
          {"backend", run.backend},
          {"backend_reason", run.backend_reason},
          {"device", run.device},
          {"threads", run.threads},
          {"seed", seeds_json(run)},
          {"digest", digest},
          {"previous_digest",
           previous_digest ? nlohmann::ordered_json(*previous_digest) : nlohmann::ordered_json()},
          {"config", resolved_settings(s)},
          {"inputs", files_json(inputs)},
          {"outputs", files_json(outputs)}};
}

}  // namespace topheavy

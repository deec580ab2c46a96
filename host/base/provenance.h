// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

// Where a number came from: the same words on top of every record and every benchmark result. None of it enters the
// digest.
namespace topheavy {

struct provenance {
  std::string version;   // of the program
  std::string commit;    // git commit and "-dirty" where the tree was changed; "unknown" outside a repository
  std::string compiler;  // name and version
  std::string flags;     // numeric flags and build type
  std::string cuda;      // toolkit version, or "none"
  std::string arrow;     // version and origin
  std::string host;      // name of the machine
};

provenance program_provenance();
std::string utc_now();  // "2026-07-22T21:04:05Z"

}  // namespace topheavy

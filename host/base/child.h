// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace topheavy {

struct child_end {
  int status = 0;      // its exit status; 128 and the signal's number where one ended it
  std::string output;  // what it said on stdout and stderr, the end of it where that is long
};

// Runs a program (arguments[0] is looked for on the PATH) with no shell between, nothing on its stdin, and waits. Where a
// stop is asked for, it and all that it has started are ended, and error(retry) is thrown. Throws error(internal) where
// it cannot be started.
child_end run_child(const std::vector<std::string>& arguments);

// The command as one would type it in a shell.
std::string shell_words(const std::vector<std::string>& arguments);

}  // namespace topheavy

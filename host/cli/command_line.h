// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace topheavy {

// Parses the command line, starts the log and runs the command; returns its exit code. A wrong command line is exit 2,
// --help and --version 0. Lets errors of the command pass.
int run_command_line(int argc, char** argv);

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run asked to stop (SIGINT, SIGTERM, SIGUSR1) ends at the next point where it looks, leaves no half result and exits
// with 75.
namespace topheavy {

void watch_for_stop();  // installs the signal handlers; once, from main
void throw_if_stopped();  // throws error(retry) naming the signal where one has come; cheap enough for inner loops

}  // namespace topheavy

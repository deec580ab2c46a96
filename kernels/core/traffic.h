// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace topheavy {

// What an operation cannot do without, as its contract counts it: the benches divide by time.
struct traffic {
  double items;       // member-days, or what the operation's header says
  double bytes_read;  // each value once, however often a body reads it
  double bytes_written;
};

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/cli/machine.h"

#include "host/base/error.h"

#include <stdexcept>

#include <fmt/format.h>

namespace topheavy {

chosen_backend choose(const machine_options& options) {
  try {
    return choose_backend(options.backend, options.devices);
  } catch (const std::invalid_argument& wrong) {  // the name was checked with the command line
    throw error(error_class::usage, fmt::format("--devices: {}", wrong.what()));
  }
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

// What a caller may want to tell apart; a wrong argument is std::invalid_argument with the value in the text.
namespace topheavy {

// The back end asked for cannot run here; the text says why.
struct backend_unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A device has too little memory; the text is a table of what is held there, labels and bytes.
struct out_of_device_memory : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace topheavy

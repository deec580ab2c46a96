// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

// Which of the devices of a machine work, by their index there: the first for the panel, all for scenarios.
namespace topheavy {

struct device_status {
  bool available = false;
  std::string reason;  // why not, or the device in words
};

// "0, 1"
std::string text_of(const std::vector<int>& list);

// The devices that work: those asked for, of which one may be listed twice; where none are, all that are available. Throws
// std::invalid_argument naming what there is where an index does not exist, backend_unavailable where one that is asked
// for, or each of all, cannot run.
std::vector<int> choose_devices(const std::vector<int>& asked, const std::vector<device_status>& there);

// "2 x NVIDIA H200", "NVIDIA H200, listed 2 times", "NVIDIA H200; NVIDIA A100", and what cannot run: "NVIDIA H200; without
// device 1 (NVIDIA H200: out of memory)".
std::string devices_in_words(const std::vector<int>& list, const std::vector<device_status>& there);

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/device_list.h"

#include "kernels/errors.h"

#include <algorithm>
#include <cstddef>

namespace topheavy {
namespace {

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

std::string number_and_reason(std::size_t index, const device_status& one) {
  return std::to_string(index) + " (" + one.reason + ")";
}

}  // namespace

std::string text_of(const std::vector<int>& list) {
  std::vector<std::string> numbers;
  for (const int index : list) numbers.push_back(std::to_string(index));
  return joined(numbers, ", ");
}

std::vector<int> choose_devices(const std::vector<int>& asked, const std::vector<device_status>& there) {
  const auto exists = [&](int index) { return index >= 0 && static_cast<std::size_t>(index) < there.size(); };
  for (const int index : asked) {
    if (exists(index)) continue;
    std::vector<std::string> known;
    for (std::size_t i = 0; i < there.size(); ++i) known.push_back(number_and_reason(i, there[i]));
    throw std::invalid_argument("no device " + std::to_string(index) + "; there " +
                                (known.size() == 1 ? "is " : "are ") + joined(known, ", "));
  }
  std::vector<int> chosen = asked;
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < there.size(); ++i) {
    const auto index = static_cast<int>(i);
    const bool wanted = asked.empty() || std::find(asked.begin(), asked.end(), index) != asked.end();
    if (wanted && !there[i].available) faults.push_back("device " + number_and_reason(i, there[i]));
    if (asked.empty() && there[i].available) chosen.push_back(index);
  }
  if (!faults.empty() && (!asked.empty() || chosen.empty())) {
    throw backend_unavailable(joined(faults, ", ") + " cannot run");
  }
  return chosen;
}

std::string devices_in_words(const std::vector<int>& list, const std::vector<device_status>& there) {
  struct entry {
    std::string words;
    std::size_t devices;
  };
  std::vector<entry> entries;
  std::vector<int> told;
  for (const int index : list) {
    if (std::find(told.begin(), told.end(), index) != told.end()) continue;
    told.push_back(index);
    std::string words = there.at(static_cast<std::size_t>(index)).reason;
    const auto times = std::count(list.begin(), list.end(), index);
    if (times > 1) words += ", listed " + std::to_string(times) + " times";
    if (!entries.empty() && entries.back().words == words) {
      ++entries.back().devices;
    } else {
      entries.push_back({words, 1});
    }
  }
  std::vector<std::string> parts;
  for (const entry& one : entries) {
    parts.push_back((one.devices > 1 ? std::to_string(one.devices) + " x " : "") + one.words);
  }
  for (std::size_t i = 0; i < there.size(); ++i) {
    if (!there[i].available) parts.push_back("without device " + number_and_reason(i, there[i]));
  }
  return joined(parts, "; ");
}

}  // namespace topheavy

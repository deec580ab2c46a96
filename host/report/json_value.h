// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

// Values that may be missing, for summary.json.
namespace topheavy {

// null where it is not finite: JSON has no NaN.
inline nlohmann::ordered_json number(double v) {
  return std::isfinite(v) ? nlohmann::ordered_json(v) : nlohmann::ordered_json(nullptr);
}

template <typename T>
nlohmann::ordered_json number(const std::optional<T>& v) {
  return v ? nlohmann::ordered_json(*v) : nlohmann::ordered_json(nullptr);
}

// null where it is empty.
inline nlohmann::ordered_json text(const std::string& t) {
  return t.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(t);
}

}  // namespace topheavy

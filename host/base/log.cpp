// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/log.h"

#include <memory>

#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace topheavy {
namespace {

log_style style_of_run = log_style::plain;

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> only = [] {
    auto made =
        std::make_shared<spdlog::logger>("topheavy", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->flush_on(spdlog::level::info);
    made->set_pattern("topheavy: %v");
    return made;
  }();
  return *only;
}

void write(spdlog::level::level_enum level, std::string_view text) {
  if (style_of_run == log_style::json) {
    // The text is escaped here; the pattern adds what it knows of itself.
    const nlohmann::json escaped(text);
    logger().log(level, "{}", escaped.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    logger().log(level, "{}", text);
  }
}

}  // namespace

void start_log(log_style style) {
  style_of_run = style;
  if (style == log_style::json) {
    logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":%v})");
  } else {
    logger().set_pattern("topheavy: %v");
  }
  logger().set_level(style == log_style::quiet ? spdlog::level::err : spdlog::level::info);
}

log_style current_log_style() { return style_of_run; }
void log_info(std::string_view text) { write(spdlog::level::info, text); }
void log_warning(std::string_view text) { write(spdlog::level::warn, text); }
void log_error(std::string_view text) { write(spdlog::level::err, text); }

}  // namespace topheavy

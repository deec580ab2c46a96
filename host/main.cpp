// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/base/log.h"
#include "host/base/stop.h"
#include "host/cli/command_line.h"
#include "kernels/backend.h"

#include <exception>
#include <new>
#include <string>

// Errors to exit codes (specification, section 9), nothing else.
namespace {

constexpr int internal_error = 1;
constexpr int usage_error = 2;
constexpr int out_of_resources = 6;

int exit_code(topheavy::error_class kind) {
  switch (kind) {
    case topheavy::error_class::usage:
      return usage_error;
    case topheavy::error_class::data:
      return 3;
    case topheavy::error_class::resources:
      return out_of_resources;
    case topheavy::error_class::internal:
      return internal_error;
    case topheavy::error_class::retry:
      return 75;
  }
  return internal_error;
}

}  // namespace

int main(int argc, char** argv) {
  topheavy::watch_for_stop();
  try {
    return topheavy::run_command_line(argc, argv);
  } catch (const topheavy::error& e) {
    topheavy::log_error(e.what());
    return exit_code(e.kind());
  } catch (const topheavy::backend_unavailable& e) {
    topheavy::log_error(e.what());
    return out_of_resources;
  } catch (const topheavy::out_of_device_memory& e) {
    topheavy::log_error(
        std::string(e.what()) +
        "\nno smaller chunk of the work is left to try: free memory of the device, or run with "
        "--backend cpu");
    return out_of_resources;
  } catch (const std::bad_alloc&) {
    topheavy::log_error("out of memory");
    return out_of_resources;
  } catch (const std::exception& e) {
    topheavy::log_error(std::string("internal error: ") + e.what());
    return internal_error;
  }
}

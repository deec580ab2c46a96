// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/backend.h"

#include "kernels/cpu_backend.h"
#include "kernels/cuda_backend.h"

namespace topheavy {
namespace {

struct known_backend {
  backend_status (*status)();
  std::unique_ptr<backend> (*make)();
};

backend_status cpu_status() { return {"cpu", true, cpu_backend().device()}; }
std::unique_ptr<backend> make_cpu_backend() { return std::make_unique<cpu_backend>(); }

// In order of preference; the last one runs everywhere.
constexpr known_backend known[] = {{cuda_status, make_cuda_backend}, {cpu_status, make_cpu_backend}};

}  // namespace

std::vector<backend_status> known_backends() {
  std::vector<backend_status> list;
  for (const known_backend& one : known) list.push_back(one.status());
  return list;
}

chosen_backend choose_backend(std::string_view asked) {
  std::string passed_over;  // why not a preferred one
  std::string names = "auto";
  for (const known_backend& one : known) {
    const backend_status status = one.status();
    if (asked == status.name) {
      if (!status.available) throw backend_unavailable(status.name + ": " + status.reason);
      return {one.make(), "asked for"};
    }
    names += ", " + status.name;
    if (asked != "auto") continue;
    if (status.available) {
      try {
        return {one.make(), "first available" + passed_over};
      } catch (const std::runtime_error& failure) {  // a device that is there and cannot be used, say full
        passed_over += "; not " + status.name + ": " + failure.what();
        continue;
      }
    }
    passed_over += "; not " + status.name + ": " + status.reason;
  }
  if (asked == "auto") throw backend_unavailable("no back end can run" + passed_over);
  throw std::invalid_argument("unknown back end '" + std::string(asked) + "'; known: " + names);
}

}  // namespace topheavy

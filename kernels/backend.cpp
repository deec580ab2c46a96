// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/backend.h"

#include "kernels/cpu_backend.h"
#include "kernels/cuda_backend.h"

namespace topheavy {
namespace {

struct known_backend {
  std::string_view name;
  backend_status (*status)();  // asks the machine: a device is woken up by it
  std::unique_ptr<backend> (*make)(const std::vector<int>& devices);
};

backend_status status_of_cuda() { return cuda_status(); }
backend_status cpu_status() { return {"cpu", true, cpu_backend().device()}; }
std::unique_ptr<backend> make_cpu_backend(const std::vector<int>& devices) {
  if (devices.empty()) return std::make_unique<cpu_backend>();
  throw std::invalid_argument("the back end cpu takes no list of devices, given " + text_of(devices) +
                              "; leave the list out, or ask for cuda");
}

// In order of preference; the last one runs everywhere.
constexpr known_backend known[] = {{"cuda", status_of_cuda, make_cuda_backend},
                                   {"cpu", cpu_status, make_cpu_backend}};

chosen_backend first_available() {
  std::string passed_over;
  for (const known_backend& one : known) {
    const backend_status status = one.status();
    std::string why_not = status.reason;
    if (status.available) {
      try {
        return {one.make({}), "first available" + passed_over};
      } catch (const std::runtime_error& failure) {  // a device that is there and cannot be used: full, say
        why_not = failure.what();
      }
    }
    passed_over += "; not " + status.name + ": " + why_not;
  }
  throw backend_unavailable("no back end can run" + passed_over);
}

}  // namespace

std::vector<backend_status> known_backends() {
  std::vector<backend_status> list;
  for (const known_backend& one : known) list.push_back(one.status());
  return list;
}

chosen_backend choose_backend(std::string_view asked, const std::vector<int>& devices) {
  if (asked == "auto") {
    if (devices.empty()) return first_available();
    return {make_cuda_backend(devices), "its devices are asked for"};
  }
  std::string names = "auto";
  for (const known_backend& one : known) {
    if (asked == one.name) return {one.make(devices), "asked for"};
    names += ", " + std::string(one.name);
  }
  throw std::invalid_argument("unknown back end '" + std::string(asked) + "'; known: " + names);
}

}  // namespace topheavy

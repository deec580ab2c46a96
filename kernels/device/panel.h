// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/view.h"
#include "kernels/device/buffer.h"
#include "kernels/device/check.h"
#include "kernels/device/transfer.h"

#include <cstddef>
#include <cstdint>
#include <vector>

// A device's copy of the panel it was last given, whole or the part that is worked on.
namespace topheavy {

class device_panel {
 public:
  explicit device_panel(device_ledger& ledger) : ledger_(&ledger) {}

  device_ledger& ledger() const { return *ledger_; }

  // Bytes there are for a pass and the part of the panel it reads: what is free, and what a copy holds that can go.
  std::size_t available() const {
    return ledger_->available() + sizeof(double) * (cap_.size() + ret_.size());
  }
  static constexpr std::size_t bytes_each = 2 * sizeof(double);  // a cell: its cap and its return

  // Lets the copy go where less than `bytes` are free beside it.
  void make_room(std::size_t bytes) {
    if (ledger_->available() < bytes) release();
  }

  // The copy stays for the next call that asks for the whole of the same panel, known by address and extents.
  panel_view whole(panel_view host) {
    const bool same = host.cap == host_.cap && host.ret == host_.ret && host.days == host_.days &&
                      host.constituents == host_.constituents;
    if (!same) {
      copy(host, {host.cap, host.days, host.constituents, host.constituents},
           {host.ret, host.days, host.constituents, host.constituents});
      ledger_->stream().wait();
      host_ = host;
    }
    return there_;
  }

  // A copy of some of it, which takes the place of the one before.
  panel_view days(panel_view host, std::size_t first, std::size_t count) {
    const std::size_t at = first * host.constituents;
    return copy(host, {host.cap + at, count, host.constituents, host.constituents},
                {host.ret + at, count, host.constituents, host.constituents});
  }
  panel_view constituents(panel_view host, std::size_t first, std::size_t count) {
    return copy(host, {host.cap + first, host.days, count, host.constituents},
                {host.ret + first, host.days, count, host.constituents});
  }

  // The returns of some days, which ascend, one after another; no caps.
  panel_view returns(panel_view host, const std::vector<std::int32_t>& days) {
    release();
    const std::size_t names = host.constituents;
    ret_ = device_buffer<double>(*ledger_, days.size() * names, "returns of a set of days");
    for (std::size_t first = 0, count = 1; first < days.size(); first += count, count = 1) {
      while (first + count < days.size() &&
             days[first + count] == days[first] + static_cast<std::int32_t>(count)) {
        ++count;
      }
      check(cudaMemcpyAsync(ret_.data() + first * names,
                            host.ret + static_cast<std::size_t>(days[first]) * names,
                            count * names * sizeof(double), cudaMemcpyHostToDevice, ledger_->stream().get()));
    }
    return there_ = {nullptr, ret_.data(), days.size(), names};
  }

 private:
  void release() {
    host_ = {};
    there_ = {};
    cap_ = {};
    ret_ = {};
  }

  panel_view copy(panel_view host, host_part<const double> cap, host_part<const double> ret) {
    release();  // before the new copy is allocated
    if (host.days * host.constituents == 0) return there_ = {nullptr, nullptr, cap.rows, cap.columns};
    cap_ = uploaded(*ledger_, cap, "panel caps");
    ret_ = uploaded(*ledger_, ret, "panel returns");
    return there_ = {cap_.data(), ret_.data(), cap.rows, cap.columns};
  }

  device_ledger* ledger_;
  panel_view host_;  // of which there_ is the whole copy; empty where it is a part
  panel_view there_;
  device_buffer<double> cap_;
  device_buffer<double> ret_;
};

}  // namespace topheavy

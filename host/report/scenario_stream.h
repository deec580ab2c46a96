// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/report/digest.h"
#include "host/report/table.h"
#include "host/scenario/scenarios.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace topheavy {

// scenarios.parquet while scenarios are computed: set, scenario, index_return, max_drawdown, top_10, hhi, effective_n, and
// <dimension>.<group>, the return of each group of any set; null where a set does not have the group.
class scenario_stream : public scenario_rows {
 public:
  // Throws error(usage) where two columns have one name, which labels alone decide; error(resources) where the disk has no
  // room for so many rows.
  scenario_stream(std::filesystem::path folder, const settings& s, const history& h, std::uint64_t rows);

  void write(const std::string& set, const std::vector<dimension>& dimensions, const figure_table& figures,
             std::size_t first, std::size_t count) override;
  void close() { table_.close(); }
  std::string digest() const { return digest_.hex(); }

 private:
  std::vector<std::pair<std::string, std::string>> groups_;  // dimension, group
  table_stream table_;
  streamed_digest digest_;
};

}  // namespace topheavy

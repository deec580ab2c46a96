// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/constituents.h"

#include "host/base/error.h"
#include "host/config/node.h"
#include "host/config/source_text.h"
#include "host/data/table_file.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace topheavy {
namespace {

const std::string& text_at(const column_values& column, std::size_t row) {
  return column.texts[static_cast<std::size_t>(column.codes[row])];
}

[[noreturn]] void refuse_different(const std::filesystem::path& file, const std::string& symbol,
                                   const std::string& column, const std::string& a, const std::string& b) {
  throw error(
      error_class::data,
      fmt::format("{}: different rows of symbol '{}': {} is '{}' and '{}'; keep one row", file.string(),
                  shown(symbol), shown(column), shown(std::min(a, b)), shown(std::max(a, b))));
}

// A label is printed, by lines where it has several.
void check_labels(const column_values& column, const std::string& name, const table_block& block,
                  const std::filesystem::path& file) {
  for (std::size_t i = 0; i < block.rows; ++i) {
    const std::string& text = text_at(column, i);
    const auto strange = first_strange_byte(text, name == "symbol" ? "" : "\t\n\r");
    if (!strange) continue;
    throw error(error_class::data,
                fmt::format("{}: {:?} is not plain text ({}); correct it",
                            cell_name(file, block.first_row + static_cast<std::int64_t>(i), name), text,
                            strange->what()));
  }
}

// The rows of the table in the order of symbols, one of each; identical ones fall together.
std::vector<std::size_t> distinct_rows(const constituents_table& table) {
  std::vector<std::size_t> rows(table.symbols.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::size_t a, std::size_t b) { return table.symbols[a] < table.symbols[b]; });
  std::vector<std::size_t> kept;
  for (const std::size_t row : rows) {
    if (kept.empty() || table.symbols[kept.back()] != table.symbols[row]) {
      kept.push_back(row);
      continue;
    }
    for (const auto& [column, values] : table.labels) {
      const auto& [first, second] = std::tie(values[kept.back()], values[row]);
      if (first != second) refuse_different(table.file, table.symbols[row], column, first, second);
    }
  }
  return kept;
}

}  // namespace

constituents_table read_constituents(const std::filesystem::path& file) {
  const table_file input(file);
  input.require({{"symbol"}, {"sector"}});
  std::vector<column_request> wanted{{"symbol", column_kind::text}};
  for (const std::string& name : input.columns()) {
    if (name != "symbol") wanted.push_back({name, column_kind::label});
  }
  constituents_table read;
  read.file = file;
  for (std::size_t c = 1; c < wanted.size(); ++c) read.labels[wanted[c].name] = {};
  input.read(wanted, [&](const table_block& block) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      read.symbols.push_back(text_at(block.columns[0], i));
      if (read.symbols.back().empty()) {
        const auto row = block.first_row + static_cast<std::int64_t>(i);
        throw error(error_class::data, cell_name(file, row, "symbol") + ": the symbol is missing");
      }
    }
    for (std::size_t c = 0; c < wanted.size(); ++c)
      check_labels(block.columns[c], wanted[c].name, block, file);
    for (std::size_t c = 1; c < wanted.size(); ++c) {
      auto& values = read.labels[wanted[c].name];
      for (std::size_t i = 0; i < block.rows; ++i) values.push_back(text_at(block.columns[c], i));
    }
  });
  if (read.symbols.empty()) throw error(error_class::data, file.string() + ": the table has no rows");

  constituents_table table;
  table.file = file;
  const auto rows = distinct_rows(read);
  for (const std::size_t row : rows) table.symbols.push_back(std::move(read.symbols[row]));
  for (auto& [column, values] : read.labels) {
    auto& sorted = table.labels[column];
    sorted.reserve(rows.size());
    for (const std::size_t row : rows) sorted.push_back(std::move(values[row]));
  }
  return table;
}

classification classify(const panel& data, const constituents_table& table, data_quality& quality) {
  std::vector<std::size_t> row_of(data.constituents());  // table.symbols.size(): none
  std::int64_t unclassified = 0;
  for (std::size_t n = 0; n < data.constituents(); ++n) {
    const auto found = std::lower_bound(table.symbols.begin(), table.symbols.end(), data.symbols[n]);
    const bool is_known = found != table.symbols.end() && *found == data.symbols[n];
    row_of[n] = is_known ? static_cast<std::size_t>(found - table.symbols.begin()) : table.symbols.size();
    if (is_known) continue;
    if (unclassified++ == 0) quality.first_dropped["unclassified"] = data.symbols[n];
  }

  classification result;
  for (const auto& [column, values] : table.labels) {
    auto& labels = result.labels[column];
    labels.resize(data.constituents());
    for (std::size_t n = 0; n < data.constituents(); ++n) {
      if (row_of[n] < values.size()) labels[n] = values[row_of[n]];
    }
  }
  const auto filled = [&](const char* column, const auto& text_of) {
    auto& labels = result.labels[column];
    labels.resize(data.constituents());
    for (std::size_t n = 0; n < data.constituents(); ++n) {
      if (labels[n].empty()) labels[n] = text_of(n);
    }
    return labels;
  };
  const auto symbol_of = [&](std::size_t n) { return data.symbols[n]; };
  result.sector = filled("sector", [](std::size_t) { return std::string(unclassified_sector); });
  result.issuer = filled("issuer", symbol_of);
  result.name = filled("name", symbol_of);

  quality.rows_dropped["unclassified"] = unclassified;
  quality.issuers =
      static_cast<std::int64_t>(std::set<std::string>(result.issuer.begin(), result.issuer.end()).size());
  return result;
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/table_file.h"

#include "host/base/error.h"
#include "host/config/closest.h"
#include "host/config/node.h"
#include "host/data/arrow_columns.h"
#include "host/data/arrow_sources.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <exception>
#include <string_view>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace topheavy {
namespace {

std::string plain_letters(const std::string& name) {  // "Market Cap" and "market_cap" are alike
  std::string plain;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte)) plain.push_back(static_cast<char>(std::tolower(byte)));
  }
  return plain;
}

// A line of names, whatever is in the header.
std::string line_of(const std::vector<std::string>& names) {
  constexpr std::size_t most_names = 20;
  std::vector<std::string> first;
  for (std::size_t i = 0; i < std::min(names.size(), most_names); ++i) first.push_back(shown(names[i]));
  const std::size_t more = names.size() - first.size();
  return fmt::format("{}{}", fmt::join(first, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

// " (did you mean 'x'?)" where a present column is much like the missing one, else nothing.
std::string did_you_mean(const std::string& missing, const std::vector<std::string>& present) {
  std::vector<std::string> plain;
  for (const std::string& name : present) plain.push_back(plain_letters(name));
  const std::string_view best = closest(plain_letters(missing), {plain.begin(), plain.end()});
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (!best.empty() && plain[i] == best) return fmt::format(" (did you mean '{}'?)", shown(present[i]));
  }
  return "";
}

// A batch while its parts are decoded.
struct work {
  batch input;
  std::vector<plain_column> columns;
};

// A part of a batch on its way through the pipeline. A fault travels along, so that the first one in the order of the
// file is thrown, whichever thread met one first.
struct piece {
  std::shared_ptr<work> whole;
  std::size_t part = 0;
  std::exception_ptr fault;
};

// All columns have the rows of the first, or the file is damaged.
table_block block_of(work& whole, const std::vector<column_request>& wanted, std::int64_t first_row,
                     const std::filesystem::path& path) {
  table_block block;
  block.first_row = first_row;
  block.rows = whole.columns.front().rows();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (whole.columns[i].rows() != block.rows) {
      throw error(
          error_class::data,
          fmt::format("{}: the file is damaged: {} rows of column '{}', {} of column '{}'", path.string(),
                      block.rows, wanted.front().name, whole.columns[i].rows(), wanted[i].name));
    }
    block.columns.push_back(whole.columns[i].take());
  }
  return block;
}

}  // namespace

table_file::table_file(const std::filesystem::path& path) : path_(path), source_(open_batch_source(path)) {}
table_file::table_file(std::filesystem::path path, std::unique_ptr<batch_source> source)
    : path_(std::move(path)), source_(std::move(source)) {}
table_file::~table_file() = default;

const std::vector<std::string>& table_file::columns() const { return source_->columns(); }
std::optional<std::int64_t> table_file::rows() const { return source_->rows(); }

bool table_file::has(const std::string& column) const {
  return std::find(columns().begin(), columns().end(), column) != columns().end();
}

void table_file::require(const std::vector<std::vector<std::string>>& one_of) const {
  std::string problems;
  for (const auto& names : one_of) {
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return has(name); })) continue;
    problems += fmt::format("{}: column '{}' is missing{}\n", path_.string(), fmt::join(names, "' or '"),
                            did_you_mean(names.front(), columns()));
  }
  if (problems.empty()) return;
  problems += fmt::format("{}: the columns are: {}", path_.string(), line_of(columns()));
  const bool other_separator =
      columns().size() == 1 && columns()[0].find_first_of(";\t|") != std::string::npos;
  if (other_separator) problems += "\nonly the comma separates the columns of a CSV";
  throw error(error_class::data, problems);
}

void table_file::read(const std::vector<column_request>& wanted,
                      const std::function<void(table_block&)>& take) const {
  source_->start(wanted);
  std::atomic<bool> failed{false};
  bool at_end = false;
  std::shared_ptr<work> current;
  std::size_t next_part = 0;
  const auto fetch = [&](tbb::flow_control& flow) -> std::shared_ptr<piece> {
    auto next = std::make_shared<piece>();
    try {
      if (!current || next_part == current->input.parts) {
        auto input = at_end || failed ? std::nullopt : source_->next();
        if (!input) {
          flow.stop();
          return next;
        }
        current = std::make_shared<work>();
        for (const column_request& column : wanted)
          current->columns.emplace_back(column, path_, input->rows_expected);
        current->input = std::move(*input);
        next_part = 0;
      }
      next->whole = current;
      next->part = next_part++;
    } catch (...) {
      next->fault = std::current_exception();
      current = nullptr;
      at_end = true;
    }
    return next;
  };
  const auto decode = [&](const std::shared_ptr<piece>& p) {
    if (p->fault || failed) return p;
    try {
      p->whole->input.decode(p->part, [&p](std::size_t column, const arrow::Array& rows) {
        p->whole->columns[column].append(rows);
      });
    } catch (...) {
      p->fault = std::current_exception();
    }
    return p;
  };

  std::int64_t next_row = 0;
  std::exception_ptr fault;  // thrown at the end: a pipeline left by an exception leaks what is in it
  const auto hand_over = [&](const std::shared_ptr<piece>& p) {
    if (failed) return;
    try {
      if (p->fault) std::rethrow_exception(p->fault);
      if (p->part + 1 < p->whole->input.parts) return;
      table_block block = block_of(*p->whole, wanted, next_row, path_);
      next_row += static_cast<std::int64_t>(block.rows);
      take(block);
    } catch (const cell_fault& wrong) {
      const std::int64_t row = next_row + wrong.row;
      const std::string where = wrong.column.empty() ? fmt::format("{}: row {}", path_.string(), row + 1)
                                                     : cell_name(path_, row, wrong.column);
      fault = std::make_exception_ptr(error(error_class::data, where + ": " + wrong.complaint));
      failed = true;
    } catch (...) {
      fault = std::current_exception();
      failed = true;
    }
  };

  // Every piece in flight is in memory, so there are only so many; fewer than the parts of a batch or two would leave
  // threads waiting for the longest part.
  const auto in_flight =
      4 * static_cast<std::size_t>(std::clamp(tbb::this_task_arena::max_concurrency(), 1, 16));
  using tbb::filter_mode;
  tbb::parallel_pipeline(
      in_flight,
      tbb::make_filter<void, std::shared_ptr<piece>>(filter_mode::serial_in_order, fetch) &
          tbb::make_filter<std::shared_ptr<piece>, std::shared_ptr<piece>>(filter_mode::parallel, decode) &
          tbb::make_filter<std::shared_ptr<piece>, void>(filter_mode::serial_in_order, hand_over));
  if (fault) std::rethrow_exception(fault);
}

std::string cell_name(const std::filesystem::path& file, std::int64_t row, const std::string& column) {
  return fmt::format("{}: row {}, column '{}'", file.string(), row + 1, shown(column));
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/arrow_columns.h"

#include "host/base/dates.h"
#include "host/base/error.h"

#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include <arrow/api.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>
#include <fmt/format.h>

namespace topheavy {
namespace {

using arrow::Type;

struct place {  // of a column, for error messages
  const std::filesystem::path& path;
  const column_request& wanted;
  std::int64_t first_row;
};

[[noreturn]] void refuse_type(const place& at, const arrow::DataType& type, std::string_view allowed) {
  throw error(error_class::data, fmt::format("{}: column '{}' has the type {}; allowed: {}", at.path.string(),
                                             at.wanted.name, type.ToString(), allowed));
}

[[noreturn]] void refuse_cell(const place& at, std::size_t row, const std::string& complaint) {
  const auto file_row = at.first_row + static_cast<std::int64_t>(row);
  throw error(error_class::data, cell_name(at.path, file_row, at.wanted.name) + ": " + complaint);
}

bool is_text(const arrow::DataType& type) {
  if (type.id() == Type::DICTIONARY) {
    return is_text(*static_cast<const arrow::DictionaryType&>(type).value_type());
  }
  return type.id() == Type::STRING || type.id() == Type::LARGE_STRING || type.id() == Type::STRING_VIEW;
}

template <typename Array>
std::vector<std::string_view> views_of(const arrow::Array& array) {
  const auto& typed = static_cast<const Array&>(array);
  std::vector<std::string_view> views(static_cast<std::size_t>(array.length()));
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (typed.IsValid(i)) views[static_cast<std::size_t>(i)] = typed.GetView(i);
  }
  return views;
}

// The texts of an array that is_text and no dictionary; missing ones are empty.
std::vector<std::string_view> texts_of(const arrow::Array& array) {
  switch (array.type_id()) {
    case Type::STRING:
      return views_of<arrow::StringArray>(array);
    case Type::LARGE_STRING:
      return views_of<arrow::LargeStringArray>(array);
    default:
      return views_of<arrow::StringViewArray>(array);
  }
}

std::int32_t append_text(column_values& values, std::string_view text) {
  values.texts.emplace_back(text);
  return static_cast<std::int32_t>(values.texts.size() - 1);
}

// A dictionary is taken over as it is, once for all chunks that share it.
void append_dictionary_codes(const arrow::ChunkedArray& column, column_values& values) {
  const std::int32_t missing = append_text(values, "");
  const arrow::Array* known = nullptr;
  std::int32_t base = 0;
  for (const auto& chunk : column.chunks()) {
    const auto& array = static_cast<const arrow::DictionaryArray&>(*chunk);
    const auto& dictionary = array.dictionary();
    if (dictionary.get() != known) {
      known = dictionary.get();
      base = static_cast<std::int32_t>(values.texts.size());
      for (const std::string_view text : texts_of(*dictionary)) append_text(values, text);
    }
    for (std::int64_t i = 0; i < array.length(); ++i) {
      values.codes.push_back(array.IsValid(i) ? base + static_cast<std::int32_t>(array.GetValueIndex(i))
                                              : missing);
    }
  }
}

void append_text_codes(const arrow::ChunkedArray& column, column_values& values) {
  std::unordered_map<std::string_view, std::int32_t>
      code_of;  // views into the chunks, which live long enough
  for (const auto& chunk : column.chunks()) {
    for (const std::string_view text : texts_of(*chunk)) {
      const auto [entry, is_new] = code_of.try_emplace(text, 0);
      if (is_new) entry->second = append_text(values, text);
      values.codes.push_back(entry->second);
    }
  }
}

column_values text_values(const arrow::ChunkedArray& column) {
  column_values values;
  values.codes.reserve(static_cast<std::size_t>(column.length()));
  if (column.type()->id() == Type::DICTIONARY) {
    append_dictionary_codes(column, values);
  } else {
    append_text_codes(column, values);
  }
  return values;
}

// For small tables: each cell goes through Arrow's own text of a scalar.
column_values printed_values(const arrow::ChunkedArray& column, const place& at) {
  column_values values;
  for (const auto& chunk : column.chunks()) {
    for (std::int64_t i = 0; i < chunk->length(); ++i) {
      const auto scalar = chunk->GetScalar(i);
      if (!scalar.ok()) refuse_type(at, *column.type(), "text, or what can be written as text");
      values.codes.push_back(append_text(values, chunk->IsValid(i) ? (*scalar)->ToString() : ""));
    }
  }
  return values;
}

constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

// One NaN and one zero, so that equal values have equal bits.
double canonical(double value) { return value == value ? value + 0.0 : missing_number; }

template <typename Array, typename Convert>
void append_numbers(const arrow::Array& array, std::vector<double>& numbers, Convert convert) {
  const auto& typed = static_cast<const Array&>(array);
  for (std::int64_t i = 0; i < array.length(); ++i) {
    numbers.push_back(typed.IsValid(i) ? canonical(convert(typed, i)) : missing_number);
  }
}

template <typename Array>
void append_numbers(const arrow::Array& array, std::vector<double>& numbers) {
  append_numbers<Array>(
      array, numbers, [](const Array& typed, std::int64_t i) { return static_cast<double>(typed.Value(i)); });
}

template <typename Array, typename Decimal>
void append_decimals(const arrow::Array& array, std::vector<double>& numbers) {
  const std::int32_t scale = static_cast<const arrow::DecimalType&>(*array.type()).scale();
  append_numbers<Array>(array, numbers, [scale](const Array& typed, std::int64_t i) {
    return Decimal(typed.GetValue(i)).ToDouble(scale);
  });
}

std::vector<double> number_values(const arrow::ChunkedArray& column, const place& at) {
  std::vector<double> numbers;
  numbers.reserve(static_cast<std::size_t>(column.length()));
  for (const auto& chunk : column.chunks()) {
    switch (column.type()->id()) {
      case Type::INT8:
        append_numbers<arrow::Int8Array>(*chunk, numbers);
        break;
      case Type::INT16:
        append_numbers<arrow::Int16Array>(*chunk, numbers);
        break;
      case Type::INT32:
        append_numbers<arrow::Int32Array>(*chunk, numbers);
        break;
      case Type::INT64:
        append_numbers<arrow::Int64Array>(*chunk, numbers);
        break;
      case Type::UINT8:
        append_numbers<arrow::UInt8Array>(*chunk, numbers);
        break;
      case Type::UINT16:
        append_numbers<arrow::UInt16Array>(*chunk, numbers);
        break;
      case Type::UINT32:
        append_numbers<arrow::UInt32Array>(*chunk, numbers);
        break;
      case Type::UINT64:
        append_numbers<arrow::UInt64Array>(*chunk, numbers);
        break;
      case Type::FLOAT:
        append_numbers<arrow::FloatArray>(*chunk, numbers);
        break;
      case Type::DOUBLE:
        append_numbers<arrow::DoubleArray>(*chunk, numbers);
        break;
      case Type::HALF_FLOAT:
        append_numbers<arrow::HalfFloatArray>(*chunk, numbers, [](const auto& typed, std::int64_t i) {
          return arrow::util::Float16::FromBits(typed.Value(i)).ToDouble();
        });
        break;
      case Type::DECIMAL128:
        append_decimals<arrow::Decimal128Array, arrow::Decimal128>(*chunk, numbers);
        break;
      case Type::DECIMAL256:
        append_decimals<arrow::Decimal256Array, arrow::Decimal256>(*chunk, numbers);
        break;
      default:
        refuse_type(at, *column.type(), "integer, floating or decimal numbers");
    }
  }
  return numbers;
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

constexpr std::int64_t milliseconds_a_day = 86'400'000;

// Units of a timestamp in a day. A zone other than UTC leaves open which day is meant.
std::int64_t units_a_day(const arrow::TimestampType& type, const place& at) {
  const std::string& zone = type.timezone();
  if (!zone.empty() && zone != "UTC" && zone != "Etc/UTC" && zone != "Z" && zone != "+00:00") {
    refuse_type(
        at, type,
        "dates, or timestamps without a time zone or in UTC (in another zone the date is ambiguous: write "
        "dates)");
  }
  switch (type.unit()) {
    case arrow::TimeUnit::SECOND:
      return milliseconds_a_day / 1000;
    case arrow::TimeUnit::MILLI:
      return milliseconds_a_day;
    case arrow::TimeUnit::MICRO:
      return milliseconds_a_day * 1000;
    default:
      return milliseconds_a_day * 1'000'000;
  }
}

// Accepts dates from 1900 to today.
class day_check {
 public:
  explicit day_check(const place& at) : at_(at) {}

  std::int32_t operator()(std::int64_t day, std::size_t row) const {
    if (day < first_ || day > last_) {
      const std::string shown = day < -700'000 || day > 2'900'000
                                    ? fmt::format("day {} since 1970-01-01", day)
                                    : to_iso(from_days(static_cast<std::int32_t>(day)));
      refuse_cell(at_, row,
                  day > last_
                      ? fmt::format("{} is in the future; today is {} (UTC)", shown, to_iso(from_days(last_)))
                      : fmt::format("{} is before {}", shown, to_iso(earliest_date)));
    }
    return static_cast<std::int32_t>(day);
  }

  [[noreturn]] void refuse(std::string_view text, std::size_t row) const {
    refuse_cell(at_, row,
                text.empty() ? std::string("the date is missing; expected a date as 2026-07-22")
                             : fmt::format("'{}' is not a date; expected a date as 2026-07-22", text));
  }

 private:
  const place& at_;
  std::int32_t first_ = to_days(earliest_date);
  std::int32_t last_ = to_days(today());
};

// Unused texts of a dictionary may be anything; only what a row refers to must be a date.
std::vector<std::int32_t> days_of_texts(const column_values& texts, const day_check& checked) {
  std::vector<std::optional<date>> parsed;
  for (const std::string& text : texts.texts) parsed.push_back(parse_date(text));
  std::vector<std::int32_t> days;
  days.reserve(texts.codes.size());
  for (std::size_t row = 0; row < texts.codes.size(); ++row) {
    const auto code = static_cast<std::size_t>(texts.codes[row]);
    if (!parsed[code]) checked.refuse(texts.texts[code], row);
    days.push_back(checked(to_days(*parsed[code]), row));
  }
  return days;
}

template <typename Array>
void append_days(const arrow::Array& array, std::int64_t units_a_day, const day_check& checked,
                 std::vector<std::int32_t>& days) {
  const auto& typed = static_cast<const Array&>(array);
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (typed.IsNull(i)) checked.refuse("", days.size());
    days.push_back(checked(floor_divide(typed.Value(i), units_a_day), days.size()));
  }
}

std::vector<std::int32_t> day_values(const arrow::ChunkedArray& column, const place& at) {
  const day_check checked(at);
  if (is_text(*column.type())) return days_of_texts(text_values(column), checked);
  std::vector<std::int32_t> days;
  days.reserve(static_cast<std::size_t>(column.length()));
  for (const auto& chunk : column.chunks()) {
    switch (column.type()->id()) {
      case Type::DATE32:
        append_days<arrow::Date32Array>(*chunk, 1, checked, days);
        break;
      case Type::DATE64:
        append_days<arrow::Date64Array>(*chunk, milliseconds_a_day, checked, days);
        break;
      case Type::TIMESTAMP:
        append_days<arrow::TimestampArray>(
            *chunk, units_a_day(static_cast<const arrow::TimestampType&>(*column.type()), at), checked, days);
        break;
      default:
        refuse_type(at, *column.type(), "date, timestamp, or text as 2026-07-22");
    }
  }
  return days;
}

}  // namespace

column_values plain_values(const arrow::ChunkedArray& column, const column_request& wanted,
                           const std::filesystem::path& path, std::int64_t first_row) {
  const place at{path, wanted, first_row};
  column_values values;
  switch (wanted.kind) {
    case column_kind::day:
      values.days = day_values(column, at);
      break;
    case column_kind::number:
      values.numbers = number_values(column, at);
      break;
    case column_kind::text:
      if (!is_text(*column.type())) refuse_type(at, *column.type(), "text, or a dictionary of text");
      values = text_values(column);
      break;
    case column_kind::label:
      values = is_text(*column.type()) ? text_values(column) : printed_values(column, at);
      break;
  }
  return values;
}

}  // namespace topheavy

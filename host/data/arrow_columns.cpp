// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/data/arrow_columns.h"

#include "host/base/dates.h"
#include "host/base/error.h"
#include "host/config/node.h"
#include "host/data/arrow_sources.h"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include <arrow/api.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>
#include <fmt/format.h>

namespace topheavy {
namespace {

using arrow::Type;

bool is_text(const arrow::DataType& type) {
  if (type.id() == Type::DICTIONARY) {
    return is_text(*static_cast<const arrow::DictionaryType&>(type).value_type());
  }
  return type.id() == Type::STRING || type.id() == Type::LARGE_STRING || type.id() == Type::STRING_VIEW;
}

bool is_printable(Type::type type) {
  return arrow::is_primitive(type) || arrow::is_decimal(type) || type == Type::NA;
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

// The new end of a vector: room for `count` values, not yet written.
template <typename Value>
Value* extend(plain_vector<Value>& values, std::int64_t count) {
  const std::size_t before = values.size();
  values.resize(before + static_cast<std::size_t>(count));
  return values.data() + before;
}

// Index is the type of the codes; those of missing rows mean nothing, and may be any. The largest of all, where a
// negative one counts as larger than any other.
template <typename Index>
std::uint64_t shift_codes(const arrow::Array& indices, std::int32_t base, std::int32_t* codes) {
  using wide = std::conditional_t<sizeof(Index) == 8, std::uint64_t, std::uint32_t>;
  const Index* from =
      static_cast<const arrow::NumericArray<typename arrow::CTypeTraits<Index>::ArrowType>&>(indices)
          .raw_values();
  wide largest = 0;
  for (std::int64_t i = 0; i < indices.length(); ++i) {
    const auto code = static_cast<wide>(from[i]);
    largest = std::max(largest, code);
    codes[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(code));
  }
  return largest;
}

std::uint64_t shift_codes(const arrow::Array& indices, std::int32_t base, std::int32_t* codes) {
  switch (indices.type_id()) {
    case Type::INT8:
      return shift_codes<std::int8_t>(indices, base, codes);
    case Type::INT16:
      return shift_codes<std::int16_t>(indices, base, codes);
    case Type::INT32:
      return shift_codes<std::int32_t>(indices, base, codes);
    case Type::INT64:
      return shift_codes<std::int64_t>(indices, base, codes);
    case Type::UINT8:
      return shift_codes<std::uint8_t>(indices, base, codes);
    case Type::UINT16:
      return shift_codes<std::uint16_t>(indices, base, codes);
    case Type::UINT32:
      return shift_codes<std::uint32_t>(indices, base, codes);
    default:
      return shift_codes<std::uint64_t>(indices, base, codes);
  }
}

constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

// One NaN and one zero, so that equal values have equal bits.
double canonical(double value) { return value == value ? value + 0.0 : missing_number; }

template <typename Array, typename Convert>
void copy_numbers(const arrow::Array& rows, double* numbers, Convert convert) {
  const auto& typed = static_cast<const Array&>(rows);
  if (rows.null_count() == 0) {
    for (std::int64_t i = 0; i < rows.length(); ++i) numbers[i] = canonical(convert(typed, i));
  } else {
    for (std::int64_t i = 0; i < rows.length(); ++i) {
      numbers[i] = typed.IsValid(i) ? canonical(convert(typed, i)) : missing_number;
    }
  }
}

template <typename Array>
void copy_numbers(const arrow::Array& rows, double* numbers) {
  const auto* from = static_cast<const Array&>(rows).raw_values();
  copy_numbers<Array>(rows, numbers,
                      [from](const Array&, std::int64_t i) { return static_cast<double>(from[i]); });
}

template <typename Array, typename Decimal>
void copy_decimals(const arrow::Array& rows, double* numbers) {
  const std::int32_t scale = static_cast<const arrow::DecimalType&>(*rows.type()).scale();
  copy_numbers<Array>(rows, numbers, [scale](const Array& typed, std::int64_t i) {
    return Decimal(typed.GetValue(i)).ToDouble(scale);
  });
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

constexpr std::int64_t milliseconds_a_day = 86'400'000;

std::int64_t units_a_day(arrow::TimeUnit::type unit) {
  switch (unit) {
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

bool is_in_utc(const arrow::TimestampType& type) {
  const std::string& zone = type.timezone();
  return zone.empty() || zone == "UTC" || zone == "Etc/UTC" || zone == "Z" || zone == "+00:00";
}

}  // namespace

plain_column::plain_column(column_request wanted, std::filesystem::path path, std::size_t rows_expected)
    : wanted_(std::move(wanted)),
      path_(std::move(path)),
      first_day_(to_days(earliest_date)),
      last_day_(to_days(today())) {
  if (wanted_.kind == column_kind::day) {
    values_.days.reserve(rows_expected);
  } else if (wanted_.kind == column_kind::number) {
    values_.numbers.reserve(rows_expected);
  } else {
    values_.codes.reserve(rows_expected);
  }
}

void plain_column::append(const arrow::Array& rows) {
  switch (wanted_.kind) {
    case column_kind::day:
      append_days(rows);
      break;
    case column_kind::number:
      append_numbers(rows);
      break;
    case column_kind::text:
      if (!is_text(*rows.type())) refuse_type(*rows.type(), "text, or a dictionary of text");
      append_text(rows);
      break;
    case column_kind::label:
      is_text(*rows.type()) ? append_text(rows) : append_printed(rows);
      break;
  }
  rows_ += static_cast<std::size_t>(rows.length());
}

void plain_column::refuse_type(const arrow::DataType& type, std::string_view allowed) const {
  throw error(error_class::data, fmt::format("{}: column '{}' has the type {}; allowed: {}", path_.string(),
                                             shown(wanted_.name), shown(type.ToString()), allowed));
}

void plain_column::refuse_cell(std::size_t i, const std::string& complaint) const {
  throw cell_fault{static_cast<std::int64_t>(rows_ + i), wanted_.name, complaint};
}

// Accepted are dates from 1900 to today.
void plain_column::refuse_day(std::size_t i, std::int64_t day) const {
  const std::string shown = day < -700'000 || day > 2'900'000
                                ? fmt::format("day {} since 1970-01-01", day)
                                : to_iso(from_days(static_cast<std::int32_t>(day)));
  refuse_cell(i, day > last_day_ ? fmt::format("{} is in the future; today is {} (UTC)", shown,
                                               to_iso(from_days(last_day_)))
                                 : fmt::format("{} is before {}", shown, to_iso(earliest_date)));
}

void plain_column::refuse_date(std::size_t i, std::string_view text) const {
  refuse_cell(i, text.empty()
                     ? std::string("the date is missing; expected a date as 2026-07-22")
                     : fmt::format("'{}' is not a date; expected a date as 2026-07-22", shown(text)));
}

std::int32_t plain_column::add_text(std::string_view text) {
  values_.texts.emplace_back(text);
  return static_cast<std::int32_t>(values_.texts.size() - 1);
}

void plain_column::append_text(const arrow::Array& rows) {
  if (rows.type_id() == Type::DICTIONARY) return append_dictionary(rows);
  std::int32_t* codes = extend(values_.codes, rows.length());
  for (const std::string_view text : texts_of(rows)) {
    const auto [entry, is_new] = code_of_.try_emplace(std::string(text), 0);
    if (is_new) entry->second = add_text(text);
    *codes++ = entry->second;
  }
}

// A dictionary is taken over as it is, once for all arrays that share it.
void plain_column::append_dictionary(const arrow::Array& rows) {
  const auto& typed = static_cast<const arrow::DictionaryArray&>(rows);
  if (!dictionary_ || (dictionary_ != typed.dictionary() && !dictionary_->Equals(typed.dictionary()))) {
    dictionary_ = typed.dictionary();
    dictionary_code_ = static_cast<std::int32_t>(values_.texts.size());
    for (const std::string_view text : texts_of(*dictionary_)) add_text(text);
  }
  std::int32_t* codes = extend(values_.codes, rows.length());
  const std::uint64_t largest = shift_codes(*typed.indices(), dictionary_code_, codes);
  if (largest >= static_cast<std::uint64_t>(dictionary_->length())) refuse_codes_beyond_dictionary(typed);
  if (rows.null_count() == 0) return;
  if (!missing_code_) missing_code_ = add_text("");
  for (std::int64_t i = 0; i < rows.length(); ++i) {
    if (rows.IsNull(i)) codes[i] = *missing_code_;
  }
}

// Arrow takes over the codes of a Parquet file unchecked.
void plain_column::refuse_codes_beyond_dictionary(const arrow::DictionaryArray& rows) const {
  for (std::int64_t i = 0; i < rows.length(); ++i) {
    if (rows.IsNull(i)) continue;
    const std::int64_t code = rows.GetValueIndex(i);
    if (0 <= code && code < dictionary_->length()) continue;
    refuse_cell(static_cast<std::size_t>(i), "the file is damaged: a code beyond its dictionary");
  }
}

// For small tables: each cell goes through Arrow's own text of a scalar.
void plain_column::append_printed(const arrow::Array& rows) {
  if (!is_printable(rows.type_id())) refuse_type(*rows.type(), "text, numbers, dates or truth values");
  for (std::int64_t i = 0; i < rows.length(); ++i) {
    const auto scalar = rows.GetScalar(i);
    if (!scalar.ok()) refuse_type(*rows.type(), "text, numbers, dates or truth values");
    values_.codes.push_back(add_text(rows.IsValid(i) ? (*scalar)->ToString() : ""));
  }
}

void plain_column::append_numbers(const arrow::Array& rows) {
  double* numbers = extend(values_.numbers, rows.length());
  switch (rows.type_id()) {
    case Type::INT8:
      return copy_numbers<arrow::Int8Array>(rows, numbers);
    case Type::INT16:
      return copy_numbers<arrow::Int16Array>(rows, numbers);
    case Type::INT32:
      return copy_numbers<arrow::Int32Array>(rows, numbers);
    case Type::INT64:
      return copy_numbers<arrow::Int64Array>(rows, numbers);
    case Type::UINT8:
      return copy_numbers<arrow::UInt8Array>(rows, numbers);
    case Type::UINT16:
      return copy_numbers<arrow::UInt16Array>(rows, numbers);
    case Type::UINT32:
      return copy_numbers<arrow::UInt32Array>(rows, numbers);
    case Type::UINT64:
      return copy_numbers<arrow::UInt64Array>(rows, numbers);
    case Type::FLOAT:
      return copy_numbers<arrow::FloatArray>(rows, numbers);
    case Type::DOUBLE:
      return copy_numbers<arrow::DoubleArray>(rows, numbers);
    case Type::HALF_FLOAT:
      return copy_numbers<arrow::HalfFloatArray>(rows, numbers, [](const auto& typed, std::int64_t i) {
        return arrow::util::Float16::FromBits(typed.Value(i)).ToDouble();
      });
    case Type::DECIMAL128:
      return copy_decimals<arrow::Decimal128Array, arrow::Decimal128>(rows, numbers);
    case Type::DECIMAL256:
      return copy_decimals<arrow::Decimal256Array, arrow::Decimal256>(rows, numbers);
    default:
      refuse_type(*rows.type(), "integer, floating or decimal numbers");
  }
}

// Unused texts of a dictionary may be anything; only what a row refers to must be a date.
void plain_column::append_days_of_texts(const arrow::Array& rows) {
  append_text(rows);
  for (std::size_t k = day_of_text_.size(); k < values_.texts.size(); ++k) {
    const auto parsed = parse_date(values_.texts[k]);
    day_of_text_.push_back(parsed ? std::optional(to_days(*parsed)) : std::nullopt);
  }
  std::int32_t* days = extend(values_.days, rows.length());
  for (std::size_t i = 0; i < values_.codes.size(); ++i) {
    const auto code = static_cast<std::size_t>(values_.codes[i]);
    if (!day_of_text_[code]) refuse_date(i, values_.texts[code]);
    if (!is_allowed(*day_of_text_[code])) refuse_day(i, *day_of_text_[code]);
    days[i] = *day_of_text_[code];
  }
  values_.codes.clear();
}

template <typename Array>
void plain_column::append_days_of(const arrow::Array& rows, std::int64_t units_a_day) {
  std::int32_t* days = extend(values_.days, rows.length());
  const auto& typed = static_cast<const Array&>(rows);
  const auto* from = typed.raw_values();
  const bool none_missing = rows.null_count() == 0;
  auto last = std::numeric_limits<std::remove_cv_t<std::remove_pointer_t<decltype(from)>>>::min();
  std::int64_t day = std::numeric_limits<std::int64_t>::min();  // of `last`, which most rows repeat
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows.length()); ++i) {
    if (!none_missing && typed.IsNull(static_cast<std::int64_t>(i))) refuse_date(i, "");
    if (from[i] != last || i == 0) {
      last = from[i];
      day = floor_divide(last, units_a_day);
      if (!is_allowed(day)) refuse_day(i, day);
    }
    days[i] = static_cast<std::int32_t>(day);
  }
}

void plain_column::append_days(const arrow::Array& rows) {
  if (is_text(*rows.type())) return append_days_of_texts(rows);
  switch (rows.type_id()) {
    case Type::DATE32:
      return append_days_of<arrow::Date32Array>(rows, 1);
    case Type::DATE64:
      return append_days_of<arrow::Date64Array>(rows, milliseconds_a_day);
    case Type::TIMESTAMP: {
      const auto& type = static_cast<const arrow::TimestampType&>(*rows.type());
      if (!is_in_utc(type)) {
        refuse_type(
            type,
            "dates, or timestamps without a time zone or in UTC (in another zone the date is ambiguous: "
            "write dates)");
      }
      return append_days_of<arrow::TimestampArray>(rows, units_a_day(type.unit()));
    }
    default:
      refuse_type(*rows.type(), "date, timestamp, or text as 2026-07-22");
  }
}

}  // namespace topheavy

// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/table_text.h"

#include "tests/fuzz/property.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <utility>

#include <arrow/api.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>

namespace topheavy {
namespace {

using arrow::Type;
using type_ptr = std::shared_ptr<arrow::DataType>;
using array_ptr = std::shared_ptr<arrow::Array>;
using cells = std::vector<std::string>;

// More say nothing new and take time.
constexpr std::size_t most_rows = 100, most_columns = 8, most_offset = 20;
constexpr std::int64_t beyond_dictionary = most_rows + 2;

// Any run of separators lies between two words.
std::vector<std::string> words_of(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
    if (text.empty()) return words;
    words.emplace_back(text.substr(0, text.find_first_of(separators)));
    text.remove_prefix(words.back().size());
  }
}

std::int64_t whole_number(const std::string& word, std::int64_t otherwise = 0) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  return code == std::errc{} ? value : otherwise;
}

// A number of rows.
std::size_t count_of(const std::string& word, std::size_t most) {
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(whole_number(word), 0, static_cast<std::int64_t>(most)));
}

// %41 is 'A'; a % that is not followed by two such digits is nothing.
std::string bytes_of(std::string_view word) {
  std::string bytes;
  for (std::size_t i = 0; i < word.size(); ++i) {
    unsigned value = 0;
    if (word[i] != '%') {
      bytes.push_back(word[i]);
    } else if (i + 2 < word.size() &&
               std::from_chars(word.data() + i + 1, word.data() + i + 3, value, 16).ptr ==
                   word.data() + i + 3) {
      bytes.push_back(static_cast<char>(value));
      i += 2;
    }
  }
  return bytes;
}

std::optional<arrow::TimeUnit::type> unit_of(const std::string& word) {
  if (word == "s") return arrow::TimeUnit::SECOND;
  if (word == "ms") return arrow::TimeUnit::MILLI;
  if (word == "us") return arrow::TimeUnit::MICRO;
  if (word == "ns") return arrow::TimeUnit::NANO;
  return std::nullopt;
}

type_ptr simple_type(const std::string& name) {
  static const std::vector<type_ptr> types{arrow::int8(),
                                           arrow::int16(),
                                           arrow::int32(),
                                           arrow::int64(),
                                           arrow::uint8(),
                                           arrow::uint16(),
                                           arrow::uint32(),
                                           arrow::uint64(),
                                           arrow::float16(),
                                           arrow::float32(),
                                           arrow::float64(),
                                           arrow::boolean(),
                                           arrow::null(),
                                           arrow::utf8(),
                                           arrow::large_utf8(),
                                           arrow::utf8_view(),
                                           arrow::binary(),
                                           arrow::large_binary(),
                                           arrow::binary_view(),
                                           arrow::date32(),
                                           arrow::date64(),
                                           arrow::list(arrow::utf8()),
                                           arrow::struct_({arrow::field("x", arrow::int32())}),
                                           arrow::month_interval(),
                                           arrow::duration(arrow::TimeUnit::SECOND),
                                           arrow::time64(arrow::TimeUnit::NANO)};
  for (const type_ptr& type : types) {
    if (name == type->name()) return type;
  }
  return nullptr;
}

type_ptr or_none(arrow::Result<type_ptr> type) { return type.ok() ? *type : nullptr; }

// None where there is no such type.
type_ptr type_of(const std::string& text) {
  const auto words = words_of(text, "/");
  const auto word = [&](std::size_t i) { return i < words.size() ? words[i] : std::string{}; };
  const auto number = [&](std::size_t i) {
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(whole_number(word(i)), -100, 100));
  };
  const std::string name = word(0);
  if (name == "decimal32") return or_none(arrow::Decimal32Type::Make(number(1), number(2)));
  if (name == "decimal64") return or_none(arrow::Decimal64Type::Make(number(1), number(2)));
  if (name == "decimal128") return or_none(arrow::Decimal128Type::Make(number(1), number(2)));
  if (name == "decimal256") return or_none(arrow::Decimal256Type::Make(number(1), number(2)));
  if (name == "fixed_size_binary") return arrow::fixed_size_binary(std::clamp(number(1), 1, 16));
  if (name == "timestamp") {
    const auto unit = unit_of(word(1));
    if (!unit) return nullptr;
    const std::size_t zone = std::min(text.size(), name.size() + word(1).size() + 2);
    return arrow::timestamp(*unit, bytes_of(text.substr(zone)));
  }
  if (name == "dictionary") {
    const type_ptr index = simple_type(word(1)), value = simple_type(word(2));
    if (!index || !value || !arrow::is_integer(index->id())) return nullptr;
    return or_none(arrow::DictionaryType::Make(index, value));
  }
  return simple_type(name);
}

// --- Values -----------------------------------------------------------------------------------------------------

std::int64_t whole_or_bits(const std::string& cell) {
  if (!cell.starts_with("0x")) return whole_number(cell);
  std::uint64_t bits = 0;
  std::from_chars(cell.data() + 2, cell.data() + cell.size(), bits, 16);
  return static_cast<std::int64_t>(bits);
}

// A date, or a whole number in units of the type.
std::int64_t time_of(const std::string& cell, std::int64_t units_a_day) {
  const auto day = parse_date(cell);
  // Wraps where the unit is too small for the date.
  return day ? static_cast<std::int64_t>(static_cast<std::uint64_t>(to_days(*day)) *
                                         static_cast<std::uint64_t>(units_a_day))
             : whole_or_bits(cell);
}

std::int64_t units_a_day(const arrow::DataType& type) {
  if (type.id() == Type::DATE32) return 1;
  if (type.id() == Type::DATE64) return 86'400'000;
  switch (static_cast<const arrow::TimestampType&>(type).unit()) {
    case arrow::TimeUnit::SECOND:
      return 86'400;
    case arrow::TimeUnit::MILLI:
      return 86'400'000;
    case arrow::TimeUnit::MICRO:
      return 86'400'000'000;
    default:
      return 86'400'000'000'000;
  }
}

template <typename Value>
void put(std::uint8_t* to, Value value) {
  std::memcpy(to, &value, sizeof value);
}

template <typename Decimal>
void put_decimal(std::uint8_t* to, const std::string& cell) {
  const auto value = Decimal::FromString(cell);
  const auto bytes = (value.ok() ? *value : Decimal{}).ToBytes();
  std::memcpy(to, bytes.data(), bytes.size());
}

// Writes a value of a type of fixed width, little-endian.
void put_fixed(const arrow::DataType& type, std::size_t width, const std::string& cell, std::uint8_t* to) {
  const bool is_bits = cell.starts_with("0x");
  const auto bits = static_cast<std::uint64_t>(whole_or_bits(cell));
  switch (type.id()) {
    case Type::DOUBLE:
      return is_bits ? put(to, bits) : put(to, std::strtod(cell.c_str(), nullptr));
    case Type::FLOAT:
      return is_bits ? put(to, static_cast<std::uint32_t>(bits))
                     : put(to, std::strtof(cell.c_str(), nullptr));
    case Type::HALF_FLOAT:
      return put(to, is_bits ? static_cast<std::uint16_t>(bits)
                             : arrow::util::Float16::FromFloat(std::strtof(cell.c_str(), nullptr)).bits());
    case Type::DATE32:
    case Type::DATE64:
    case Type::TIMESTAMP: {
      const std::int64_t time = time_of(cell, units_a_day(type));
      std::memcpy(to, &time, width);
      return;
    }
    case Type::DECIMAL128:
      return put_decimal<arrow::Decimal128>(to, cell);
    case Type::DECIMAL256:
      return put_decimal<arrow::Decimal256>(to, cell);
    default:
      std::memcpy(to, &bits, std::min(width, sizeof bits));
  }
}

// --- Arrays -----------------------------------------------------------------------------------------------------

using buffer_ptr = std::shared_ptr<arrow::Buffer>;
using bytes = std::vector<std::uint8_t>;

// What stands where a value is missing means nothing: here the largest whole number.
bytes without_meaning(std::size_t count, std::size_t width) {
  bytes values(count * width, 0xff);
  for (std::size_t i = width; i > 0 && i <= values.size(); i += width) values[i - 1] = 0x7f;
  return values;
}

buffer_ptr buffer_of(bytes values) {  // no byte longer than the values, so that reading past them is noticed
  values.shrink_to_fit();
  return arrow::Buffer::FromVector(std::move(values));
}

bool is_missing(const std::string& cell) { return cell == "-"; }

// None where no value is missing.
buffer_ptr validity_of(const cells& values) {
  if (std::none_of(values.begin(), values.end(), is_missing)) return nullptr;
  bytes bits((values.size() + 7) / 8, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_missing(values[i])) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | (1u << (i % 8)));
  }
  return buffer_of(std::move(bits));
}

std::vector<buffer_ptr> fixed_buffers(const arrow::DataType& type, const cells& values) {
  const auto width = static_cast<std::size_t>(type.byte_width());
  bytes all = without_meaning(values.size(), width);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_missing(values[i])) put_fixed(type, width, values[i], all.data() + i * width);
  }
  return {validity_of(values), buffer_of(std::move(all))};
}

template <typename Offset>
std::vector<buffer_ptr> text_buffers(const cells& values) {
  bytes offsets((values.size() + 1) * sizeof(Offset), 0), all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string text = is_missing(values[i]) ? "" : bytes_of(values[i]);
    all.insert(all.end(), text.begin(), text.end());
    put(offsets.data() + (i + 1) * sizeof(Offset), static_cast<Offset>(all.size()));
  }
  return {validity_of(values), buffer_of(std::move(offsets)), buffer_of(std::move(all))};
}

std::vector<buffer_ptr> view_buffers(const cells& values) {
  using view = arrow::BinaryViewType::c_type;
  bytes views = without_meaning(values.size(), sizeof(view)), all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_missing(values[i])) continue;
    const std::string text = bytes_of(values[i]);
    std::uint8_t* const to = views.data() + i * sizeof(view);
    std::memset(to, 0, sizeof(view));
    put(to, static_cast<std::int32_t>(text.size()));
    if (text.size() <= arrow::BinaryViewType::kInlineSize) {
      std::memcpy(to + 4, text.data(), text.size());
      continue;
    }
    std::memcpy(to + 4, text.data(), 4);
    put(to + 12, static_cast<std::int32_t>(all.size()));
    all.insert(all.end(), text.begin(), text.end());
  }
  return {validity_of(values), buffer_of(std::move(views)), buffer_of(std::move(all))};
}

array_ptr array_of(const type_ptr& type, const cells& values, std::size_t offset);

// The different values of a dictionary, and the codes of the rows.
struct dictionary {
  std::map<std::string, std::size_t> code_of;
  array_ptr values;

  dictionary(const type_ptr& type, const cells& rows) {
    cells entries{"unused"};
    for (const std::string& cell : rows) {
      if (is_missing(cell) || cell.starts_with('#') || !code_of.emplace(cell, entries.size()).second)
        continue;
      entries.push_back(cell == "~" ? "-" : cell);
    }
    values = array_of(type, entries, 0);
  }

  array_ptr codes(const type_ptr& index, const cells& rows, std::size_t offset) const {
    cells words;
    for (const std::string& cell : rows) {
      if (is_missing(cell)) {
        words.push_back(cell);
      } else if (!cell.starts_with('#')) {
        const auto entry = code_of.find(cell);
        words.push_back(std::to_string(entry == code_of.end() ? 0 : entry->second));
      } else {
        words.push_back(std::to_string(code_beyond(*index, whole_number(cell.substr(1)))));
      }
    }
    return array_of(index, words, offset);
  }

 private:
  static std::int64_t code_beyond(const arrow::DataType& index, std::int64_t code) {
    bytes value(8, 0);
    put(value.data(), code);
    std::fill(value.begin() + index.byte_width(), value.end(), std::uint8_t{0});
    std::memcpy(&code, value.data(), 8);
    return code < beyond_dictionary ? beyond_dictionary : code;
  }
};

// Columns of the first `offset` values are there but do not belong to the array.
array_ptr array_of(const type_ptr& type, const cells& values, std::size_t offset) {
  cells all(offset, offset % 2 == 0 ? "7" : "-");
  all.insert(all.end(), values.begin(), values.end());
  const auto length = static_cast<std::int64_t>(values.size());
  std::vector<buffer_ptr> buffers;
  switch (type->id()) {
    case Type::STRING:
    case Type::BINARY:
      buffers = text_buffers<std::int32_t>(all);
      break;
    case Type::LARGE_STRING:
    case Type::LARGE_BINARY:
      buffers = text_buffers<std::int64_t>(all);
      break;
    case Type::STRING_VIEW:
    case Type::BINARY_VIEW:
      buffers = view_buffers(all);
      break;
    case Type::NA:
    case Type::BOOL:
    case Type::LIST:
    case Type::STRUCT:
      return value_of(arrow::MakeArrayOfNull(type, length), "array");
    default:
      buffers = fixed_buffers(*type, all);
  }
  return arrow::MakeArray(arrow::ArrayData::Make(type, length, std::move(buffers), arrow::kUnknownNullCount,
                                                 static_cast<std::int64_t>(offset)));
}

array_ptr array_of(const type_ptr& type, const cells& values, std::size_t offset, const dictionary* shared) {
  if (type->id() != Type::DICTIONARY) return array_of(type, values, offset);
  const auto& coded = static_cast<const arrow::DictionaryType&>(*type);
  const dictionary own = shared != nullptr ? *shared : dictionary(coded.value_type(), values);
  const array_ptr codes = own.codes(coded.index_type(), values, offset);
  return std::make_shared<arrow::DictionaryArray>(type, codes, own.values);
}

// --- The source ---------------------------------------------------------------------------------------------------

class text_source : public batch_source {
 public:
  text_source(const table_text& table, const table_layout& layout, std::filesystem::path path)
      : table_(table), layout_(layout), path_(std::move(path)) {
    for (const auto& column : table.columns) names_.push_back(column.name);
  }

  const std::vector<std::string>& columns() const override { return names_; }
  std::optional<std::int64_t> rows() const override {
    if (!layout_.tells_rows) return std::nullopt;
    return static_cast<std::int64_t>(table_.rows.size());
  }

  void start(const std::vector<column_request>& wanted) override {
    wanted_.clear();
    dictionaries_.clear();
    for (const column_request& column : wanted) {
      refuse_twice(names_, column.name, path_);
      wanted_.push_back(
          static_cast<std::size_t>(std::find(names_.begin(), names_.end(), column.name) - names_.begin()));
      const type_ptr& type = table_.columns[wanted_.back()].type;
      if (layout_.one_dictionary && type->id() == Type::DICTIONARY) {
        const auto& coded = static_cast<const arrow::DictionaryType&>(*type);
        dictionaries_.emplace(
            wanted_.back(), dictionary(coded.value_type(), cells_of(wanted_.back(), 0, table_.rows.size())));
      }
    }
    next_row_ = 0;
    next_batch_ = 0;
  }

  std::optional<batch> next() override {
    if (next_row_ == table_.rows.size()) return std::nullopt;
    const std::size_t wished = layout_.batch_rows[next_batch_++ % layout_.batch_rows.size()];
    const std::size_t first = next_row_,
                      last = std::min(table_.rows.size(), first + std::max<std::size_t>(wished, 1));
    next_row_ = last;
    batch result;
    result.rows_expected = layout_.tells_rows ? last - first : 0;
    result.parts = layout_.parts ? wanted_.size() : 1;
    result.decode = [this, first, last](std::size_t part, const array_taker& take) {
      for (std::size_t i = 0; i < wanted_.size(); ++i) {
        if (!layout_.parts || i == part) decode(i, first, last, take);
      }
    };
    return result;
  }

 private:
  cells cells_of(std::size_t column, std::size_t first, std::size_t last) const {
    cells result;
    for (std::size_t i = first; i < last; ++i) {
      result.push_back(table_.rows[layout_.reversed ? table_.rows.size() - 1 - i : i][column]);
    }
    return result;
  }

  void decode(std::size_t i, std::size_t first, std::size_t last, const array_taker& take) const {
    const std::size_t column = wanted_[i];
    const auto shared = dictionaries_.find(column);
    for (std::size_t turn = i; first < last; ++turn) {
      const std::size_t wished = layout_.array_rows[turn % layout_.array_rows.size()];  // 0: an empty array
      const std::size_t end = std::min(last, first + wished);
      take(i, *array_of(table_.columns[column].type, cells_of(column, first, end), layout_.offset,
                        shared == dictionaries_.end() ? nullptr : &shared->second));
      first = end;
    }
  }

  const table_text& table_;
  table_layout layout_;
  std::filesystem::path path_;
  std::vector<std::string> names_;
  std::vector<std::size_t> wanted_;
  std::map<std::size_t, dictionary> dictionaries_;
  std::size_t next_row_ = 0, next_batch_ = 0;
};

// --- Values in plain types --------------------------------------------------------------------------------------

bool is_text_type(const arrow::DataType& type) {
  if (type.id() == Type::DICTIONARY)
    return is_text_type(*static_cast<const arrow::DictionaryType&>(type).value_type());
  return type.id() == Type::STRING || type.id() == Type::LARGE_STRING || type.id() == Type::STRING_VIEW;
}

bool is_time_in_utc(const arrow::DataType& type) {
  if (type.id() == Type::DATE32 || type.id() == Type::DATE64) return true;
  if (type.id() != Type::TIMESTAMP) return false;
  const std::string& zone = static_cast<const arrow::TimestampType&>(type).timezone();
  return zone.empty() || zone == "UTC" || zone == "Etc/UTC" || zone == "Z" || zone == "+00:00";
}

std::string plain_day_of_text(const std::string& cell) {
  const auto day = parse_date(bytes_of(cell));
  return day ? std::to_string(to_days(*day)) : "-";
}

// The day a time lies in; days beyond date32 are as wrong as its ends.
std::string plain_day(std::int64_t time, std::int64_t units_a_day) {
  const std::int64_t day = time / units_a_day - (time % units_a_day < 0 ? 1 : 0);
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  return std::to_string(std::clamp(day, -most, most));
}

double number_of_half(std::uint16_t bits) {
  const double fraction = bits & 0x3ff;
  const int exponent = (bits >> 10) & 0x1f;
  double value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024.0, exponent - 25);
  if (exponent == 0x1f) value = fraction > 0.0 ? std::nan("") : HUGE_VAL;
  return bits >> 15 ? -value : value;
}

template <typename Value>
double number_at(const std::uint8_t* from) {
  Value value;
  std::memcpy(&value, from, sizeof value);
  return static_cast<double>(value);
}

double number_of(const arrow::DataType& type, const std::uint8_t* from) {
  switch (type.id()) {
    case Type::INT8:
      return number_at<std::int8_t>(from);
    case Type::INT16:
      return number_at<std::int16_t>(from);
    case Type::INT32:
      return number_at<std::int32_t>(from);
    case Type::INT64:
      return number_at<std::int64_t>(from);
    case Type::UINT8:
      return number_at<std::uint8_t>(from);
    case Type::UINT16:
      return number_at<std::uint16_t>(from);
    case Type::UINT32:
      return number_at<std::uint32_t>(from);
    case Type::UINT64:
      return number_at<std::uint64_t>(from);
    case Type::FLOAT:
      return number_at<float>(from);
    case Type::DOUBLE:
      return number_at<double>(from);
    default:
      return number_of_half(static_cast<std::uint16_t>(from[0] | from[1] << 8));
  }
}

// As bits; NaN is missing and there is one zero.
std::string plain_number(const arrow::DataType& type, const std::string& cell) {
  std::uint8_t value[8] = {};
  put_fixed(type, static_cast<std::size_t>(type.byte_width()), cell, value);
  const double number = number_of(type, value);
  if (std::isnan(number)) return "-";
  char text[19];
  std::snprintf(text, sizeof text, "0x%llx",
                static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(number == 0.0 ? 0.0 : number)));
  return text;
}

// What a configuration would let through.
void set_number(const std::string& word, double most, double& value) {
  const double wished = std::strtod(word.c_str(), nullptr);
  if (std::isfinite(wished) && wished > 0.0 && wished <= most) value = wished;
}

// Empty lists, and such of which no turn brings a row, are not taken.
void set_counts(const std::vector<std::string>& words, std::vector<std::size_t>& counts) {
  std::vector<std::size_t> wished;
  for (std::size_t i = 1; i < words.size(); ++i) wished.push_back(count_of(words[i], most_rows));
  if (std::any_of(wished.begin(), wished.end(), [](std::size_t n) { return n > 0; })) counts = wished;
}

void change_columns(const std::vector<std::string>& words, std::vector<table_text::column>& columns) {
  const std::string name = bytes_of(words[1]);
  const auto known =
      std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  const type_ptr type = words[0] == "column" && words.size() > 2 ? type_of(words[2]) : nullptr;
  if (words[0] == "without" && known != columns.end()) {
    columns.erase(known);
  } else if (words[0] == "again" && known != columns.end() && columns.size() < most_columns) {
    columns.push_back(*known);
  } else if (type && known != columns.end()) {
    known->type = type;
  } else if (type && columns.size() < most_columns) {
    columns.push_back({name, type});
  }
}

void take_statement(const std::vector<std::string>& words, table_text& table) {
  const std::string& name = words[0];
  const std::string& value = words[1];
  if (name == "start") table.settings.start = parse_date(value);
  if (name == "as_of") table.as_of = parse_date(value);
  if (name == "max_abs_return")
    set_number(value, std::numeric_limits<double>::max(), table.settings.max_abs_return);
  if (name == "max_dropped_share") set_number(value, 1.0, table.settings.max_dropped_share);
  if (name == "batches") set_counts(words, table.layout.batch_rows);
  if (name == "arrays") set_counts(words, table.layout.array_rows);
  if (name == "offset") table.layout.offset = count_of(value, most_offset);
  if (name == "column" || name == "without" || name == "again") change_columns(words, table.columns);
}

}  // namespace

table_text parse_table_text(std::string_view text) {
  table_text table;
  table.columns = {{"date", arrow::date32()},
                   {"symbol", arrow::utf8()},
                   {"market_cap", arrow::float64()},
                   {"return", arrow::float64()}};
  bool in_rows = false;
  while (!text.empty() && table.rows.size() < most_rows) {
    auto words = words_of(text.substr(0, text.find('\n')), " \t\r");
    text.remove_prefix(
        std::min(text.size(), text.find('\n') == std::string_view::npos ? text.size() : text.find('\n') + 1));
    if (in_rows) {
      if (words.empty()) continue;
      words.resize(table.columns.size(), "-");
      table.rows.push_back(std::move(words));
    } else if (words.size() == 1 && words[0] == "rows") {
      in_rows = true;
    } else if (words.size() > 1) {
      take_statement(words, table);
    }
  }
  return table;
}

table_text in_plain_types(const table_text& table) {
  table_text plain = table;
  for (std::size_t i = 0; i < plain.columns.size(); ++i) {
    const std::string& name = plain.columns[i].name;
    type_ptr& type = plain.columns[i].type;
    const bool is_day = name == "date", is_text = name == "symbol";
    if (!is_day && !is_text && name != "market_cap" && name != "return" && name != "close") continue;
    const auto cells_as = [&](const type_ptr& new_type, const auto& convert) {
      for (auto& row : plain.rows) row[i] = is_missing(row[i]) ? "-" : convert(row[i]);
      type = new_type;
    };
    const arrow::DataType& old = *type;
    const bool is_damaged = std::any_of(plain.rows.begin(), plain.rows.end(),
                                        [&](const auto& row) { return row[i].starts_with('#'); });
    if (is_text_type(old) && (is_day || is_text)) {
      if (old.id() == Type::DICTIONARY && is_damaged) continue;
      const bool null_entries = old.id() == Type::DICTIONARY;
      cells_as(is_day ? arrow::date32() : arrow::utf8(), [&](const std::string& cell) {
        return null_entries && cell == "~" ? "-" : is_day ? plain_day_of_text(cell) : cell;
      });
    } else if (is_day && is_time_in_utc(old)) {
      const std::int64_t units = units_a_day(old);
      const bool is_narrow = old.id() == Type::DATE32;
      cells_as(arrow::date32(), [&](const std::string& cell) {
        const std::int64_t time = time_of(cell, units);
        return plain_day(is_narrow ? static_cast<std::int32_t>(time) : time, units);
      });
    } else if (!is_day && !is_text && (arrow::is_integer(old.id()) || arrow::is_floating(old.id()))) {
      const type_ptr kept = type;
      cells_as(arrow::float64(), [&](const std::string& cell) { return plain_number(*kept, cell); });
    }
  }
  return plain;
}

std::unique_ptr<batch_source> memory_source(const table_text& table, const table_layout& layout,
                                            const std::filesystem::path& path) {
  return std::make_unique<text_source>(table, layout, path);
}

}  // namespace topheavy

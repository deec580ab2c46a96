// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/base/text_file.h"
#include "host/config/config.h"
#include "host/generate/universe.h"
#include "host/generate/write_tables.h"
#include "host/generate/write_universe.h"
#include "host/stress/stress_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <unistd.h>

#include <arrow/api.h>
#include <arrow/csv/api.h>
#include <arrow/io/file.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>
#include <parquet/arrow/reader.h>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

universe_request request_of(int constituents, int days, std::uint64_t seed = 1) {
  universe_request request;
  request.constituents = constituents;
  request.days = days;
  request.seed = seed;
  return request;
}

const universe& demo() {
  static const universe u = draw_universe({});
  return u;
}

std::size_t index_of(const std::vector<date>& days, const char* iso) {
  const auto found = std::find(days.begin(), days.end(), *parse_date(iso));
  EXPECT_NE(found, days.end()) << iso;
  return static_cast<std::size_t>(found - days.begin());
}

double volatility_on(const universe& u, const char* iso) {
  return u.volatility[index_of(u.volatility_dates, iso)];
}

// Compounded cap-weighted return of the constituents that `belongs` selects, over (start, end].
double group_return(const universe& u, const char* start, const char* end,
                    const std::function<bool(std::size_t)>& belongs) {
  const std::size_t N = u.data.constituents();
  double level = 1.0;
  for (std::size_t t = index_of(u.data.dates, start) + 1; t <= index_of(u.data.dates, end); ++t) {
    double base = 0.0;
    double gain = 0.0;
    for (std::size_t n = 0; n < N; ++n) {
      const double cap = u.data.cap[(t - 1) * N + n];
      const double ret = u.data.ret[t * N + n];
      if (!belongs(n) || cap <= 0.0 || std::isnan(ret)) continue;
      base += cap;
      gain += cap * ret;
    }
    level *= 1.0 + gain / base;
  }
  return level - 1.0;
}

double tier_return(const universe& u, const char* start, const char* end,
                   const std::vector<std::string>& symbols) {
  return group_return(u, start, end, [&](std::size_t n) {
    return std::find(symbols.begin(), symbols.end(), u.data.symbols[n]) != symbols.end();
  });
}

// Share of the last close's caps by sector, and of the ten largest constituents.
std::map<std::string, double> final_shares(const universe& u) {
  const std::size_t N = u.data.constituents();
  const auto first = u.data.cap.end() - static_cast<std::ptrdiff_t>(N);
  std::vector<double> cap(first, u.data.cap.end());
  const double total = std::accumulate(cap.begin(), cap.end(), 0.0);
  std::map<std::string, double> share;
  for (std::size_t n = 0; n < N; ++n) share[u.labels[n].sector] += cap[n] / total;
  std::sort(cap.rbegin(), cap.rend());
  share["top ten"] = std::accumulate(cap.begin(), cap.begin() + 10, 0.0) / total;
  return share;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

bool same_bits(const universe& a, const universe& b) {
  return same_bits(a.data.cap, b.data.cap) && same_bits(a.data.ret, b.data.ret) &&
         same_bits(a.volatility, b.volatility) && same_bits(a.first_shares, b.first_shares) &&
         a.data.symbols == b.data.symbols && a.data.dates == b.data.dates;
}

void expect_top_heavy(const universe& u) {
  const std::map<std::string, double> share = final_shares(u);
  EXPECT_GT(share.at("Technology"), 0.55);
  EXPECT_LT(share.at("Technology"), 0.60);
  EXPECT_GT(share.at("Communication Services"), 0.12);
  EXPECT_LT(share.at("Communication Services"), 0.15);
  EXPECT_GT(share.at("Consumer Discretionary"), 0.12);
  EXPECT_LT(share.at("Consumer Discretionary"), 0.14);
  EXPECT_GT(share.at("top ten"), 0.45);
  EXPECT_LT(share.at("top ten"), 0.50);
}

TEST(universe, is_top_heavy_at_the_last_close) {
  expect_top_heavy(demo());
  EXPECT_EQ(final_shares(demo()).size(), 12u);  // eleven sectors and the top ten
  expect_top_heavy(draw_universe(request_of(1000, 100)));
  expect_top_heavy(draw_universe(request_of(200, 60, 5)));
}

TEST(universe, replays_the_spring) {
  const universe& u = demo();
  EXPECT_EQ(volatility_on(u, "2026-03-27"), 31.05);
  EXPECT_EQ(volatility_on(u, "2026-04-14"), 18.3);
  EXPECT_EQ(volatility_on(u, "2026-04-24"), 18.3);
  for (std::size_t v = index_of(u.volatility_dates, "2026-01-15"); v < u.volatility.size(); ++v) {
    EXPECT_LE(u.volatility[v], 31.05) << to_iso(u.volatility_dates[v]);
  }
  const auto rally = [&](const std::vector<std::string>& tier) {
    return tier_return(u, "2026-03-30", "2026-04-24", tier);
  };
  const double index = group_return(u, "2026-03-30", "2026-04-24", [](std::size_t) { return true; });
  const double defensive = group_return(u, "2026-03-30", "2026-04-24", [&](std::size_t n) {
    const std::string& sector = u.labels[n].sector;
    return sector == "Consumer Staples" || sector == "Utilities" || sector == "Health Care" ||
           sector == "Real Estate";
  });
  EXPECT_GT(index, 0.15);
  EXPECT_LT(index, 0.20);
  EXPECT_GT(rally(u.ai_leaders), rally(u.semiconductors));
  EXPECT_GT(rally(u.semiconductors), rally(u.crypto));
  EXPECT_GT(rally(u.crypto), defensive);
  EXPECT_LT(defensive, index - 0.05);
  // In this order they turn: the leaders in the first part, crypto last.
  EXPECT_LT(tier_return(u, "2026-03-30", "2026-04-08", u.crypto),
            tier_return(u, "2026-03-30", "2026-04-08", u.ai_leaders));
  EXPECT_GT(tier_return(u, "2026-04-15", "2026-04-24", u.crypto),
            tier_return(u, "2026-04-15", "2026-04-24", u.ai_leaders));
}

TEST(universe, looks_like_a_nightly_feed) {
  const universe& u = demo();
  const std::size_t N = u.data.constituents();
  const std::size_t T = u.data.days();
  ASSERT_EQ(N, 3000u);
  ASSERT_EQ(T, 756u);
  EXPECT_TRUE(std::is_sorted(u.data.symbols.begin(), u.data.symbols.end()));
  EXPECT_EQ(std::set<std::string>(u.data.symbols.begin(), u.data.symbols.end()).size(), N);
  for (const char* careless : {"NA", "NAN", "NULL", "ON", "NO", "Y", "TRUE", "1E5", "INF"}) {
    EXPECT_TRUE(std::binary_search(u.data.symbols.begin(), u.data.symbols.end(), careless)) << careless;
  }
  int later = 0;
  int gone = 0;
  int silent = 0;
  for (std::size_t n = 0; n < N; ++n) {
    later += u.data.cap[n] == 0.0;
    gone += u.data.cap[(T - 1) * N + n] == 0.0;
    for (std::size_t t = 1; t < T; ++t) {
      silent += u.data.cap[t * N + n] > 0.0 && u.data.cap[(t - 1) * N + n] > 0.0 &&
                std::isnan(u.data.ret[t * N + n]);
    }
  }
  EXPECT_GT(later, 200);
  EXPECT_GT(gone, 100);
  EXPECT_GT(silent, 100);
  EXPECT_LT(silent, 1000);
  EXPECT_GT(u.issues.size(), 100u);
  const auto shared = std::count_if(u.labels.begin(), u.labels.end(),
                                    [](const constituent_label& c) { return c.issuer != c.symbol; });
  EXPECT_GE(shared, 5);
  EXPECT_LE(shared, 50);
  EXPECT_EQ(u.volatility.size(), T + 2610);
  EXPECT_TRUE(std::equal(u.data.dates.begin(), u.data.dates.end(), u.volatility_dates.end() - 756));
}

// Every cap follows from the one before, the return and the share issues; rows and returns stand where they
// belong.
void expect_consistent(const universe& u) {
  const std::size_t N = u.data.constituents();
  std::map<std::pair<std::size_t, std::size_t>, double> issued;
  for (const share_issue& i : u.issues) issued[{i.day, i.constituent}] = i.growth;
  for (std::size_t t = 0; t < u.data.days(); ++t) {
    for (std::size_t n = 0; n < N; ++n) {
      const double cap = u.data.cap[t * N + n];
      const double ret = u.data.ret[t * N + n];
      ASSERT_TRUE(cap >= 0.0 && cap < 1e14 && cap == std::floor(cap)) << cap;
      if (cap == 0.0) {
        ASSERT_TRUE(std::isnan(ret));
      }
      if (std::isnan(ret)) continue;
      ASSERT_GT(ret, -0.95);
      ASSERT_LT(ret, 2.0);
      const double before = t > 0 ? u.data.cap[(t - 1) * N + n] : 0.0;
      if (before == 0.0) continue;
      const auto issue = issued.find({t, n});
      const double growth = issue == issued.end() ? 1.0 : issue->second;
      ASSERT_NEAR(cap / before / growth, 1.0 + ret, 5.0 / std::min(cap, before))
          << u.data.symbols[n] << " day " << t;
    }
  }
}

TEST(universe, has_caps_that_follow_from_returns) {
  expect_consistent(demo());
  expect_consistent(draw_universe(request_of(40, 3000, 9)));
}

TEST(universe, works_when_small) {
  for (const auto& [constituents, days] : {std::pair{20, 30}, {21, 31}, {33, 30}, {60, 45}, {128, 260}}) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      const universe u = draw_universe(request_of(constituents, days, seed));
      EXPECT_EQ(u.data.cap.size(), static_cast<std::size_t>(constituents * days));
      EXPECT_EQ(final_shares(u).size(), 12u);
      EXPECT_FALSE(u.crypto.empty());
      EXPECT_FALSE(u.semiconductors.empty());
      expect_consistent(u);
    }
  }
}

TEST(universe, ends_where_it_is_told_to) {
  universe_request request = request_of(50, 100);
  request.last = *parse_date("2019-12-31");
  const universe u = draw_universe(request);
  EXPECT_EQ(to_iso(u.data.dates.back()), "2019-12-31");
  EXPECT_TRUE(std::all_of(u.data.dates.begin(), u.data.dates.end(), is_weekday));
  EXPECT_EQ(configuration_text(u, {}).find("windows:"), std::string::npos);
  expect_consistent(u);
}

TEST(universe, is_the_same_for_the_same_seed_and_any_number_of_threads) {
  const universe_request request = request_of(300, 200, 42);
  const universe u = draw_universe(request);
  for (const std::size_t threads : {1u, 2u, 3u, 7u}) {
    const oneapi::tbb::global_control limit(oneapi::tbb::global_control::max_allowed_parallelism, threads);
    EXPECT_TRUE(same_bits(u, draw_universe(request))) << threads << " threads";
  }
  EXPECT_FALSE(same_bits(u, draw_universe(request_of(300, 200, 43))));
}

// Any machine and compiler must give these very bits (FNV-1a over them). The number changes with the model only.
TEST(universe, has_these_bits) {
  const universe u = draw_universe(request_of(200, 100));
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const auto* values : {&u.data.cap, &u.data.ret, &u.volatility, &u.first_shares}) {
    for (const double v : *values) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &v, sizeof bits);
      hash = (hash ^ (std::isnan(v) ? 0 : bits)) * 0x100000001b3;
    }
  }
  EXPECT_EQ(hash, 9174122899118103415u);
}

TEST(universe, begins_with_the_same_constituents_when_it_grows) {
  const universe small = draw_universe(request_of(150, 100));
  const universe large = draw_universe(request_of(400, 100));
  for (std::size_t n = 0; n < 150; ++n) {
    const auto found =
        std::lower_bound(large.data.symbols.begin(), large.data.symbols.end(), small.data.symbols[n]);
    ASSERT_TRUE(found != large.data.symbols.end() && *found == small.data.symbols[n]);
    const auto m = static_cast<std::size_t>(found - large.data.symbols.begin());
    for (std::size_t t = 0; t < 100; ++t) {
      const double a = small.data.ret[t * 150 + n];
      const double b = large.data.ret[t * 400 + m];
      ASSERT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << small.data.symbols[n] << " day " << t;
    }
  }
}

TEST(universe, refuses_what_it_cannot_draw) {
  universe_request sunday = request_of(100, 100);
  sunday.last = *parse_date("2026-05-03");
  for (const universe_request& r :
       {request_of(19, 100), request_of(200001, 100), request_of(100, 29), request_of(100, 20001), sunday}) {
    EXPECT_THROW(draw_universe(r), error);
  }
}

class written_universe : public testing::Test {
 protected:
  void SetUp() override {
    parent_ = fs::temp_directory_path() / fmt::format("topheavy-generate-{}", getpid());
    fs::remove_all(parent_);
    fs::create_directories(parent_);
  }
  void TearDown() override { fs::remove_all(parent_); }
  fs::path parent_;
};

std::shared_ptr<arrow::Table> read_parquet(const fs::path& file, int* row_groups) {
  const auto input = arrow::io::ReadableFile::Open(file.string()).ValueOrDie();
  const auto reader = parquet::arrow::OpenFile(input, arrow::default_memory_pool()).ValueOrDie();
  *row_groups = reader->num_row_groups();
  return reader->ReadTable().ValueOrDie()->CombineChunks().ValueOrDie();
}

std::shared_ptr<arrow::Table> read_csv(const fs::path& file) {
  auto convert = arrow::csv::ConvertOptions::Defaults();
  convert.column_types = {{"date", arrow::date32()},
                          {"symbol", arrow::utf8()},
                          {"close", arrow::float64()},
                          {"return", arrow::float64()},
                          {"market_cap", arrow::int64()}};
  convert.null_values = {""};
  const auto reader = arrow::csv::TableReader::Make(arrow::io::default_io_context(),
                                                    arrow::io::ReadableFile::Open(file.string()).ValueOrDie(),
                                                    arrow::csv::ReadOptions::Defaults(),
                                                    arrow::csv::ParseOptions::Defaults(), convert)
                          .ValueOrDie();
  return reader->Read().ValueOrDie()->CombineChunks().ValueOrDie();
}

TEST_F(written_universe, holds_the_same_panel_in_parquet_and_csv) {
  const universe_request request = request_of(120, 90, 3);
  const universe u = draw_universe(request);
  write_options options;
  options.row_group_rows = 1000;
  generate_universe(request, options, parent_ / "parquet");
  options.format = panel_format::csv;
  generate_universe(request, options, parent_ / "csv");
  int row_groups = 0;
  const auto a = read_parquet(parent_ / "parquet" / "panel.parquet", &row_groups);
  const auto b = read_csv(parent_ / "csv" / "panel.csv");
  const auto rows = std::count_if(u.data.cap.begin(), u.data.cap.end(), [](double cap) { return cap > 0.0; });
  EXPECT_EQ(a->num_rows(), rows);
  EXPECT_EQ(row_groups, (rows + 999) / 1000);
  EXPECT_EQ(a->ColumnNames(), (std::vector<std::string>{"date", "symbol", "close", "return", "market_cap"}));
  EXPECT_TRUE(a->schema()->field(1)->type()->Equals(arrow::utf8()));
  ASSERT_EQ(a->num_rows(), b->num_rows());
  for (int c = 0; c < a->num_columns(); ++c) {
    EXPECT_TRUE(a->column(c)->Equals(*b->column(c))) << a->field(c)->name();  // doubles: equal, not near
  }
  // The rows of the file are the cells of the panel, by date, then symbol.
  const auto& cap = static_cast<const arrow::Int64Array&>(*a->column(4)->chunk(0));
  const auto& ret = static_cast<const arrow::DoubleArray&>(*a->column(3)->chunk(0));
  std::int64_t row = 0;
  for (std::size_t cell = 0; cell < u.data.cap.size(); ++cell) {
    if (u.data.cap[cell] == 0.0) continue;
    ASSERT_EQ(static_cast<double>(cap.Value(row)), u.data.cap[cell]);
    ASSERT_EQ(ret.IsNull(row), std::isnan(u.data.ret[cell]));
    if (!ret.IsNull(row)) {
      ASSERT_EQ(ret.Value(row), u.data.ret[cell]);
    }
    ++row;
  }
}

TEST_F(written_universe, is_ready_to_run) {
  write_options options;
  options.data_folder = "data";
  generate_universe(request_of(250, 60), options, parent_ / "ready");
  const settings s = read_settings(parent_ / "ready" / "config.yaml", {});
  EXPECT_EQ(s.name, "demo");
  EXPECT_TRUE(fs::equivalent(s.data.panel, parent_ / "ready" / "data" / "panel.parquet"));
  ASSERT_EQ(s.windows.size(), 2u);
  EXPECT_EQ(s.windows[1].name, "rally");
  ASSERT_EQ(s.groups.size(), 1u);
  ASSERT_EQ(s.groups[0].groups.size(), 3u);
  EXPECT_EQ(s.groups[0].groups[0].symbols.size(), 8u);
  EXPECT_EQ(s.groups[0].groups[2].symbols, (std::vector<std::string>{"ON", "RXHC"}));
  EXPECT_TRUE(s.scenarios.empty());  // of too short a history
  EXPECT_FALSE(fs::exists(parent_ / "ready" / "stress"));
}

TEST_F(written_universe, has_scenarios_and_their_stresses) {
  write_options options;
  for (const bool again : {false, true}) {
    options.force = again;
    generate_universe(request_of(20, 252), options, parent_ / "year");
  }
  const settings s = read_settings(parent_ / "year" / "config.yaml", {});
  ASSERT_EQ(s.scenarios.size(), 1u);
  EXPECT_EQ(s.scenarios[0].events.size(), 3u);
  const auto stresses = read_stresses(s).at(0);
  ASSERT_EQ(stresses.size(), 2u);
  EXPECT_EQ(stresses[0].name, "volatility_back_to_31");
  write_text(parent_ / "year" / "stress" / "mine.yaml", "mine");
  EXPECT_THROW(generate_universe(request_of(20, 252), options, parent_ / "year"), error);
  EXPECT_TRUE(fs::exists(parent_ / "year" / "stress" / "mine.yaml"));
  const auto& shock = std::get<group_shock>(stresses[1].shocks.at(0).what);
  ASSERT_EQ(s.groups.size(), 1u);
  EXPECT_EQ(shock.dimension, s.groups[0].name);
  EXPECT_EQ(shock.group, s.groups[0].groups.at(1).name);
}

TEST_F(written_universe, replaces_only_a_universe_and_only_when_told_to) {
  const fs::path folder = parent_ / "twice";
  write_options options;
  generate_universe(request_of(20, 30), options, folder);
  EXPECT_THROW(generate_universe(request_of(20, 30), options, folder), error);
  options.force = true;
  options.format = panel_format::csv;
  generate_universe(request_of(20, 30), options, folder / "");
  EXPECT_TRUE(fs::exists(folder / "panel.csv"));
  EXPECT_FALSE(fs::exists(folder / "panel.parquet"));
  fs::create_directories(parent_ / "precious");
  write_text(parent_ / "precious" / "notes", "mine");
  EXPECT_THROW(generate_universe(request_of(20, 30), options, parent_ / "precious"), error);
  EXPECT_TRUE(fs::exists(parent_ / "precious" / "notes"));
  write_text(parent_ / "precious" / "config.yaml", "name: mine");  // somebody's own data
  write_text(parent_ / "precious" / "volatility.csv", "date,close");
  EXPECT_THROW(generate_universe(request_of(20, 30), options, parent_ / "precious"), error);
  write_text(folder / "notes", "mine");
  EXPECT_THROW(generate_universe(request_of(20, 30), options, folder), error);
  EXPECT_TRUE(fs::exists(folder / "notes"));
  EXPECT_EQ(std::distance(fs::directory_iterator(parent_), fs::directory_iterator()),
            2);  // nothing left beside
}

TEST_F(written_universe, says_so_where_the_disk_refuses) {
  write_text(parent_ / "file", "a file, not a folder");
  try {
    generate_universe(request_of(20, 30), {}, parent_ / "file" / "universe");
    FAIL();
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::resources) << e.what();
  }
}

}  // namespace
}  // namespace topheavy

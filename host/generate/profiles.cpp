// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/generate/profiles.h"

#include "host/generate/draws.h"
#include "host/generate/names.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

namespace topheavy {
namespace {

enum sector_index : std::size_t {
  technology,
  communication,
  discretionary,
  health_care,
  financials,
  industrials,
  staples,
  energy,
  real_estate,
  utilities,
  materials
};

struct industry_facts {
  const char* name;
  const char* word;  // of its companies' names
};

struct sector_facts {
  const char* name;
  double cap_share;    // of the universe at the last close
  double count_share;  // of the constituents
  double beta;
  std::array<industry_facts, 4> industries;  // a tenth, two, three and four tenths of the companies
};

constexpr sector_facts sectors[sector_count] = {
    {"Technology",
     0.570,
     0.21,
     1.15,
     {{{"Semiconductors", "Semiconductor"},
       {"Electronic Components", "Components"},
       {"IT Services", "Systems"},
       {"Application Software", "Software"}}}},
    {"Communication Services",
     0.135,
     0.04,
     0.95,
     {{{"Broadcasting", "Broadcasting"},
       {"Cable Television", "Cable"},
       {"Telecommunications", "Telecom"},
       {"Media", "Media"}}}},
    {"Consumer Discretionary",
     0.130,
     0.17,
     1.05,
     {{{"Auto Parts", "Automotive"},
       {"Leisure", "Leisure"},
       {"Restaurants", "Restaurants"},
       {"Specialty Retail", "Stores"}}}},
    {"Health Care",
     0.045,
     0.25,
     0.70,
     {{{"Health Services", "Health"},
       {"Diagnostics", "Diagnostics"},
       {"Medical Devices", "Medical"},
       {"Biotechnology", "Therapeutics"}}}},
    {"Financials",
     0.030,
     0.16,
     0.85,
     {{{"Brokers", "Securities"},
       {"Insurance", "Insurance"},
       {"Asset Managers", "Capital"},
       {"Banks", "Bancorp"}}}},
    {"Industrials",
     0.025,
     0.08,
     0.90,
     {{{"Airlines", "Airways"},
       {"Trucking", "Freight"},
       {"Building Products", "Building"},
       {"Machinery", "Machinery"}}}},
    {"Consumer Staples",
     0.030,
     0.04,
     0.50,
     {{{"Drug Stores", "Pharmacy"},
       {"Beverages", "Beverage"},
       {"Food Stores", "Markets"},
       {"Packaged Foods", "Foods"}}}},
    {"Energy",
     0.008,
     0.02,
     0.80,
     {{{"Coal", "Coal"},
       {"Refining", "Refining"},
       {"Oilfield Services", "Drilling"},
       {"Oil and Gas", "Petroleum"}}}},
    {"Real Estate",
     0.006,
     0.01,
     0.65,
     {{{"Homebuilding", "Homes"},
       {"Developers", "Development"},
       {"Property Services", "Properties"},
       {"Property Trusts", "Realty"}}}},
    {"Utilities",
     0.011,
     0.01,
     0.45,
     {{{"Gas", "Gas"},
       {"Environmental Services", "Environment"},
       {"Water", "Water"},
       {"Electric Utilities", "Power"}}}},
    {"Materials",
     0.010,
     0.01,
     0.85,
     {{{"Paper", "Paper"}, {"Chemicals", "Chemical"}, {"Metals", "Metals"}, {"Precious Metals", "Gold"}}}}};

struct giant_facts {
  const char* symbol;
  const char* issuer;
  const char* name;
  sector_index sector;
  const char* industry;
  double final_share;
  bool ai_leader;
};

// Together 48 % of the universe; the last one's 1.6 % is more than any other constituent is allowed.
constexpr giant_facts giants[] = {
    {"MRDC", "MRDC", "Meridian Compute", technology, "Accelerated Computing", 0.092, true},
    {"NRVC", "NRVC", "Norvane Cloud Systems", technology, "Cloud Platforms", 0.080, true},
    {"ORBD", "ORBD", "Orbiden Devices", technology, "Consumer Devices", 0.072, true},
    {"QLSN", "QLSN", "Quillsen Silicon", technology, "Accelerated Computing", 0.040, true},
    {"SEKR", "SEKR", "Seekari Holdings Class A", communication, "Search and Advertising", 0.034, true},
    {"SEKRL", "SEKR", "Seekari Holdings Class C", communication, "Search and Advertising", 0.032, true},
    {"AGRN", "AGRN", "Agorena Networks", communication, "Search and Advertising", 0.036, true},
    {"BZRO", "BZRO", "Bazarro Commerce", discretionary, "Online Retail", 0.052, true},
    {"VLTM", "VLTM", "Voltimera Motors", discretionary, "Auto Manufacturing", 0.026, false},
    {"WHLS", "WHLS", "Wholestead Warehouse", staples, "Food Stores", 0.016, false}};
constexpr std::size_t giant_count = std::size(giants);

// The next ones: a tier or sector each, so that the smallest universe has all of them, under tickers that
// careless readers take for missing values, truth values or numbers.
struct first_facts {
  const char* symbol;
  sector_index sector;
};
constexpr first_facts firsts[] = {{"TRUE", technology}, {"ON", financials},    {"NA", health_care},
                                  {"NAN", financials},  {"NULL", industrials}, {"1E5", energy},
                                  {"INF", real_estate}, {"NO", utilities},     {"Y", materials}};
constexpr std::size_t reserved = giant_count + std::size(firsts);

constexpr std::size_t crypto_every = 200;  // one constituent of so many, beginning with `crypto_first`
constexpr std::size_t crypto_first = giant_count + 1;
constexpr std::size_t class_every = 120;  // one of so many is a further share class of the one before

constexpr const char* countries[] = {"United States",  "Canada",  "China",    "Israel",
                                     "United Kingdom", "Ireland", "Singapore"};

bool is_crypto(std::size_t i) { return i % crypto_every == crypto_first; }
bool is_second_class(std::size_t i) { return i >= reserved && i % class_every == class_every / 2; }

// The sector that is furthest behind its share of the first i + 1 constituents.
std::size_t most_wanted_sector(const std::array<std::size_t, sector_count>& count, std::size_t i) {
  std::size_t best = 0;
  double best_lack = -1e300;
  for (std::size_t s = 0; s < sector_count; ++s) {
    const double lack = sectors[s].count_share * static_cast<double>(i + 1) - static_cast<double>(count[s]);
    if (lack > best_lack) {
      best = s;
      best_lack = lack;
    }
  }
  return best;
}

// Words, industry and country of an ordinary constituent; its name begins with the sound of `ticker`.
void label_ordinary(profile& p, std::uint64_t seed, const std::string& symbol, const std::string& ticker) {
  const random_block b = draw(seed, stream::kind, p.issuer);
  const double u = uniform_from(b.word[0]);
  const industry_facts& industry = sectors[p.sector].industries[u < 0.1 ? 0 : u < 0.3 ? 1 : u < 0.6 ? 2 : 3];
  const bool crypto = p.tier == crypto_tier;
  if (!p.tier && p.sector == technology && &industry == &sectors[technology].industries[0]) {
    p.tier = semiconductors_tier;
  }
  constexpr const char* forms[] = {"Inc.", "Corp.", "Holdings", "Group", "Ltd."};
  p.label = {symbol,
             symbol,
             fmt::format("{} {} {}", word_of(ticker), crypto ? "Digital" : industry.word,
                         forms[integer_below(5, b.word[1])]),
             sectors[p.sector].name,
             crypto ? "Digital Assets" : industry.name,
             countries[uniform_from(b.word[2]) < 0.75 ? 0 : integer_below(7, b.word[3])]};
}

// Size, exposure and listing of a constituent, by its issuer's draws.
void draw_numbers(profile& p, const universe_request& request) {
  const random_block size = draw(request.seed, stream::size, p.issuer);
  const random_block exposure = draw(request.seed, stream::exposure, p.issuer);
  const double z = first_normal(size);
  p.final_price = portable_exp(3.3 + 0.8 * second_normal(size));
  p.log_size = 2.0 * z;
  p.beta = std::clamp(sectors[p.sector].beta + 0.22 * first_normal(exposure), 0.15, 2.2);
  p.own_spread = std::clamp(0.026 - 0.0035 * z + 0.003 * second_normal(exposure), 0.011, 0.055);
  if (p.final_share > 0.0) {
    p.beta = p.tier == ai_leaders_tier ? 1.12 + 0.04 * first_normal(exposure) : p.beta;
    p.own_spread = p.tier == ai_leaders_tier ? 0.0085 : 0.014;
    p.final_price = portable_exp(5.3 + 0.4 * second_normal(size));
  } else if (p.tier == semiconductors_tier) {
    p.log_size = 1.8 + 1.3 * z;
    p.beta = 1.40 + 0.12 * first_normal(exposure);
    p.own_spread = std::min(p.own_spread, 0.024);
  } else if (p.tier == crypto_tier) {
    p.log_size = 4.0 + 0.6 * z;
    p.beta = 1.90 + 0.15 * first_normal(exposure);
    p.own_spread = 0.018;
  }
  // In the long run all grow alike, whatever their beta.
  p.drift = (1.0 - p.beta) * market_growth - 0.5 * p.own_spread * p.own_spread;
}

// A tenth of the constituents are listed later than the first day, six in a hundred leave before the last.
void draw_listing(profile& p, const universe_request& request) {
  constexpr std::uint32_t shortest = 10;  // days
  const auto days = static_cast<std::uint32_t>(request.days);
  p.first_day = 0;
  p.last_day = days - 1;
  if (!p.eventful) return;
  const random_block b = draw(request.seed, stream::listing, p.issuer);
  const std::uint32_t choices = days - 2 * shortest;
  if (uniform_from(b.word[0]) < 0.10) p.first_day = 1 + integer_below(choices, b.word[1]);
  if (uniform_from(b.word[2]) < 0.06) {
    const std::uint32_t last = shortest + integer_below(choices, b.word[3]);
    if (last >= p.first_day + shortest) p.last_day = last;
  }
}

}  // namespace

double sector_share(std::size_t sector) { return sectors[sector].cap_share; }

std::vector<profile> draw_profiles(const universe_request& request) {
  const auto N = static_cast<std::size_t>(request.constituents);
  std::vector<profile> profiles(N);
  std::array<std::size_t, sector_count> count{};
  std::unordered_set<std::string> taken;
  for (const giant_facts& g : giants) taken.insert(g.symbol);
  for (const first_facts& f : firsts) taken.insert(f.symbol);
  std::uint32_t next_ticker = 0;
  for (std::size_t i = 0; i < N; ++i) {
    profile& p = profiles[i];
    p.own = p.issuer = i;
    p.eventful = i >= reserved;
    if (i < giant_count) {
      const giant_facts& g = giants[i];
      p.label = {g.symbol, g.issuer, g.name, sectors[g.sector].name, g.industry, countries[0]};
      p.sector = g.sector;
      p.final_share = g.final_share;
      if (g.ai_leader) p.tier = ai_leaders_tier;
      if (p.label.issuer != p.label.symbol) p.issuer = i - 1;
    } else if (is_second_class(i)) {
      profile& first = profiles[i - 1];
      p.issuer = i - 1;
      p.sector = first.sector;
      p.tier = first.tier;
      p.label = first.label;
      p.label.symbol += 'L';
      first.label.name += " Class A";
      p.label.name += " Class C";
    } else {
      std::string ticker;
      do ticker = ticker_of(next_ticker++);
      while (!taken.insert(ticker).second);
      std::string symbol = ticker;
      if (i < reserved) {
        symbol = firsts[i - giant_count].symbol;
        p.sector = firsts[i - giant_count].sector;
      } else {
        p.sector = is_crypto(i) ? std::size_t{financials} : most_wanted_sector(count, i);
      }
      if (is_crypto(i)) p.tier = crypto_tier;
      if (i == giant_count) p.tier = semiconductors_tier;
      label_ordinary(p, request.seed, symbol, ticker);
    }
    ++count[p.sector];
    draw_numbers(p, request);
    draw_listing(p, request);
  }
  return profiles;
}

}  // namespace topheavy

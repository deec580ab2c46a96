// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/generate/universe.h"

#include "host/base/error.h"
#include "host/base/stop.h"
#include "host/generate/common_paths.h"
#include "host/generate/draws.h"
#include "host/generate/profiles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include <fmt/format.h>
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

constexpr double total_cap = 36e12;  // of all constituents at the last close, currency
constexpr double largest_ordinary =
    0.012;  // share of one that is no giant; more in universes too small for it
constexpr double smallest_cap = 200000.0;  // at a constituent's last close
constexpr double missing_probability = 1.5e-4;
constexpr double issue_probability = 1.5e-4;

void check(const universe_request& request) {
  const auto refuse = [](const std::string& text) { throw error(error_class::usage, text); };
  if (request.constituents < least_constituents || request.constituents > most_constituents) {
    refuse(fmt::format("constituents is {}; allowed are {} to {}", request.constituents, least_constituents,
                       most_constituents));
  }
  if (request.days < least_days || request.days > most_days) {
    refuse(fmt::format("days is {}; allowed are {} to {}", request.days, least_days, most_days));
  }
  if (!is_weekday(request.last)) refuse(fmt::format("the last day, {}, is no weekday", to_iso(request.last)));
}

// Calls body(n) for every constituent. Eight doubles are a cache line, which one thread then writes alone.
template <typename Body>
void for_each_constituent(std::size_t N, Body body) {
  constexpr std::size_t line = 8;
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, (N + line - 1) / line), [&](const auto& lines) {
    throw_if_stopped();
    const std::size_t last = std::min(N, lines.end() * line);
    for (std::size_t n = lines.begin() * line; n < last; ++n) body(n);
  });
}

// Writes the returns of constituent n while it is listed and returns the sum of its log returns.
double draw_returns(const universe_request& request, const profile& p, const common_paths& paths,
                    std::size_t n, panel& data) {
  const std::vector<double>& sector = paths.sector[p.sector];
  const std::vector<double>* tier = p.tier ? &paths.tier[*p.tier] : nullptr;
  const std::size_t N = data.constituents();
  double growth = 0.0;
  for (std::size_t t = p.first_day; t <= p.last_day; ++t) {
    double g = p.drift + p.beta * paths.market[t] + sector[t] + (tier ? (*tier)[t] : 0.0);
    g += p.own_spread * paths.own_scale[t] *
         heavy_tailed(draw(request.seed, stream::own_return, p.issuer, data.dates[t]));
    if (p.issuer != p.own) {
      g += 0.0008 * first_normal(draw(request.seed, stream::class_noise, p.own, data.dates[t]));
    }
    g = std::clamp(g, -1.6, 0.9);
    data.ret[t * N + n] = std::floor((portable_exp(g) - 1.0) * 1e6 + 0.5) / 1e6;
    growth += g;
  }
  return growth;
}

// Cap of each profile on its last day: giants have the share that is set, the others start from their size,
// grow by their returns and are scaled to what their sector has left, none above the largest share allowed.
std::vector<double> final_caps(const std::vector<profile>& profiles, const std::vector<double>& growth,
                               std::size_t last_day) {
  std::vector<double> cap(profiles.size());
  for (std::size_t s = 0; s < sector_count; ++s) {
    double left = sector_share(s);
    double sum = 0.0;
    std::vector<std::size_t> listed;  // at the last close, by size descending
    for (std::size_t i = 0; i < profiles.size(); ++i) {
      const profile& p = profiles[i];
      if (p.sector != s) continue;
      if (p.final_share > 0.0) {
        left -= p.final_share;
        cap[i] = p.final_share;
        continue;
      }
      cap[i] = portable_exp(p.log_size + growth[i]);
      if (p.last_day < last_day) continue;
      listed.push_back(i);
      sum += cap[i];
    }
    std::sort(listed.begin(), listed.end(),
              [&](std::size_t a, std::size_t b) { return cap[a] != cap[b] ? cap[a] > cap[b] : a < b; });
    const double ceiling = std::max(
        largest_ordinary, 1.25 * left / static_cast<double>(std::max<std::size_t>(listed.size(), 1)));
    // The largest are cut to the ceiling one after the other until the rest, scaled to what is left, stays
    // below it.
    std::size_t cut = 0;
    while (cut < listed.size() && cap[listed[cut]] / sum * left > ceiling) {
      sum -= cap[listed[cut]];
      left -= ceiling;
      ++cut;
    }
    const double scale = sum > 0.0 ? left / sum : 1.0;
    for (std::size_t i = 0; i < profiles.size(); ++i) {
      const profile& p = profiles[i];
      if (p.sector == s && p.final_share == 0.0) cap[i] = std::min(cap[i] * scale, ceiling);
    }
  }
  for (double& c : cap) c = std::max(c * total_cap, smallest_cap);
  return cap;
}

struct drawn_events {
  bool missing;         // the day's return is not reported
  double share_growth;  // factor on the shares
};

drawn_events draw_events(std::uint64_t seed, std::uint64_t own, date day) {
  const random_block b = draw(seed, stream::event, own, day);
  const bool issue = uniform_from(b.word[1]) < issue_probability;
  return {uniform_from(b.word[0]) < missing_probability, issue ? 1.03 + 0.12 * uniform_from(b.word[2]) : 1.0};
}

// Writes the caps of constituent n backwards from its last one, cap[t-1] = cap[t] / (1 + r[t]) / growth of
// shares, then takes out the returns that are not reported: those drawn as missing and that of the listing
// day. Adds its issues.
void draw_caps(const universe_request& request, const profile& p, double final_cap, std::size_t n,
               universe& u, std::vector<share_issue>& issues) {
  const std::size_t N = u.data.constituents();
  double cap = final_cap;
  double shares = std::floor(final_cap / p.final_price) + 1.0;
  for (std::size_t t = p.last_day;; --t) {
    double& ret = u.data.ret[t * N + n];
    u.data.cap[t * N + n] = std::max(1.0, std::floor(cap + 0.5));
    if (t == p.first_day) {
      if (p.first_day > 0) ret = std::numeric_limits<double>::quiet_NaN();
      break;
    }
    cap /= 1.0 + ret;
    if (!p.eventful) continue;
    const drawn_events event = draw_events(request.seed, p.own, u.data.dates[t]);
    if (event.missing) ret = std::numeric_limits<double>::quiet_NaN();
    if (event.share_growth > 1.0) {
      issues.push_back({static_cast<std::uint32_t>(t), static_cast<std::uint32_t>(n), event.share_growth});
      cap /= event.share_growth;
      shares /= event.share_growth;
    }
  }
  u.first_shares[n] = shares;
}

}  // namespace

universe draw_universe(const universe_request& request) {
  check(request);
  const auto N = static_cast<std::size_t>(request.constituents);
  const auto T = static_cast<std::size_t>(request.days);
  std::vector<profile> profiles = draw_profiles(request);
  std::sort(profiles.begin(), profiles.end(),
            [](const profile& a, const profile& b) { return a.label.symbol < b.label.symbol; });
  universe u;
  u.data.dates = weekdays_until(request.last, T);
  for (const profile& p : profiles) {
    u.data.symbols.push_back(p.label.symbol);
    u.labels.push_back(p.label);
    if (p.tier == ai_leaders_tier) u.ai_leaders.push_back(p.label.symbol);
    if (p.tier == semiconductors_tier) u.semiconductors.push_back(p.label.symbol);
    if (p.tier == crypto_tier) u.crypto.push_back(p.label.symbol);
  }
  common_paths paths = draw_common_paths(request.seed, u.data.dates);

  u.data.cap.assign(T * N, 0.0);
  u.data.ret.assign(T * N, std::numeric_limits<double>::quiet_NaN());
  std::vector<double> growth(N);
  for_each_constituent(
      N, [&](std::size_t n) { growth[n] = draw_returns(request, profiles[n], paths, n, u.data); });
  const std::vector<double> last = final_caps(profiles, growth, T - 1);
  u.first_shares.resize(N);
  std::mutex adding;
  for_each_constituent(N, [&](std::size_t n) {
    std::vector<share_issue> issues;
    draw_caps(request, profiles[n], last[n], n, u, issues);
    if (issues.empty()) return;
    const std::lock_guard lock(adding);
    u.issues.insert(u.issues.end(), issues.begin(), issues.end());
  });
  std::sort(u.issues.begin(), u.issues.end(), [](const share_issue& a, const share_issue& b) {
    return a.day != b.day ? a.day < b.day : a.constituent < b.constituent;
  });
  u.volatility_dates = std::move(paths.volatility_dates);
  u.volatility = std::move(paths.volatility);
  return u;
}

}  // namespace topheavy

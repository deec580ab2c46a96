// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/components.h"

#include "host/scenario/block_sum.h"
#include "kernels/core/tree_sum.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace topheavy {
namespace {

// The tail at one level.
struct level_tail {
  double level;
  tail_size size;
  std::uint64_t near_from;  // ranks near_from + 1 .. ceil(m) are near VaR

  level_tail(std::uint64_t scenarios, double p) : level(p), size(tail_size_of(scenarios, p)) {
    near_from = size.scenarios() - static_cast<std::uint64_t>(std::ceil(std::sqrt(size.total())));
  }
  double weight(std::uint64_t rank_from_0) const {
    return rank_from_0 < size.scenarios() ? size.weight(rank_from_0) : 0.0;
  }
  bool near(std::uint64_t rank_from_0) const {
    return rank_from_0 >= near_from && rank_from_0 < size.scenarios();
  }
  double near_count() const { return static_cast<double>(size.scenarios() - near_from); }

  double error(double es, double variance, double near_mean) const {
    return std::sqrt((variance + level * ((es - near_mean) * (es - near_mean))) / size.total());
  }
  // Of contribution(rank from 0).
  template <typename Contribution>
  double error_of(Contribution contribution) const {
    const std::uint64_t count = size.scenarios();
    const double mean =
        block_sum(count, [&](std::size_t i) { return size.weight(i) * contribution(i); }) / size.total();
    const double squares = block_sum(count, [&](std::size_t i) {
      const double away = contribution(i) - mean;
      return size.weight(i) * (away * away);
    });
    const double nearby =
        block_sum(count - near_from, [&](std::size_t i) { return contribution(near_from + i); });
    return error(mean, squares / (size.total() - 1.0), nearby / near_count());
  }
};

// Scenarios that weigh the same in every sum: a stretch of ranks between the ends of tails and of what is near VaR, with
// one regime on the first day and one on the last.
struct bucket {
  std::uint64_t first_rank = 0;  // from 0, of the stretch
  std::uint8_t start = no_simulated_regime, end = no_simulated_regime;
  double scenarios = 0.0;
};

struct bucketing {
  std::vector<bucket> buckets;
  std::vector<std::uint32_t> of_rank;
};

bucketing make_buckets(const ranked_losses& worst, const std::vector<level_tail>& tails,
                       const component_request& request) {
  std::set<std::uint64_t> stretches{0};
  std::uint64_t count = 0;
  for (const level_tail& t : tails) {
    stretches.insert({t.size.whole, t.size.scenarios(), t.near_from});
    count = std::max(count, t.size.scenarios());
  }
  const auto regime = [&](const std::vector<std::uint8_t>& column, std::uint64_t rank) {
    return request.regimes == 0 ? no_simulated_regime : column[worst.scenario[rank]];
  };
  using key = std::tuple<std::uint64_t, std::uint8_t, std::uint8_t>;
  std::vector<key> key_of(count);
  std::map<key, std::uint32_t> number;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t stretch = *std::prev(stretches.upper_bound(i));
    key_of[i] = {stretch, regime(request.figures.start_regime, i), regime(request.figures.end_regime, i)};
    number[key_of[i]] = 0;
  }
  bucketing b;
  for (auto& [k, n] : number) {
    n = static_cast<std::uint32_t>(b.buckets.size());
    b.buckets.push_back({std::get<0>(k), std::get<1>(k), std::get<2>(k), 0.0});
  }
  for (const key& k : key_of) {
    b.of_rank.push_back(number[k]);
    b.buckets[b.of_rank.back()].scenarios += 1.0;
  }
  return b;
}

// Issuers of the members, by name; slots in the order of the layout.
using issuer_slots = std::map<std::string, std::vector<std::uint32_t>>;

issuer_slots slots_of_issuers(const component_request& request) {
  issuer_slots slots;
  const std::vector<std::int32_t>& constituent = request.universe.constituent;
  for (std::uint32_t s = 0; s < constituent.size(); ++s) {
    if (constituent[s] >= 0) slots[request.issuer[static_cast<std::size_t>(constituent[s])]].push_back(s);
  }
  return slots;
}

// Changes of caps, in units of the start caps.
struct replayed {
  bucketing of;
  std::vector<double> sum, squares;  // [buckets, slots]
};
struct watched_changes {
  std::map<std::uint32_t, std::size_t> at;  // a slot's row
  std::size_t count = 0;
  std::vector<double> change;  // [rows, count]

  const double* of(std::uint32_t slot) const { return &change[at.at(slot) * count]; }
};

replayed replay_tail(path_engine& engine, const plan_recipe& recipe, const ranked_losses& worst,
                     const std::vector<level_tail>& tails, const component_request& request) {
  replayed r;
  r.of = make_buckets(worst, tails, request);
  r.sum.resize(r.of.buckets.size() * request.universe.constituent.size());
  r.squares.resize(r.sum.size());
  engine.replay(recipe,
                {worst.scenario.data(), r.of.of_rank.data(), r.of.of_rank.size(), r.of.buckets.size(),
                 nullptr, 0, request.between},
                {r.sum.data(), r.squares.data(), nullptr});
  return r;
}

// The tail once more, for the share classes of those issuers that are listed: which these are is only known from the first
// replay, and to keep the changes of all takes the room of all constituents for every scenario of the tail.
watched_changes watch_listed(path_engine& engine, const plan_recipe& recipe, const ranked_losses& worst,
                             const issuer_slots& issuers, const std::vector<level_components>& levels,
                             std::size_t count, const component_request& request) {
  watched_changes w;
  std::vector<std::uint32_t> watched;
  for (const level_components& c : levels) {
    for (const group_component& issuer : c.issuers) {
      const std::vector<std::uint32_t>& slots = issuers.at(issuer.group);
      if (slots.size() < 2) continue;
      for (const std::uint32_t s : slots) {
        if (w.at.emplace(s, watched.size()).second) watched.push_back(s);
      }
    }
  }
  if (watched.empty() || !request.no_sampling_error.empty()) return w;
  w.count = count;
  w.change.resize(watched.size() * count);
  const std::vector<std::uint32_t> bucket(count);
  std::vector<double> sum(request.universe.constituent.size()), squares(sum.size());
  engine.replay(
      recipe,
      {worst.scenario.data(), bucket.data(), count, 1, watched.data(), watched.size(), request.between},
      {sum.data(), squares.data(), w.change.data()});
  return w;
}

// Sums over some scenarios of the tail, with their weights.
struct slot_sums {
  double scenarios = 0.0;
  std::vector<double> change;  // [slots]

  explicit slot_sums(std::size_t slots) : change(slots) {}
  void add(double weight, double count, const double* sum) {
    scenarios += weight * count;
    for (std::size_t s = 0; s < change.size(); ++s) change[s] += weight * sum[s];
  }
};

class level_summary {
 public:
  level_summary(const component_request& request, const replayed& paths, const level_tail& tail,
                const std::vector<std::int32_t>& members, const issuer_slots& issuers,
                const ranked_losses& worst)
      : request_(request),
        u_(request.universe),
        paths_(paths),
        tail_(tail),
        members_(members),
        issuers_(issuers),
        worst_(worst),
        slots_(u_.constituent.size()),
        total_(total_start(u_)),
        whole_(slots_) {
    has_errors_ = request.no_sampling_error.empty() && tail.size.total() > 1.0;
  }

  level_components summarise() {
    level_components c;
    c.level = tail_.level;
    add_up_buckets(c);
    es_ = c.es;
    for (const std::uint32_t s : slot_of_member()) c.constituents.push_back({es_of(s), error_of_slot(s)});
    c.overall = concentration_of_loss(whole_);
    c.issuers = largest_issuers();
    std::size_t first = 0;
    for (const dimension& d : u_.dimensions) {
      c.dimensions.push_back({d.name, groups_of(d, first)});
      first += d.groups.size();
    }
    return c;
  }

  void add_errors_of_issuers(const watched_changes& watched, level_components& c) const {
    for (group_component& issuer : c.issuers) {
      issuer.value.error = error_of_issuer(issuers_.at(issuer.group), watched);
    }
  }

 private:
  void add_up_buckets(level_components& c) {
    std::vector<slot_sums> by_start(request_.regimes, slot_sums(slots_)), by_end = by_start;
    squares_.assign(slots_, 0.0);
    near_.assign(slots_, 0.0);
    double change = 0.0;
    for (std::size_t b = 0; b < paths_.of.buckets.size(); ++b) {
      const bucket& of = paths_.of.buckets[b];
      const double weight = tail_.weight(of.first_rank);
      if (weight == 0.0) continue;
      const double* const sum = &paths_.sum[b * slots_];
      const double* const squares = &paths_.squares[b * slots_];
      change += weight * tree_sum(slots_, [=](std::size_t s) { return sum[s]; });
      whole_.add(weight, of.scenarios, sum);
      if (of.start < request_.regimes) by_start[of.start].add(weight, of.scenarios, sum);
      if (of.end < request_.regimes) by_end[of.end].add(weight, of.scenarios, sum);
      for (std::size_t s = 0; s < slots_; ++s) squares_[s] += weight * squares[s];
      if (!tail_.near(of.first_rank)) continue;
      for (std::size_t s = 0; s < slots_; ++s) near_[s] += sum[s];
    }
    c.es = as_loss(change);
    for (const slot_sums& sums : by_start) c.by_start.push_back(concentration_of_loss(sums));
    for (const slot_sums& sums : by_end) c.by_end.push_back(concentration_of_loss(sums));
  }

  // A sum of changes over the tail as a part of ES; never -0.
  double as_loss(double change) const { return (0.0 - change) / (total_ * tail_.size.total()); }
  double es_of(std::size_t slot) const { return as_loss(whole_.change[slot]); }
  double weight_of(std::size_t slot) const { return static_cast<double>(u_.start[slot]) / total_; }
  double share_of(double es) const { return es_ > 0.0 ? es / es_ : not_known; }

  double error_of_slot(std::size_t s) const {
    if (!has_errors_) return not_known;
    const double m = tail_.size.total(), es = es_of(s);
    const double mean_square = squares_[s] / (total_ * total_ * m);
    const double variance = std::max(mean_square - es * es, 0.0) * (m / (m - 1.0));
    return tail_.error(es, variance, (0.0 - near_[s]) / (total_ * tail_.near_count()));
  }

  std::vector<std::uint32_t> slot_of_member() const {
    std::vector<std::uint32_t> slot(members_.size());
    for (std::uint32_t s = 0; s < slots_; ++s) {
      if (u_.constituent[s] < 0) continue;
      const auto at = std::lower_bound(members_.begin(), members_.end(), u_.constituent[s]);
      slot[static_cast<std::size_t>(at - members_.begin())] = s;
    }
    return slot;
  }

  loss_concentration concentration_of_loss(const slot_sums& sums) const {
    loss_concentration c;
    c.scenarios = sums.scenarios;
    if (sums.scenarios < least_loss_scenarios) {
      c.reason = fmt::format("{:g} {} in this tail, at least {:g} are needed", sums.scenarios,
                             sums.scenarios == 1.0 ? "scenario" : "scenarios", least_loss_scenarios);
      return c;
    }
    const double change = tree_sum(slots_, [&](std::size_t s) { return sums.change[s]; });
    if (!(change < 0.0)) {
      c.reason = "the index does not lose in this tail: there is no loss to have a share of";
      return c;
    }
    std::vector<double> share(request_.issuer.size()), weight(share.size());
    for (std::size_t s = 0; s < slots_; ++s) {
      if (u_.constituent[s] < 0) continue;
      const auto n = static_cast<std::size_t>(u_.constituent[s]);
      share[n] = sums.change[s] / change;
      weight[n] = weight_of(s);
    }
    c.figures = figures_of_shares(share, weight);
    return c;
  }

  std::vector<group_component> largest_issuers() const {
    std::vector<group_component> all;
    for (const auto& [name, slots] : issuers_) {
      const auto sum = [&, &of = slots](auto value) {
        return tree_sum(of.size(), [&](std::size_t i) { return value(of[i]); });
      };
      const double es = sum([&](std::uint32_t s) { return es_of(s); });
      all.push_back(
          {name, sum([&](std::uint32_t s) { return weight_of(s); }), {es, not_known}, share_of(es)});
    }
    const auto listed = static_cast<std::ptrdiff_t>(std::min(issuers_listed, all.size()));
    std::partial_sort(all.begin(), all.begin() + listed, all.end(),
                      [](const group_component& a, const group_component& b) {
                        return a.value.es > b.value.es || (a.value.es == b.value.es && a.group < b.group);
                      });
    all.resize(static_cast<std::size_t>(listed));
    return all;
  }

  double error_of_issuer(const std::vector<std::uint32_t>& slots, const watched_changes& watched) const {
    if (slots.size() == 1) return error_of_slot(slots[0]);
    if (!has_errors_) return not_known;
    std::vector<const double*> change;
    for (const std::uint32_t s : slots) change.push_back(watched.of(s));
    return tail_.error_of([&](std::size_t i) {
      return -tree_sum(change.size(), [&](std::size_t k) { return change[k][i]; }) / total_;
    });
  }

  // first: of the dimension's groups among those of all.
  std::vector<group_component> groups_of(const dimension& d, std::size_t first) const {
    std::vector<group_component> groups;
    for (std::size_t g = 0; g < d.groups.size(); ++g) {
      const double es = slot_sum(u_, d, g, [&](std::size_t s) { return es_of(s); });
      const double weight = slot_sum(u_, d, g, [&](std::size_t s) { return weight_of(s); });
      groups.push_back({d.groups[g], weight, {es, error_of_group(first + g, weight)}, share_of(es)});
    }
    return groups;
  }

  double error_of_group(std::size_t g, double weight) const {
    if (!has_errors_) return not_known;
    if (weight == 0.0) return 0.0;  // nobody in it: it has no return
    const double* const ret = &request_.figures.group_return[g * request_.figures.count];
    return tail_.error_of([&](std::size_t i) { return -weight * ret[worst_.scenario[i]]; });
  }

  const component_request& request_;
  const scenario_universe& u_;
  const replayed& paths_;
  const level_tail& tail_;
  const std::vector<std::int32_t>& members_;
  const issuer_slots& issuers_;
  const ranked_losses& worst_;
  std::size_t slots_;
  double total_;     // of the start caps
  double es_ = 0.0;  // of the replayed paths
  bool has_errors_ = false;
  slot_sums whole_;                     // over the tail
  std::vector<double> squares_, near_;  // [slots] of changes, over the tail; near VaR
};

}  // namespace

std::vector<std::int32_t> members_of(const scenario_universe& u) {
  std::vector<std::int32_t> members;
  std::copy_if(u.constituent.begin(), u.constituent.end(), std::back_inserter(members),
               [](std::int32_t n) { return n >= 0; });
  std::sort(members.begin(), members.end());
  return members;
}

std::vector<level_components> components_of(path_engine& engine, const plan_recipe& recipe,
                                            const ranked_losses& worst, const component_request& request) {
  std::vector<level_tail> tails;
  for (const double level : request.levels) tails.emplace_back(request.figures.count, level);
  const std::vector<std::int32_t> members = members_of(request.universe);
  const issuer_slots issuers = slots_of_issuers(request);
  const replayed paths = replay_tail(engine, recipe, worst, tails, request);
  std::vector<level_summary> summaries;
  std::vector<level_components> levels;
  for (const level_tail& tail : tails) {
    summaries.emplace_back(request, paths, tail, members, issuers, worst);
    levels.push_back(summaries.back().summarise());
  }
  const watched_changes watched =
      watch_listed(engine, recipe, worst, issuers, levels, paths.of.of_rank.size(), request);
  for (std::size_t l = 0; l < levels.size(); ++l) summaries[l].add_errors_of_issuers(watched, levels[l]);
  return levels;
}

}  // namespace topheavy

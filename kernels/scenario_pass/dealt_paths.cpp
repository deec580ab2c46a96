// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_pass/dealt_paths.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace topheavy {
namespace {

constexpr std::size_t block = 1024;

// Where part i of so many begins.
std::size_t begin_of_part(std::size_t i, std::size_t parts, std::size_t count) {
  if (i == parts) return count;
  const std::size_t blocks = count / block;
  return blocks < parts ? i * count / parts : i * blocks / parts * block;
}

// The part of a replay that is one engine's: its buckets, and their scenarios in their order.
struct replayed_buckets {
  std::size_t first = 0, last = 0;
  std::vector<std::size_t> place;  // in the whole request
  std::vector<std::uint64_t> scenario;
  std::vector<std::uint32_t> bucket;  // from 0 on
  std::vector<double> watched;
};

// Consecutive buckets, each engine's with about as many scenarios as another's.
std::vector<replayed_buckets> deal_buckets(const replay_request& request, std::size_t engines) {
  std::vector<std::size_t> in_bucket(request.buckets);
  for (std::size_t i = 0; i < request.count; ++i) ++in_bucket[request.bucket[i]];
  std::vector<replayed_buckets> parts(engines);
  std::vector<std::size_t> part_of(request.buckets);
  std::size_t before = 0;
  for (std::size_t b = 0; b < request.buckets; ++b) {
    // Where the middle of the bucket lies among all scenarios.
    part_of[b] = request.count == 0 ? 0 : (2 * before + in_bucket[b]) * engines / (2 * request.count + 1);
    before += in_bucket[b];
    replayed_buckets& part = parts[part_of[b]];
    if (part.last == 0) part.first = b;
    part.last = b + 1;
  }
  for (std::size_t i = 0; i < request.count; ++i) {
    replayed_buckets& part = parts[part_of[request.bucket[i]]];
    part.place.push_back(i);
    part.scenario.push_back(request.scenario[i]);
    part.bucket.push_back(request.bucket[i] - static_cast<std::uint32_t>(part.first));
  }
  return parts;
}

class dealt_engine final : public path_engine {
 public:
  dealt_engine(std::vector<std::unique_ptr<path_engine>> engines, std::size_t slots)
      : engines_(std::move(engines)), slots_(slots) {}

  void scenario_pass(const plan_recipe& recipe, const figure_request& request, scenario_range range,
                     const figure_columns& columns) override {
    each_in_its_thread([&](path_engine& engine, std::size_t i) {
      const std::size_t at = begin_of_part(i, engines_.size(), range.count);
      const std::size_t count = begin_of_part(i + 1, engines_.size(), range.count) - at;
      if (count > 0) engine.scenario_pass(recipe, request, {range.first + at, count}, columns.from_row(at));
    });
  }

  void take_correlations(const rho_columns& columns) override {
    for (const auto& engine : engines_) engine->take_correlations(columns);  // whole numbers: of no order
  }

  void replay(const plan_recipe& recipe, const replay_request& request,
              const replay_result& result) override {
    std::vector<replayed_buckets> parts = deal_buckets(request, engines_.size());
    // One thread at a time asks the caller.
    std::mutex asking;
    const std::function<void()> between = [&] {
      const std::lock_guard<std::mutex> lock(asking);
      (*request.between)();
    };
    each_in_its_thread([&](path_engine& engine, std::size_t i) {
      replayed_buckets& part = parts[i];
      double* const sum = result.sum + part.first * slots_;
      double* const squares = result.squares + part.first * slots_;
      if (part.place.empty()) {
        std::fill_n(sum, (part.last - part.first) * slots_, 0.0);
        std::fill_n(squares, (part.last - part.first) * slots_, 0.0);
        return;
      }
      part.watched.resize(request.watched_count * part.place.size());
      engine.replay(recipe,
                    {part.scenario.data(), part.bucket.data(), part.place.size(), part.last - part.first,
                     request.watched, request.watched_count, request.between != nullptr ? &between : nullptr},
                    {sum, squares, part.watched.data()});
      for (std::size_t w = 0; w < request.watched_count; ++w) {
        for (std::size_t s = 0; s < part.place.size(); ++s) {
          result.watched[w * request.count + part.place[s]] = part.watched[w * part.place.size() + s];
        }
      }
    });
  }

 private:
  template <typename Work>
  void each_in_its_thread(const Work& work) {
    std::vector<std::exception_ptr> faults(engines_.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < engines_.size(); ++i) {
        threads.emplace_back([&, i] {
          try {
            work(*engines_[i], i);
          } catch (...) {
            faults[i] = std::current_exception();
          }
        });
      }
    }
    for (const std::exception_ptr& fault : faults) {
      if (fault) std::rethrow_exception(fault);
    }
  }

  std::vector<std::unique_ptr<path_engine>> engines_;
  std::size_t slots_;
};

}  // namespace

std::unique_ptr<path_engine> deal_paths(std::vector<std::unique_ptr<path_engine>> engines,
                                        std::size_t slots) {
  if (engines.size() == 1) return std::move(engines.front());
  return std::make_unique<dealt_engine>(std::move(engines), slots);
}

}  // namespace topheavy

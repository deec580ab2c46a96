// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <any>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

// The part of oneTBB that topheavy uses, on std::thread, for ThreadSanitizer (see FindTBB.cmake). Every call
// starts its threads and joins them, and deals the pieces of work to them in turn: neighbours always run on
// different threads, and nothing orders them but what the real library promises, so that a race is seen even
// where it does no harm that time.
namespace tbb {

namespace stand_in {

// At least four, so that a machine with one processor finds races too.
inline int default_threads() { return std::max(4, static_cast<int>(std::thread::hardware_concurrency())); }
inline std::atomic<int> allowed{0};  // by global_control; 0: no limit
inline thread_local int arena = 0;   // of the task_arena this thread works in; 0: none
inline int threads() {
  const int wanted = arena > 0 ? arena : default_threads();
  const int limit = allowed.load();
  return limit > 0 ? std::min(wanted, limit) : wanted;
}

// Runs work(0) .. work(count - 1), each on its own thread; the first exception is thrown once all have ended.
template <typename Work>
void run_on_threads(std::size_t count, const Work& work) {
  std::mutex guard;
  std::exception_ptr first;
  const int inherited = arena;
  const auto body = [&](std::size_t index) {
    arena = inherited;
    try {
      work(index);
    } catch (...) {
      const std::lock_guard lock(guard);
      if (!first) first = std::current_exception();
    }
  };
  std::vector<std::thread> team;
  for (std::size_t index = 0; index < count; ++index) team.emplace_back(body, index);
  for (auto& member : team) member.join();
  if (first) std::rethrow_exception(first);
}

}  // namespace stand_in

template <typename Index>
class blocked_range {
 public:
  blocked_range(Index begin, Index end, std::size_t grain = 1) : begin_(begin), end_(end), grain_(grain) {}
  Index begin() const { return begin_; }
  Index end() const { return end_; }
  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  bool empty() const { return !(begin_ < end_); }
  std::size_t grainsize() const { return grain_; }

 private:
  Index begin_, end_;
  std::size_t grain_;
};

template <typename Index, typename Body>
void parallel_for(const blocked_range<Index>& range, const Body& body) {
  if (range.empty()) return;
  const auto threads = static_cast<std::size_t>(stand_in::threads());
  const std::size_t piece = std::max(range.grainsize(), range.size() / (4 * threads) + 1);
  stand_in::run_on_threads(threads, [&](std::size_t index) {
    for (std::size_t first = index * piece; first < range.size(); first += threads * piece) {
      const std::size_t last = std::min(first + piece, range.size());
      body(blocked_range<Index>(range.begin() + static_cast<Index>(first),
                                range.begin() + static_cast<Index>(last)));
    }
  });
}

template <typename Index, typename Body>
void parallel_for(Index first, Index last, const Body& body) {
  parallel_for(blocked_range<Index>(first, last), [&](const blocked_range<Index>& range) {
    for (Index index = range.begin(); index < range.end(); ++index) body(index);
  });
}

// Memory that starts where a line of the cache starts, as the library's does.
template <typename Value>
struct cache_aligned_allocator {
  using value_type = Value;
  cache_aligned_allocator() = default;
  template <typename Other>
  cache_aligned_allocator(const cache_aligned_allocator<Other>&) {}
  Value* allocate(std::size_t count) {
    return static_cast<Value*>(::operator new(count * sizeof(Value), line));
  }
  void deallocate(Value* memory, std::size_t) { ::operator delete(memory, line); }
  template <typename Other>
  bool operator==(const cache_aligned_allocator<Other>&) const {
    return true;
  }

 private:
  static constexpr std::align_val_t line{128};
};

class task_arena {
 public:
  explicit task_arena(int threads) : threads_(threads) {}
  template <typename Work>
  auto execute(Work&& work) {
    struct entered {
      int outside;
      ~entered() { stand_in::arena = outside; }
    } restore{std::exchange(stand_in::arena, threads_)};
    return std::forward<Work>(work)();
  }

 private:
  int threads_;
};

namespace this_task_arena {
inline int max_concurrency() { return stand_in::threads(); }
}  // namespace this_task_arena

class global_control {
 public:
  enum parameter { max_allowed_parallelism };
  global_control(parameter, std::size_t threads)
      : outside_(stand_in::allowed.exchange(static_cast<int>(threads))) {}
  ~global_control() { stand_in::allowed = outside_; }
  global_control(const global_control&) = delete;
  global_control& operator=(const global_control&) = delete;
  static std::size_t active_value(parameter) {
    const int limit = stand_in::allowed.load();
    return static_cast<std::size_t>(limit > 0 ? limit : stand_in::default_threads());
  }

 private:
  int outside_;
};

enum class filter_mode { parallel, serial_in_order, serial_out_of_order };

class flow_control {
 public:
  void stop() { stopped = true; }
  bool stopped = false;
};

namespace stand_in {

struct stage {
  filter_mode mode;
  std::function<std::any(std::any, flow_control&)> work;
  std::mutex guard;
  std::condition_variable turn;
  std::size_t next = 0;  // number of the item that may enter a stage in order
};

}  // namespace stand_in

template <typename In, typename Out>
struct filter {
  std::vector<std::shared_ptr<stand_in::stage>> stages;
};

template <typename In, typename Middle, typename Out>
filter<In, Out> operator&(filter<In, Middle> first, const filter<Middle, Out>& second) {
  first.stages.insert(first.stages.end(), second.stages.begin(), second.stages.end());
  return {std::move(first.stages)};
}

template <typename In, typename Out, typename Body>
filter<In, Out> make_filter(filter_mode mode, const Body& body) {
  auto made = std::make_shared<stand_in::stage>();
  made->mode = mode;
  made->work = [body](std::any in, flow_control& flow) -> std::any {
    if constexpr (std::is_void_v<In>) {
      return body(flow);
    } else if constexpr (std::is_void_v<Out>) {
      body(std::any_cast<In>(std::move(in)));
      return {};
    } else {
      return body(std::any_cast<In>(std::move(in)));
    }
  };
  return {{std::move(made)}};
}

inline void parallel_pipeline(std::size_t in_flight, const filter<void, void>& chain) {
  std::atomic<bool> ended{false};  // a stage threw: whoever waits for its turn leaves
  flow_control flow;               // under the first stage's guard
  const auto pass = [&](stand_in::stage& stage, std::size_t number, std::any item) -> std::any {
    if (stage.mode == filter_mode::parallel) return stage.work(std::move(item), flow);
    std::unique_lock lock(stage.guard);
    if (stage.mode == filter_mode::serial_in_order) {
      stage.turn.wait(lock, [&] { return stage.next == number || ended; });
      if (ended) return {};
    }
    std::any result = stage.work(std::move(item), flow);
    ++stage.next;
    stage.turn.notify_all();
    return result;
  };
  const std::size_t threads =
      std::clamp(in_flight, std::size_t{1}, static_cast<std::size_t>(stand_in::threads()));
  const auto carry_items = [&](std::size_t index) {
    stand_in::stage& source = *chain.stages.front();
    while (true) {
      std::unique_lock lock(source.guard);
      source.turn.wait(lock, [&] { return source.next % threads == index || flow.stopped || ended; });
      if (flow.stopped || ended) return;
      const std::size_t number = source.next;
      std::any item = source.work({}, flow);
      ++source.next;
      source.turn.notify_all();
      if (flow.stopped) return;
      lock.unlock();
      for (std::size_t index = 1; index < chain.stages.size() && !ended; ++index) {
        item = pass(*chain.stages[index], number, std::move(item));
      }
    }
  };
  stand_in::run_on_threads(threads, [&](std::size_t index) {
    try {
      carry_items(index);
    } catch (...) {
      ended = true;
      for (const auto& stage : chain.stages) {
        const std::lock_guard lock(stage->guard);
        stage->turn.notify_all();
      }
      throw;
    }
  });
}

}  // namespace tbb

namespace oneapi {
namespace tbb = ::tbb;
}

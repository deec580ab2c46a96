// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/run_folder.h"

#include "host/base/error.h"
#include "host/base/log.h"
#include "host/report/finished_run.h"
#include "host/report/manifest.h"
#include "host/report/page.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t random_part = 6;  // of mkdtemp

// The files of a run by its manifest; empty where that is not one of ours.
std::set<std::string> files_by_manifest(const fs::path& folder) {
  try {
    const nlohmann::ordered_json manifest = read_manifest(folder);
    std::set<std::string> files{"manifest.json"};
    files.insert(page_files.begin(), page_files.end());  // somebody may have made the page later
    for (const auto& output : manifest.at("outputs")) files.insert(output.at("file").get<std::string>());
    return files;
  } catch (const error&) {
    return {};
  } catch (const nlohmann::json::exception&) {
    return {};
  }
}

// Empty where the folder holds what its manifest lists and nothing else.
std::string why_not_a_run(const fs::path& folder) {
  const std::set<std::string> expected = files_by_manifest(folder);
  if (expected.empty()) {
    return fmt::format("is not the folder of a run (it has no manifest.json of schema {})", manifest_schema);
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!expected.contains(name)) return fmt::format("holds '{}', which the run did not write", name);
  }
  return {};
}

fs::path lock_of(const fs::path& partial) { return partial.string() + ".lock"; }

// The descriptor of the lock, or -1 and errno: EWOULDBLOCK where somebody else holds it. It is a file beside the folder: one inside would have
// to go before the folder gets its name, and for that moment a living run would look like a killed one.
int lock(const fs::path& partial) {
  const int descriptor = open(lock_of(partial).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return -1;
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  const int reason = errno;
  close(descriptor);
  errno = reason;
  return -1;
}

// Removes a folder, then its lock, which is held where the file system has locks. What cannot be removed is left: the results do not depend on it.
void remove_locked(const fs::path& partial, int descriptor) {
  std::error_code ignored;
  fs::remove_all(partial, ignored);
  fs::remove(lock_of(partial), ignored);
  if (descriptor >= 0) close(descriptor);
}

constexpr std::string_view partial_mark = ".partial-";

// ".2026-07-22.partial-x7Gq2a": what a run writes into, whatever its target.
bool is_temporary(std::string_view name) {
  return name.starts_with('.') && name.size() > 1 + partial_mark.size() + random_part &&
         name.substr(0, name.size() - random_part).ends_with(partial_mark);
}

// The temporary folders of runs that exist, or whose lock does.
std::set<fs::path> temporaries(const fs::path& parent) {
  std::set<fs::path> found;
  std::error_code ignored;
  for (auto entry = fs::directory_iterator(parent, ignored); entry != fs::directory_iterator();
       entry.increment(ignored)) {
    std::string name = entry->path().filename().string();
    if (name.ends_with(".lock")) name.erase(name.size() - 5);
    if (is_temporary(name)) found.insert(parent / name);
  }
  return found;
}

void remove_stale(const fs::path& parent) {
  for (const fs::path& partial : temporaries(parent)) {
    const int descriptor = lock(partial);
    if (descriptor < 0) continue;  // another run is writing it
    if (fs::exists(partial)) log_info(fmt::format("removing what a killed run left: {}", partial.string()));
    remove_locked(partial, descriptor);
  }
}

[[noreturn]] void disk_refused(const fs::path& where, const std::string& why) {
  throw error(error_class::resources, fmt::format("{}: {}", where.string(), why));
}

[[noreturn]] void refuse_place(const fs::path& target, const fs::path& parent, const std::string& why) {
  disk_refused(target,
               fmt::format("no folder can be made in {}: {}; choose another --out", parent.string(), why));
}

// Gives `fresh` the name `finished`. Where that is taken the two are swapped in one step, so that whatever stands under
// the finished name is whole at every moment, and the old one is left under the other name.
void publish_as(const fs::path& fresh, const fs::path& finished, bool replace) {
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, finished.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno == EEXIST && !replace) check_run_target(finished, replace);  // another run was faster
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, finished.c_str(), RENAME_EXCHANGE) == 0) return;
  // A file system that knows neither flag: after a kill between these renames the old folder is still there.
  const fs::path old = finished.parent_path() / fmt::format(".{}.replaced", finished.filename().string());
  if (!fs::exists(finished)) return fs::rename(fresh, finished);
  fs::remove_all(old);
  fs::rename(finished, old);
  fs::rename(fresh, finished);
  fs::rename(old, fresh);
}

// A run that cannot write at its end shall not begin: the nearest folder above that exists must be one to write to.
void refuse_unwritable_place(const fs::path& target) {
  fs::path parent = fs::absolute(target).lexically_normal();
  if (!parent.has_filename()) parent = parent.parent_path();
  std::error_code unknown;
  do {
    parent = parent.parent_path();
  } while (!fs::exists(parent, unknown) && parent != parent.root_path());
  if (access(parent.c_str(), W_OK | X_OK) != 0) refuse_place(target, parent, std::strerror(errno));
}

}  // namespace

// Whoever removes a folder by mistake cannot bring it back: only what a run has made is replaced.
void check_run_target(const fs::path& target, bool replace) {
  std::error_code code;
  const fs::file_status status = fs::symlink_status(target, code);
  if (status.type() == fs::file_type::not_found && code != std::errc::not_a_directory) {
    return refuse_unwritable_place(target);
  }
  if (!fs::exists(status)) {
    throw error(error_class::usage, fmt::format("{}: cannot be the folder of a run: {}; choose another --out",
                                                target.string(), code.message()));
  }
  if (!replace) {
    throw error(
        error_class::usage,
        fmt::format("{}: exists already; choose another --out, or --force to replace it", target.string()));
  }
  const std::string why = why_not_a_run(target);
  if (!why.empty()) {
    throw error(error_class::usage,
                fmt::format("{}: {}, so --force does not replace it", target.string(), why));
  }
}

run_folder::run_folder(const fs::path& target, bool replace)
    : target_(fs::absolute(target).lexically_normal()), replace_(replace) {
  if (!target_.has_filename()) target_ = target_.parent_path();  // "out/" is "out"
  check_run_target(target_, replace);
  try {
    const fs::path parent = target_.parent_path();
    fs::create_directories(parent);
    const std::string prefix = fmt::format(".{}{}", target_.filename().string(), partial_mark);
    remove_stale(parent);
    // Another run's search for stale folders may take ours before it is locked: then make another.
    bool ours = false;
    while (!ours) {
      std::string name = (parent / (prefix + std::string(random_part, 'X'))).string();
      if (mkdtemp(name.data()) == nullptr) refuse_place(target_, parent, std::strerror(errno));
      partial_ = name;
      lock_ = lock(partial_);
      const bool taken =
          lock_ < 0 && errno == EWOULDBLOCK;  // else a file system without locks: nobody can take it
      ours = !taken && fs::exists(partial_);
      if (!ours && lock_ >= 0) remove_locked(partial_, lock_);
    }
    fs::permissions(partial_, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                                  fs::perms::others_read | fs::perms::others_exec);
  } catch (const fs::filesystem_error& e) {
    refuse_place(target_, target_.parent_path(), e.code().message());
  }
}

run_folder::~run_folder() { remove_locked(partial_, lock_); }

void run_folder::keep_only(const std::vector<std::string>& files) const {
  try {
    std::vector<fs::path> others;
    for (const auto& entry : fs::directory_iterator(partial_)) {
      const std::string name = entry.path().filename().string();
      if (std::find(files.begin(), files.end(), name) == files.end()) others.push_back(entry.path());
    }
    for (const fs::path& other : others) fs::remove_all(other);
  } catch (const fs::filesystem_error& e) {
    disk_refused(partial_, e.what());
  }
}

void run_folder::publish() {
  try {
    check_run_target(target_, replace_);
    publish_as(partial_, target_, replace_);
  } catch (const fs::filesystem_error& e) {
    disk_refused(target_, e.what());
  }
}

}  // namespace topheavy

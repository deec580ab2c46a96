// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/report/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "host/base/error.h"
#include "host/base/log.h"
#include "host/report/manifest.h"

namespace topheavy {
namespace {

namespace fs = std::filesystem;

constexpr const char* lock_name = ".lock";
constexpr std::size_t random_part = 6;  // of mkdtemp

// Empty where the folder holds what its manifest lists and nothing else.
std::string why_not_a_run(const fs::path& folder) {
  std::ifstream in(folder / "manifest.json");
  const nlohmann::json read = nlohmann::json::parse(in, nullptr, false);
  if (!read.is_object() || read.value("schema", "") != manifest_schema || !read.contains("outputs")) {
    return fmt::format("is not the folder of a run (it has no manifest.json of schema {})", manifest_schema);
  }
  std::set<std::string> expected{"manifest.json"};
  for (const auto& output : read["outputs"]) expected.insert(output.value("file", ""));
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!expected.contains(name)) return fmt::format("holds '{}', which the run did not write", name);
  }
  return {};
}

int lock_folder(const fs::path& folder) {
  const int descriptor = open((folder / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return -1;
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  close(descriptor);
  return -1;
}

void remove_stale(const fs::path& parent, const std::string& prefix) {
  for (const auto& entry : fs::directory_iterator(parent)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || name.size() != prefix.size() + random_part || !entry.is_directory()) continue;
    const int lock = lock_folder(entry.path());
    if (lock < 0) continue;  // another run is writing it
    fs::remove_all(entry.path());
    close(lock);
    log_info(fmt::format("removed what a killed run left: {}", entry.path().string()));
  }
}

[[noreturn]] void disk_refused(const fs::path& where, const std::string& why) {
  throw error(error_class::resources, fmt::format("{}: {}", where.string(), why));
}

// Swaps the two folders in one step, so that whatever stands under the finished name is whole at every moment.
void exchange(const fs::path& fresh, const fs::path& finished) {
  if (!fs::exists(finished)) {  // a file system that knows no RENAME_NOREPLACE
    fs::rename(fresh, finished);
  } else if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, finished.c_str(), RENAME_EXCHANGE) != 0) {
    // Neither RENAME_EXCHANGE: three renames, and after a kill between them the old folder is still there by this name.
    const fs::path old = finished.parent_path() / fmt::format(".{}.replaced", finished.filename().string());
    fs::remove_all(old);
    fs::rename(finished, old);
    fs::rename(fresh, finished);
    fs::rename(old, fresh);
  }
}

}  // namespace

// Whoever removes a folder by mistake cannot bring it back: only what a run has made is replaced.
void check_run_target(const fs::path& target, bool replace) {
  if (!fs::exists(fs::symlink_status(target))) return;
  if (!replace) {
    throw error(error_class::usage,
                fmt::format("{}: exists already; choose another --out, or --force to replace it", target.string()));
  }
  const std::string why = why_not_a_run(target);
  if (!why.empty()) {
    throw error(error_class::usage, fmt::format("{}: {}, so --force does not replace it", target.string(), why));
  }
}

run_folder::run_folder(const fs::path& target, bool replace)
    : target_(fs::absolute(target).lexically_normal()), replace_(replace) {
  if (!target_.has_filename()) target_ = target_.parent_path();  // "out/" is "out"
  check_run_target(target_, replace);
  try {
    const fs::path parent = target_.parent_path();
    fs::create_directories(parent);
    const std::string prefix = fmt::format(".{}.partial-", target_.filename().string());
    remove_stale(parent, prefix);
    // Another run's search for stale folders may remove ours before it is locked: then make another.
    for (int attempt = 0; attempt < 3 && lock_ < 0; ++attempt) {
      std::string name = (parent / (prefix + "XXXXXX")).string();
      if (mkdtemp(name.data()) == nullptr) disk_refused(name, std::strerror(errno));
      partial_ = name;
      lock_ = lock_folder(partial_);
    }
    fs::permissions(partial_, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                                  fs::perms::others_read | fs::perms::others_exec);
  } catch (const fs::filesystem_error& e) {
    disk_refused(target_, e.what());
  }
}

run_folder::~run_folder() {
  if (!published_) {
    std::error_code ignored;
    fs::remove_all(partial_, ignored);
  }
  if (lock_ >= 0) close(lock_);
}

void run_folder::publish() {
  try {
    check_run_target(target_, replace_);
    fs::remove(partial_ / lock_name);
    if (renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
      exchange(partial_, target_);
      fs::remove_all(partial_);
    }
    published_ = true;
  } catch (const fs::filesystem_error& e) {
    disk_refused(target_, e.what());
  }
}

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) disk_refused(file, fmt::format("cannot be written: {}", std::strerror(errno)));
}

}  // namespace topheavy

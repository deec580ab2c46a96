// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/child.h"

#include "host/base/error.h"
#include "host/base/stop.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

namespace topheavy {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_output = 64 * 1024;
constexpr int lost_status = 255;
constexpr auto time_to_end = 5s;  // for a child that was asked to

// A running child with the reading end of its output. It leads a process group of its own, so that what it has started
// can be ended with it.
class child {
 public:
  explicit child(const std::vector<std::string>& arguments) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) cannot_start(arguments, errno);
    output_ = ends[0];
    fcntl(output_, F_SETFL, O_NONBLOCK);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);  // locks of whoever started us, too
    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    sigset_t usual;
    sigemptyset(&usual);
    for (const int number : {SIGINT, SIGTERM, SIGUSR1, SIGPIPE}) sigaddset(&usual, number);
    posix_spawnattr_setsigdefault(&how, &usual);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    std::vector<char*> words;
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    const int fault = posix_spawnp(&pid_, words[0], &files, &how, words.data(), environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    close(ends[1]);
    if (fault != 0) {
      close(output_);
      cannot_start(arguments, fault);
    }
  }
  ~child() {
    if (!ended_) end();
    close(output_);
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  // Whether it has ended by now; waits some time for what it says.
  bool look(std::string& output) {
    if (is_open_) {
      pollfd what{output_, POLLIN, 0};
      poll(&what, 1, 50);
    } else {
      std::this_thread::sleep_for(50ms);
    }
    const pid_t found = waitpid(pid_, &status_, WNOHANG);
    if (found < 0 && errno == ECHILD)
      status_ = W_EXITCODE(lost_status, 0);  // somebody else has waited for it
    ended_ = found == pid_ || (found < 0 && errno == ECHILD);
    read_output(output);
    return ended_;
  }

  int status() const { return WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_); }

 private:
  [[noreturn]] static void cannot_start(const std::vector<std::string>& arguments, int fault) {
    throw error(error_class::internal,
                fmt::format("{}: cannot be started: {}", arguments[0], std::strerror(fault)));
  }

  // All there is; of what it has started something may hold the other end open for ever.
  void read_output(std::string& output) {
    char piece[4096];
    ssize_t got = 0;
    while ((got = read(output_, piece, sizeof piece)) > 0)
      output.append(piece, static_cast<std::size_t>(got));
    if (got == 0) is_open_ = false;
    if (output.size() > 2 * most_output) output.erase(0, output.size() - most_output);
  }

  void end() {
    kill(-pid_, SIGTERM);
    const auto last_moment = std::chrono::steady_clock::now() + time_to_end;
    std::string unread;
    while (!look(unread) && std::chrono::steady_clock::now() < last_moment) {
    }
    kill(-pid_, SIGKILL);
    if (!ended_) waitpid(pid_, &status_, 0);
  }

  pid_t pid_ = -1;
  int output_ = -1;
  bool is_open_ = true;  // the other end of the output
  bool ended_ = false;
  int status_ = 0;
};

}  // namespace

child_end run_child(const std::vector<std::string>& arguments) {
  signal(SIGCHLD, SIG_DFL);  // whoever started us may have had it ignored, and then no child has a status
  child running(arguments);
  child_end end;
  while (!running.look(end.output)) throw_if_stopped();
  // Whoever stops a whole group of processes may have stopped the child first.
  throw_if_stopped();
  end.status = running.status();
  if (end.output.size() > most_output) end.output.erase(0, end.output.size() - most_output);
  while (end.output.ends_with('\n')) end.output.pop_back();
  return end;
}

std::string shell_words(const std::vector<std::string>& arguments) {
  constexpr const char* plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=:,+@%";
  std::string line;
  for (const std::string& argument : arguments) {
    if (!line.empty()) line += ' ';
    if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) {
      line += argument;
      continue;
    }
    line += '\'';
    for (const char c : argument) {
      if (c == '\'') {
        line += R"('\'')";
      } else {
        line += c;
      }
    }
    line += '\'';
  }
  return line;
}

}  // namespace topheavy

#include "sim/app/validate/children.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace aie4ml::sim::validate {
namespace {

using Clock = std::chrono::steady_clock;

// First byte of what a child sends: without it, it did not get to its end.
constexpr char kResult = 'R';
constexpr char kFailure = 'F';

void require(bool ok, const char* what) {
  if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  require(::pipe2(ends.data(), O_CLOEXEC) == 0, "pipe");
  return ends;
}

void write_all(int fd, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t count = ::write(fd, text.data() + sent, text.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) ::_exit(1);
    sent += static_cast<std::size_t>(count);
  }
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return {};
  const std::size_t before = text.find_last_of('\n', end);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return text.substr(begin, end - begin + 1);
}

class Child {
 public:
  Child(std::size_t index, const ChildOptions& options, const std::function<std::string(std::size_t)>& work)
      : index_(index), seconds_(options.seconds) {
    const auto result = make_pipe();
    const auto messages = make_pipe();
    std::fflush(nullptr);  // or the child would write it again
    pid_ = ::fork();
    require(pid_ >= 0, "fork");
    if (pid_ == 0) {
      ::dup2(messages[1], STDERR_FILENO);
      ::dup2(messages[1], STDOUT_FILENO);
      child_main(result[1], work);
    }
    ::close(result[1]);
    ::close(messages[1]);
    streams_ = {Stream{result[0], {}}, Stream{messages[0], {}}};
  }
  Child(Child&& other) noexcept { *this = std::move(other); }
  Child& operator=(Child&& other) noexcept {
    index_ = other.index_;
    seconds_ = other.seconds_;
    pid_ = std::exchange(other.pid_, -1);
    start_ = other.start_;
    late_ = other.late_;
    streams_ = std::move(other.streams_);
    for (Stream& stream : other.streams_) stream.fd = -1;
    return *this;
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    for (const Stream& stream : streams_) {
      if (stream.fd >= 0) ::close(stream.fd);
    }
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] std::array<int, 2> fds() const { return {streams_[0].fd, streams_[1].fd}; }
  [[nodiscard]] bool closed() const { return streams_[0].fd < 0 && streams_[1].fd < 0; }

  void receive(std::size_t which) {
    Stream& stream = streams_[which];
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(stream.fd, buffer.data(), buffer.size());
    if (count > 0) {
      stream.text.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
      ::close(std::exchange(stream.fd, -1));
    }
  }

  // Seconds it may still take; nullopt: for ever.
  [[nodiscard]] std::optional<double> left() const {
    if (seconds_ <= 0 || late_) return std::nullopt;
    return seconds_ - std::chrono::duration<double>(Clock::now() - start_).count();
  }
  void kill_if_late() {
    if (left().value_or(1) > 0) return;
    late_ = true;
    ::kill(pid_, SIGKILL);
  }

  // After both streams are closed.
  ChildResult finish() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    const std::string& text = streams_[0].text;
    if (late_) return {false, fmt::format("not done after {:g} s", seconds_)};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !text.empty()) {
      return {text.front() == kResult, text.substr(1)};
    }
    std::string reason = WIFSIGNALED(status) ? fmt::format("crashed: {}", ::strsignal(WTERMSIG(status)))
                                             : fmt::format("ended with exit code {}", WEXITSTATUS(status));
    const std::string message = last_line(streams_[1].text);
    return {false, message.empty() ? reason : reason + ": " + message};
  }

 private:
  struct Stream {
    int fd{-1};
    std::string text;
  };

  [[noreturn]] void child_main(int fd, const std::function<std::string(std::size_t)>& work) const {
    std::string message;
    try {
      message = kResult + work(index_);
    } catch (const std::exception& error) {
      message = kFailure + std::string(error.what());
    }
    write_all(fd, message);
    ::_exit(0);  // no destructors of what belongs to the parent
  }

  std::size_t index_{};
  double seconds_{};
  pid_t pid_{-1};
  Clock::time_point start_{Clock::now()};
  bool late_{};
  std::array<Stream, 2> streams_{};  // result, messages
};

// Waits until one of them has something to say or is late.
void wait_and_receive(std::vector<Child>& children) {
  std::vector<pollfd> polls;
  std::vector<std::pair<Child*, std::size_t>> owners;
  double timeout = 3600;
  for (Child& child : children) {
    timeout = std::min(timeout, std::max(0.0, child.left().value_or(timeout)));
    for (std::size_t i = 0; i < 2; ++i) {
      if (child.fds()[i] < 0) continue;
      polls.push_back({child.fds()[i], POLLIN, 0});
      owners.emplace_back(&child, i);
    }
  }
  const int ready = ::poll(polls.data(), polls.size(), static_cast<int>(std::ceil(timeout * 1000)));
  require(ready >= 0 || errno == EINTR, "poll");
  if (ready > 0) {
    for (std::size_t i = 0; i < polls.size(); ++i) {
      if (polls[i].revents != 0) owners[i].first->receive(owners[i].second);
    }
  }
  for (Child& child : children) child.kill_if_late();
}

}  // namespace

std::vector<ChildResult> run_in_children(std::size_t count, const ChildOptions& options,
                                         const std::function<std::string(std::size_t)>& work,
                                         const std::function<void(std::size_t, std::size_t)>& done) {
  std::vector<ChildResult> results(count);
  std::vector<Child> running;
  std::size_t started = 0, finished = 0;
  while (finished < count) {
    while (started < count && running.size() < static_cast<std::size_t>(std::max(1, options.jobs))) {
      running.emplace_back(started++, options, work);
    }
    wait_and_receive(running);
    for (auto child = running.begin(); child != running.end();) {
      if (!child->closed()) {
        ++child;
        continue;
      }
      results[child->index()] = child->finish();
      child = running.erase(child);
      ++finished;
      if (done) done(finished, count);
    }
  }
  return results;
}

}  // namespace aie4ml::sim::validate

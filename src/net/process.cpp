// SPDX-License-Identifier: Apache-2.0
#include "net/process.hpp"

#include <chrono>
#include <memory>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asio/posix/stream_descriptor.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include "net/system_fault.hpp"

extern char** environ; // NOLINT(readability-redundant-declaration)

namespace smtpprobe {
namespace {

constexpr auto kPatience = std::chrono::seconds(1);

int spawn(pid_t& pid, const std::vector<std::string>& words, int descriptor)
{
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const auto& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    // It gets no signal of ours that is ignored or held back: SIGPIPE ends a mail server's child.
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigemptyset(&all);
    sigaddset(&all, SIGPIPE);
    sigaddset(&all, SIGINT);
    sigaddset(&all, SIGTERM);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, descriptor, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO);
    const int error = posix_spawnp(&pid, arguments.front(), &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

} // namespace

Process::~Process()
{
    if (!is_running())
        return;
    ::kill(pid_, SIGKILL);
    reap(0);
}

int Process::start(const std::vector<std::string>& words, std::optional<Fault>& fault)
{
    int ends[2] = {-1, -1};
    if (words.empty() || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        fault = system_fault(words.empty() ? ENOENT : errno);
        return -1;
    }
    const int error = spawn(pid_, words, ends[1]);
    ::close(ends[1]);
    if (error != 0) {
        pid_ = 0;
        ::close(ends[0]);
        fault = system_fault(error);
        fault->kind = FaultKind::local;
        fault->detail = "cannot start " + words.front() + ": " + fault->detail;
        return -1;
    }
    // Not before: the child's end of the pair must block.
    const int flags = ::fcntl(ends[0], F_GETFL);
    (void)::fcntl(ends[0], F_SETFL, flags | O_NONBLOCK);
    return ends[0];
}

bool Process::reap(int options)
{
    int status = 0;
    pid_t ended = 0;
    do
        ended = ::waitpid(pid_, &status, options);
    while (ended < 0 && errno == EINTR);
    if (ended == 0)
        return false;
    pid_ = 0;
    return true;
}

asio::awaitable<void> Process::end(asio::any_io_executor executor)
{
    if (!is_running() || reap(WNOHANG))
        co_return;
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (handle < 0)
        co_return; // an old kernel: the destructor sees to it
    // The timer's last wait may come when this coroutine is over.
    const auto watched = std::make_shared<asio::posix::stream_descriptor>(executor, handle);
    asio::steady_timer timer(executor);
    for (const int signal : {0, SIGTERM, SIGKILL}) {
        if (signal != 0)
            ::kill(pid_, signal);
        timer.expires_after(kPatience);
        timer.async_wait([weak = std::weak_ptr(watched)](const std::error_code& error) {
            if (const auto waiting = weak.lock(); waiting && !error)
                waiting->cancel();
        });
        std::error_code error;
        co_await watched->async_wait(asio::posix::descriptor_base::wait_read,
                                     asio::redirect_error(asio::use_awaitable, error));
        timer.cancel();
        if (reap(WNOHANG))
            co_return;
    }
}

} // namespace smtpprobe

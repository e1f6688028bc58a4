// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include "smtpprobe/fault.hpp"

namespace smtpprobe {

/// A command that was started to speak on its standard input and output. No shell has a part in it.
class Process {
public:
    Process() = default;
    /// Kills it, and takes its status, if it still runs.
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Gives our end of its standard input and output, a socket that does not block; -1 and `fault` where it
    /// cannot be started. Its standard error is ours.
    int start(const std::vector<std::string>& words, std::optional<Fault>& fault);
    bool is_running() const { return pid_ > 0; }

    /// Once our end is closed: waits for it to end; tells it to after a second, and kills it after another.
    asio::awaitable<void> end(asio::any_io_executor executor);

private:
    bool reap(int options);

    pid_t pid_ = 0;
};

} // namespace smtpprobe

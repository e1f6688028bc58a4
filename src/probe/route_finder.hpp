// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include "dns/resolver.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// Asks what the route of a target depends on, round by round. On one loop; lives as long as a question
/// is open.
class RouteFinder {
public:
    using Clock = std::chrono::steady_clock;

    RouteFinder(asio::any_io_executor executor, Clock::time_point epoch);

    /// Fills lookups and route of the facts, by their target and settings. `on_open` gets the number of
    /// open questions whenever it changes.
    asio::awaitable<void> find(Facts& facts, const std::function<void(std::size_t)>& on_open);
    /// Who is this address? The answer goes to `take`; nobody need wait for it.
    void ask_for_name(const IpAddress& address, const Settings& settings, std::function<void(Lookup)> take);
    /// Ends what is open; a search ends with what it has.
    void cancel();

private:
    Resolver& resolver(const Settings& settings);

    asio::any_io_executor executor_;
    Clock::time_point epoch_;
    std::unique_ptr<Resolver> resolver_;
    bool cancelled_ = false;
};

} // namespace smtpprobe

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

/// What the route can do without is awaited for so long: time for one lost packet to be sent again.
inline constexpr Duration kLookupGrace = std::chrono::seconds(3);

/// Asks what the route of a target depends on, each question as soon as it is known to be one. On one loop.
class RouteFinder {
public:
    using Clock = std::chrono::steady_clock;

    RouteFinder(asio::any_io_executor executor, Clock::time_point epoch, Duration grace = kLookupGrace);
    ~RouteFinder();
    RouteFinder(const RouteFinder&) = delete;
    RouteFinder& operator=(const RouteFinder&) = delete;

    /// Fills lookups and route of the facts, by their target and settings. `on_open` gets the number of
    /// open questions whenever it changes. The route does not wait long for answers that it can do without
    /// (wait_for()): these come to the lookups later, as long as the finder and the facts live.
    asio::awaitable<void> find(Facts& facts, std::function<void(std::size_t)> on_open);
    /// Who is this address? The answer goes to `take`; nobody need wait for it.
    void ask_for_name(const IpAddress& address, const Settings& settings, std::function<void(Lookup)> take);
    /// A question beside the route; nobody need wait for the answer.
    void ask(Question question, const Settings& settings, std::function<void(Lookup)> take);
    /// Ends what is open; a search ends with what it has.
    void cancel();
    /// For questions beside the route; made at the first call. Once the finder is cancelled it answers none.
    const std::shared_ptr<Resolver>& resolver(const Settings& settings);

private:
    struct Search;

    asio::any_io_executor executor_;
    Clock::time_point epoch_;
    Duration grace_;
    std::shared_ptr<Resolver> resolver_;
    std::shared_ptr<Search> search_;
    bool cancelled_ = false;
};

} // namespace smtpprobe

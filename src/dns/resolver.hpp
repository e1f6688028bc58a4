// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include "smtpprobe/lookup.hpp"
#include "smtpprobe/settings.hpp"

namespace smtpprobe {

struct ResolverSettings {
    std::vector<NameServer> servers;                            ///< empty: those of the system (resolv.conf)
    Duration attempt_timeout = std::chrono::milliseconds(2500); ///< one query to one server
    int attempts = 3; ///< rounds over all servers; no query is sent after attempts × attempt_timeout
};

/// How a question is put where it is not simply asked of the resolver.
struct AskHow {
    /// This one alone, and without recursion: an authoritative server says what it knows itself. The
    /// answer's aliases are not followed, and its referral is kept.
    std::optional<NameServer> server;
    bool checking_disabled = false; ///< CD, and DO with it: the answer's signatures are kept
    bool over_tcp = false;          ///< from the start
    /// Two rounds at most: an experiment need not be as patient as a lookup that the route depends on.
    bool briefly = false;
};

/// Asks DNS questions on an event loop. Lives on one loop; many lookups at once.
class Resolver {
public:
    Resolver(asio::any_io_executor executor, ResolverSettings settings);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    using Clock = std::chrono::steady_clock;

    /// `done` is called once, later on the loop, never from within ask(). Lookup::asked_at counts
    /// from `epoch`.
    void ask(Question question, Clock::time_point epoch, std::function<void(Lookup)> done);
    void ask(Question question, const AskHow& how, Clock::time_point epoch, std::function<void(Lookup)> done);
    /// All at once; the lookups come in the questions' order.
    asio::awaitable<std::vector<Lookup>> ask_all(std::vector<Question> questions, Clock::time_point epoch);
    /// Ends what is under way, and whatever is asked from now on: each gives LookupFailure::cancelled.
    void cancel();

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// /etc/hosts, for host targets only (mail routing uses DNS alone): found or no_records, by type A or
/// AAAA. A name that it gives in one family is not to be asked of DNS in the other. Reads a file.
Lookup look_up_hosts_file(const Question& question);

} // namespace smtpprobe

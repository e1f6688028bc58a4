// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include "dns/channel.hpp"
#include "dns/message.hpp"
#include "dns/reading.hpp"
#include "dns/resolver.hpp"

namespace smtpprobe {

inline constexpr int kNoError = 0;
inline constexpr int kServerFailure = 2;
inline constexpr int kNoSuchDomain = 3;

/// What an RCODE other than 0 and 3 means for the lookup.
LookupFailure failure_of(int rcode);
/// Is this how a server says that it does not know OPT (RFC 6891 7)? BADVERS too: then it may take none.
bool rejects_edns(int rcode);
/// Of several failures, the one that tells most is reported: words of a server over silence.
int weight_of(LookupFailure failure);
/// From the system's random source: an answer must not be guessable.
std::uint16_t random_id();

struct Resolver::State : std::enable_shared_from_this<Resolver::State> {
    struct Server {
        NameServer address;
        std::string text;
        std::array<std::unique_ptr<Channel>, 3> channels; // by Channel::Kind, made at first use
        bool speaks_edns = true;
        bool edns_refused = false; // and said so
        int failures = 0;          // in a row, of all questions: a dead server is asked last
    };

    /// What one question has seen of one server.
    struct Tries {
        int asked = 0;
        int server_failures = 0;
        bool with_edns = false; // the last query had an OPT record
        bool done_with = false;
    };

    /// A question under way. Its name moves along an alias chain; the lookup's stays as asked.
    struct Task {
        Question question;
        AskHow how;
        std::size_t first = 0; // the servers that may be asked begin here
        Lookup lookup;
        std::function<void(Lookup)> done;
        Clock::time_point began;
        Clock::time_point give_up_at; // no query is sent after that
        std::vector<Tries> tries;     // of the servers from `first`
        bool authenticated = true;    // by every answer so far
        bool finished = false;

        Tries& tries_at(std::size_t server) { return tries[server - first]; }
    };

    State(asio::any_io_executor loop, const ResolverSettings& wanted);

    void ask(Question question, const AskHow& how, Clock::time_point epoch, std::function<void(Lookup)> done);
    void cancel();

    asio::any_io_executor executor;

private:
    void add_server(const NameServer& address);
    std::size_t direct_server(const NameServer& address);
    void start_waiting();
    void ask_someone(const std::shared_ptr<Task>& task);
    std::optional<std::size_t> next_server(const Task& task) const;
    void send(const std::shared_ptr<Task>& task, std::size_t index, Channel::Kind kind);
    Channel& channel(std::size_t index, Channel::Kind kind);
    void came(const std::shared_ptr<Task>& task, std::size_t index, Channel::Kind kind, Delivery delivery,
              const std::string& bytes);
    void read(const std::shared_ptr<Task>& task, std::size_t index, Channel::Kind kind,
              const std::string& bytes);
    void settle(const std::shared_ptr<Task>& task, const DnsAnswer& answer, const std::string& server);
    static void note_failure(Task& task, LookupFailure failure, const std::string& server);
    static void note_failure(Task& task, const DnsAnswer& answer, const std::string& server);
    void give_up(const std::shared_ptr<Task>& task);
    void finish(const std::shared_ptr<Task>& task);
    void finish_cancelled(const std::shared_ptr<Task>& task);
    void tick();

    ResolverSettings settings;
    // The resolver's own, and behind them those that are asked directly. A deque: references stay.
    std::deque<Server> servers;
    std::size_t own_servers = 0;
    bool servers_assumed = false; // the system names none
    std::vector<std::shared_ptr<Task>> under_way;
    std::deque<std::shared_ptr<Task>> waiting;
    asio::steady_timer timer;
    bool ticking = false;
    bool cancelled = false;
};

} // namespace smtpprobe

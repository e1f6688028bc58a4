// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <asio/any_io_executor.hpp>

#include "lab/dns_script.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/lookup.hpp"
#include "smtpprobe/settings.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// One query that came in.
struct SeenQuery {
    Question question;
    bool tcp = false;
    bool edns = false;
    bool authentic_data = false;
    std::uint16_t id = 0;
};

/// A name server with a script, on loopback, over UDP and TCP. Lives on one event loop.
class DnsServer {
public:
    explicit DnsServer(asio::any_io_executor executor);
    ~DnsServer();
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;

    // The script; it may change while the server serves.
    void add(Record record);
    void add(std::vector<Record> records);
    /// For that name and type, or for all types of that name; the empty name stands for all names.
    void trouble(std::string_view name, DnsTrouble trouble, std::optional<RecordType> type = std::nullopt);
    /// Answers about that name come so much later; the empty name stands for all names.
    void delay(std::string_view name, Duration delay);
    /// AD in every answer, as a validating resolver sets it.
    void authenticated(bool on);

    /// Binds UDP and TCP to one port; 0 picks one that is free for both. The error says what failed.
    Expected<NameServer, std::string> listen(IpAddress address, std::uint16_t port = 0);
    /// The same on 127.0.0.1 and a free port.
    Expected<NameServer, std::string> listen();
    /// Where it listens.
    NameServer address() const;
    /// Stops; also done when destroyed.
    void close();

    /// The queries so far, in the order in which they came; the first 10,000.
    const std::vector<SeenQuery>& seen() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace smtpprobe

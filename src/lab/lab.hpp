// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>

#include "lab/situations.hpp"
#include "lab/smtp_server.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/settings.hpp"

namespace smtpprobe {

/// All situations at once, as real servers on loopback: a name server on 127.0.0.1, and each mail host
/// on an address of its own in 127.77.0.0/16. They all use one port number.
///
/// Lives on one event loop. start() and stop() are to be called on the thread that runs it, or while
/// none does; the others from any thread, between them.
class Lab {
public:
    explicit Lab(asio::io_context& loop);
    ~Lab();
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;

    /// Port 0: one that is free. The error is one line.
    Expected<std::uint16_t, std::string> start(std::uint16_t port = 0);
    /// Ends all servers and connections and removes the CA file. Harmless when it has been called.
    void stop();

    std::uint16_t port() const;
    NameServer name_server() const;
    /// Of a mail host of the lab, whether it listens or not; else 0.0.0.0.
    IpAddress address_of(std::string_view host) const;
    /// The certificate of the authority that issued the lab's good ones; empty while the lab is down.
    std::string ca_file() const;
    /// With which a probe of that situation's target finds this lab, and is done soon.
    Settings settings_for(const Situation& situation) const;
    /// Of a host that listens; else all is zero.
    SmtpServerLog log(std::string_view host) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace smtpprobe

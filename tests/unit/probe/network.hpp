// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "lab/dns_server.hpp"
#include "lab/smtp_server.hpp"
#include "probe/run_probe.hpp"
#include "support/run_on_loop.hpp"

namespace smtpprobe::test {

using namespace std::chrono_literals;

/// A name server and mail servers on one loop, and a probe of them on the same.
class Network {
public:
    Network() : dns_(loop.get_executor())
    {
        settings.name_servers = {dns_.listen().value()};
        settings.allow_loopback = true;
        settings.connect_timeout = 5s;
        settings.step_timeout = 300ms;
        settings.tls = TlsMode::none;
    }

    void mx(const char* host, std::uint16_t preference)
    {
        Record record;
        record.type = RecordType::mx;
        record.owner = "example.com";
        record.name = host;
        record.preference = preference;
        dns_.add(record);
    }

    void address(const char* host, const char* address)
    {
        Record record;
        record.type = RecordType::a;
        record.owner = host;
        record.address = *IpAddress::parse(address);
        dns_.add(record);
    }

    /// All servers share the port that the first one gets.
    SmtpServer& serve(const char* address, const std::string& conversation,
                      std::shared_ptr<ssl_ctx_st> tls = nullptr)
    {
        SmtpScript script;
        script.conversation = parse_conversation("title: test\n\n" + conversation).value();
        script.tls = std::move(tls);
        servers_.push_back(std::make_unique<SmtpServer>(loop.get_executor(), std::move(script)));
        const auto error =
            servers_.back()->listen({asio::ip::make_address(address), settings.port.value_or(0)});
        if (error)
            throw std::runtime_error(error.message());
        settings.port = servers_.back()->endpoint().port();
        return *servers_.back();
    }

    Facts probe(ProbeEvents events = {},
                std::shared_ptr<ProbeControl> control = std::make_shared<ProbeControl>())
    {
        Target target = parse_target("example.com").value();
        auto facts = run_on(loop, run_probe(loop.get_executor(), std::move(target), settings,
                                            std::move(events), std::move(control)));
        return facts;
    }

    asio::io_context loop;
    Settings settings;

private:
    DnsServer dns_;
    std::vector<std::unique_ptr<SmtpServer>> servers_;
};

inline bool overlap(const Session& a, const Session& b)
{
    return a.began < b.began + b.took && b.began < a.began + a.took;
}

template <class What> const What* first_of(const Session& session)
{
    for (const auto& event : session.transcript)
        if (const auto* what = std::get_if<What>(&event.what))
            return what;
    return nullptr;
}

} // namespace smtpprobe::test

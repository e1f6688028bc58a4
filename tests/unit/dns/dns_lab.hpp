// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "dns/resolver.hpp"
#include "lab/dns_server.hpp"

namespace smtpprobe::test {

/// Time limits of these tests: an answer on loopback takes microseconds, a silence must not take long.
inline ResolverSettings impatient(std::vector<NameServer> servers)
{
    ResolverSettings settings;
    settings.servers = std::move(servers);
    settings.attempt_timeout = std::chrono::milliseconds(200);
    settings.attempts = 2;
    return settings;
}

/// A loop with name servers on it, and questions to them.
struct DnsLab {
    asio::io_context loop;
    DnsServer server{loop.get_executor()};
    NameServer address = listening(server);
    ResolverSettings settings = impatient({address});

    static NameServer listening(DnsServer& server)
    {
        auto where = server.listen();
        if (!where)
            throw std::runtime_error(where.error());
        return *where;
    }

    std::vector<Lookup> ask_all(std::vector<Question> questions)
    {
        Resolver resolver(loop.get_executor(), settings);
        std::vector<Lookup> lookups(questions.size());
        std::size_t missing = questions.size();
        for (std::size_t i = 0; i < questions.size(); ++i)
            resolver.ask(questions[i], Resolver::Clock::now(), [&, i](Lookup lookup) {
                lookups[i] = std::move(lookup);
                --missing;
            });
        loop.restart();
        while (missing != 0 && loop.run_one() != 0) {
        }
        return lookups;
    }

    Lookup ask(std::string name, RecordType type)
    {
        Question question;
        question.name = std::move(name);
        question.type = type;
        return ask_all({question}).front();
    }
};

/// A port of 127.0.0.1 where nobody listens, over UDP and TCP.
inline NameServer closed_port()
{
    asio::io_context loop;
    DnsServer server(loop.get_executor());
    return DnsLab::listening(server);
}

} // namespace smtpprobe::test

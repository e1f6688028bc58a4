// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "smtpprobe/report.hpp"

namespace smtpprobe::test {

/// Facts written down in a few lines, for tests of what is concluded from them.
///
///     FactsBuilder("example.com")
///         .mx("mx.example.com", 10)
///         .talk("192.0.2.1", {"connected", "greeting 220 mx.example.com ESMTP", "ehlo 250
///         mx.example.com|STARTTLS",
///                             "starttls 220 go", "tls trusted matches valid", "ehlo 250 mx.example.com"});
///
/// Events: `connected`; `STEP CODE LINE|LINE…` a reply; `rcpt MAILBOX CODE LINE`; `tls CHAIN NAME DATES`;
/// `skipped STEP BECAUSE`; `broken STEP FAULT [detail]`. Each is a second after the one before.
class FactsBuilder {
public:
    explicit FactsBuilder(const std::string& target);

    FactsBuilder& mx(const std::string& host, std::uint16_t preference = 10);
    FactsBuilder& talk(const std::string& address, std::initializer_list<const char*> events,
                       TlsMode tls = TlsMode::may, std::uint16_t port = 25);
    FactsBuilder& untried(const std::string& address, NotTried why);
    FactsBuilder& lookup(const std::string& name, RecordType type, LookupOutcome outcome,
                         LookupFailure failure = LookupFailure::none);
    FactsBuilder& note(RouteNoteKind kind, const std::string& host, const std::string& detail = {});
    FactsBuilder& route(RouteKind kind);

    Facts facts;

private:
    Session& add_session(const std::string& address, TlsMode tls, std::uint16_t port);

    std::string host_ = "mx.example.com";
    std::uint16_t preference_ = 10;
};

} // namespace smtpprobe::test

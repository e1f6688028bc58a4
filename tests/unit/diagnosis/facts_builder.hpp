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
/// `sent STEP COMMAND`; `skipped STEP BECAUSE`; `broken STEP FAULT [detail][|what had come of the reply]`.
/// Each is a second after the one before, unless it begins with `@SECONDS `: that long after;
/// `@SECONDS/SECONDS `: and its first byte so long before its end.
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

    /// What an experiment showed. They began one second after the other, behind the sessions.
    FactsBuilder& experiment(Purpose purpose, decltype(Experiment::what) what);
    /// A conversation held as an experiment, with the endpoint of that address and port where there is one.
    FactsBuilder& trial(Purpose purpose, const std::string& address,
                        std::initializer_list<const char*> events, TlsMode tls = TlsMode::may,
                        std::uint16_t port = 25);
    /// `came`: `connected`, or a fault's name with its detail: `timed-out`, `refused Connection refused`.
    FactsBuilder& contact(Purpose purpose, const std::string& host, const std::string& address,
                          std::uint16_t port, std::string_view came, const std::string& greeting = {});

    Facts facts;

private:
    Endpoint endpoint(const std::string& address, TlsMode tls, std::uint16_t port) const;
    Session& add_session(const std::string& address, TlsMode tls, std::uint16_t port);

    std::string host_ = "mx.example.com";
    std::uint16_t preference_ = 10;
};

} // namespace smtpprobe::test

// SPDX-License-Identifier: Apache-2.0
#include "facts_builder.hpp"

#include <stdexcept>

#include "base/ascii.hpp"

namespace smtpprobe::test {
namespace {

template <class Enum> Enum named(std::string_view text)
{
    const auto value = from_name<Enum>(text);
    if (!value)
        throw std::invalid_argument("no such name: " + std::string(text));
    return *value;
}

/// Takes the first word off.
std::string_view take_word(std::string_view& text)
{
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

Reply reply_of(std::string_view text)
{
    const int code = parse_number<int>(take_word(text)).value();
    std::vector<std::string> lines;
    for (const auto line : split(text, '|'))
        lines.emplace_back(line);
    return Reply::make(code, lines).value();
}

TlsFacts tls_of(std::string_view text, Instant now)
{
    TlsFacts tls;
    tls.version = "TLSv1.3";
    tls.cipher = "TLS_AES_256_GCM_SHA384";
    tls.cipher_bits = 256;
    tls.chain_verdict = named<ChainVerdict>(take_word(text));
    tls.name_verdict = named<NameVerdict>(take_word(text));
    tls.date_verdict = named<DateVerdict>(take_word(text));
    Certificate own;
    own.subject = own.common_name = "CN=mx.example.com";
    own.dns_names = {"mx.example.com"};
    const auto month = std::chrono::hours(24 * 30);
    own.not_before = tls.date_verdict == DateVerdict::not_yet_valid ? now + month : now - 3 * month;
    own.not_after = tls.date_verdict == DateVerdict::expired ? now - month : now + 3 * month;
    if (tls.chain_verdict != ChainVerdict::none)
        tls.chain.push_back(own);
    return tls;
}

decltype(Event::what) event_of(std::string_view text, Instant now)
{
    const auto word = take_word(text);
    if (word == "connected")
        return Connected{};
    if (word == "tls")
        return Secured{tls_of(text, now)};
    if (word == "skipped") {
        const auto step = named<Step>(take_word(text));
        return Skipped{step, named<SkipReason>(text)};
    }
    if (word == "broken") {
        const auto step = named<Step>(take_word(text));
        Fault fault;
        fault.kind = named<FaultKind>(take_word(text));
        fault.detail = text;
        return Broken{step, fault, {}};
    }
    Received received{named<Step>(word), reply_of(text), {}, {}};
    return received;
}

} // namespace

FactsBuilder::FactsBuilder(const std::string& target)
{
    facts.version = "test";
    facts.started = Instant(std::chrono::hours(24 * 365 * 56));
    facts.target.text = target;
    const auto at = target.find('@');
    facts.target.kind = at == std::string::npos ? TargetKind::domain : TargetKind::mailbox;
    facts.target.name = facts.target.shown_name = at == std::string::npos ? target : target.substr(at + 1);
    if (at != std::string::npos)
        facts.target.mailbox = target;
    facts.route.kind = RouteKind::mx;
    facts.route.domain = facts.target.name;
}

FactsBuilder& FactsBuilder::mx(const std::string& host, std::uint16_t preference)
{
    host_ = host;
    preference_ = preference;
    facts.route.hosts.push_back({host, preference, {}});
    return *this;
}

Session& FactsBuilder::add_session(const std::string& address, TlsMode tls, std::uint16_t port)
{
    Session session;
    session.endpoint.host = host_;
    session.endpoint.address = IpAddress::parse(address).value();
    session.endpoint.port = port;
    session.endpoint.tls = tls;
    session.endpoint.preference = preference_;
    facts.route.endpoints.push_back(session.endpoint);
    facts.sessions.push_back(session);
    return facts.sessions.back();
}

FactsBuilder& FactsBuilder::talk(const std::string& address, std::initializer_list<const char*> events,
                                 TlsMode tls, std::uint16_t port)
{
    auto& session = add_session(address, tls, port);
    Duration at{};
    for (const std::string_view text : events) {
        at += std::chrono::seconds(1);
        if (text.starts_with("rcpt ")) {
            auto rest = text.substr(5);
            const std::string mailbox(take_word(rest));
            session.transcript.push_back({at, Sent{Step::rcpt, "RCPT TO:<" + mailbox + ">"}});
            session.transcript.push_back({at, Received{Step::rcpt, reply_of(rest), {}, {}}});
        } else {
            session.transcript.push_back({at, event_of(text, facts.started)});
        }
    }
    session.took = at;
    return *this;
}

FactsBuilder& FactsBuilder::untried(const std::string& address, NotTried why)
{
    add_session(address, TlsMode::may, 25).not_tried = why;
    return *this;
}

FactsBuilder& FactsBuilder::lookup(const std::string& name, RecordType type, LookupOutcome outcome,
                                   LookupFailure failure)
{
    Lookup lookup;
    lookup.name = name;
    lookup.type = type;
    lookup.outcome = outcome;
    lookup.failure = failure;
    facts.lookups.push_back(lookup);
    return *this;
}

FactsBuilder& FactsBuilder::note(RouteNoteKind kind, const std::string& host, const std::string& detail)
{
    facts.route.notes.push_back({kind, host, detail});
    return *this;
}

FactsBuilder& FactsBuilder::route(RouteKind kind)
{
    facts.route.kind = kind;
    return *this;
}

} // namespace smtpprobe::test

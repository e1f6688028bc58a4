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
    if (word == "sent") {
        const auto step = named<Step>(take_word(text));
        return Sent{step, std::string(text)};
    }
    if (word == "skipped") {
        const auto step = named<Step>(take_word(text));
        return Skipped{step, named<SkipReason>(text)};
    }
    if (word == "broken") {
        const auto step = named<Step>(take_word(text));
        Fault fault;
        fault.kind = named<FaultKind>(take_word(text));
        const auto partial = std::min(text.find('|'), text.size());
        fault.detail = text.substr(0, partial);
        return Broken{step, fault, std::string(text.substr(std::min(partial + 1, text.size())))};
    }
    Received received{named<Step>(word), reply_of(text), {}, {}};
    return received;
}

Duration seconds_of(std::string_view text)
{
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(std::stod(std::string(text))));
}

/// `@2.5 …`, `@9/8 …`: how long after the event before, and how long it took to arrive.
struct Pace {
    Duration after = std::chrono::seconds(1);
    Duration lasted{};
};

Pace take_pace(std::string_view& text)
{
    Pace pace;
    if (!text.starts_with('@'))
        return pace;
    const auto word = take_word(text).substr(1);
    const auto parts = split(word, '/');
    pace.after = seconds_of(parts[0]);
    if (parts.size() > 1)
        pace.lasted = seconds_of(parts[1]);
    return pace;
}

void tell(Session& session, std::initializer_list<const char*> events, Instant now)
{
    Duration at{};
    for (std::string_view text : events) {
        const auto pace = take_pace(text);
        at += pace.after;
        if (text.starts_with("rcpt ")) {
            auto rest = text.substr(5);
            const std::string mailbox(take_word(rest));
            session.transcript.push_back({at, Sent{Step::rcpt, "RCPT TO:<" + mailbox + ">"}});
            session.transcript.push_back({at, Received{Step::rcpt, reply_of(rest), {}, at - pace.lasted}});
            continue;
        }
        session.transcript.push_back({at, event_of(text, now)});
        if (auto* received = std::get_if<Received>(&session.transcript.back().what))
            received->first_byte_at = at - pace.lasted;
    }
    session.took = at;
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

Endpoint FactsBuilder::endpoint(const std::string& address, TlsMode tls, std::uint16_t port) const
{
    Endpoint endpoint;
    endpoint.host = host_;
    endpoint.address = IpAddress::parse(address).value();
    endpoint.port = port;
    endpoint.tls = tls;
    endpoint.preference = preference_;
    return endpoint;
}

Session& FactsBuilder::add_session(const std::string& address, TlsMode tls, std::uint16_t port)
{
    Session session;
    session.endpoint = endpoint(address, tls, port);
    facts.route.endpoints.push_back(session.endpoint);
    facts.sessions.push_back(session);
    return facts.sessions.back();
}

FactsBuilder& FactsBuilder::talk(const std::string& address, std::initializer_list<const char*> events,
                                 TlsMode tls, std::uint16_t port)
{
    tell(add_session(address, tls, port), events, facts.started);
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

FactsBuilder& FactsBuilder::experiment(Purpose purpose, decltype(Experiment::what) what)
{
    const auto began = std::chrono::minutes(1) + std::chrono::seconds(facts.experiments.size());
    facts.experiments.push_back({purpose, began, std::chrono::seconds(1), std::move(what)});
    return *this;
}

FactsBuilder& FactsBuilder::trial(Purpose purpose, const std::string& address,
                                  std::initializer_list<const char*> events, TlsMode tls, std::uint16_t port)
{
    Session session;
    session.endpoint = endpoint(address, tls, port);
    for (const auto& known : facts.route.endpoints)
        if (known.address == session.endpoint.address && known.port == port)
            session.endpoint = known;
    session.endpoint.tls = tls;
    tell(session, events, facts.started);
    return experiment(purpose, std::move(session));
}

FactsBuilder& FactsBuilder::contact(Purpose purpose, const std::string& host, const std::string& address,
                                    std::uint16_t port, std::string_view came, const std::string& greeting)
{
    Contact contact;
    contact.host = host;
    contact.address = IpAddress::parse(address).value();
    contact.port = port;
    contact.greeting = greeting;
    const auto word = take_word(came);
    if (word != "connected") {
        contact.fault.emplace().kind = named<FaultKind>(word);
        contact.fault->detail = came;
    }
    return experiment(purpose, std::move(contact));
}

} // namespace smtpprobe::test

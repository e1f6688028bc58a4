// SPDX-License-Identifier: Apache-2.0
#include "unit/render/generated_facts.hpp"

#include <random>

namespace smtpprobe::test {
namespace {

class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    Facts facts();
    Diagnosis diagnosis();

private:
    // The library's distributions differ from one standard library to the next.
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }
    template <class Int> Int number() { return static_cast<Int>(random_()); }
    int count() { return static_cast<int>(below(1u << 31)); }
    template <class Enum> Enum any() { return static_cast<Enum>(below(std::size(Names<Enum>::all))); }

    std::string bytes()
    {
        static constexpr std::string_view kNasty[] = {"",
                                                      "mx.example.com",
                                                      "\x1b[31mred\x1b[0m",
                                                      "a\\b\\x41",
                                                      "\xff\xfe\x80",
                                                      "tab\there",
                                                      "B\xc3\xbc"
                                                      "cher",
                                                      "\xe2\x80\xae"
                                                      "evil",
                                                      "\r\n.\r\n",
                                                      "\"quoted\""};
        if (chance(70))
            return std::string(kNasty[below(std::size(kNasty))]);
        std::string text(below(40), '\0');
        for (auto& c : text)
            c = static_cast<char>(below(256));
        return text;
    }
    Duration span() { return Duration(below(chance(50) ? 30'000'000u : 1'000'000'000'000'000u)); }
    Instant instant() { return Instant(Duration(below(253'402'300'799'000'000u))); }
    IpAddress address()
    {
        std::array<std::uint8_t, 16> all{};
        for (auto& byte : all)
            byte = number<std::uint8_t>();
        if (chance(50))
            return IpAddress::v4({all[0], all[1], all[2], all[3]});
        if (!chance(10))
            return IpAddress::v6(all);
        all[0] = 0xfe;
        all[1] = 0x80;
        return IpAddress::v6(all, static_cast<std::uint32_t>(1 + below(100000)));
    }

    template <class Make> auto list(Make make, std::uint64_t most = 3)
    {
        std::vector<decltype(make())> values(below(most + 1));
        for (auto& value : values)
            value = make();
        return values;
    }
    template <class Make> std::optional<decltype(std::declval<Make>()())> perhaps(Make make)
    {
        if (chance(50))
            return std::nullopt;
        return make();
    }
    std::vector<std::string> texts()
    {
        return list([&] { return bytes(); });
    }

    Target target();
    Settings settings();
    Record record();
    Lookup lookup();
    Endpoint endpoint();
    Route route();
    TlsFacts tls();
    Reply reply();
    Event event();
    Fault fault();
    Session session();
    Contact contact();
    Trace trace();
    PolicyCheck policy_check();
    Experiment experiment();
    MessageFacts message();
    Arrival arrival();
    Finding finding();

    std::mt19937_64 random_;
};

Target Generator::target()
{
    Target made;
    made.text = bytes();
    made.kind = any<TargetKind>();
    made.name = bytes();
    made.shown_name = bytes();
    made.mailbox = bytes();
    made.address = address();
    made.port = perhaps([&] { return number<std::uint16_t>(); });
    made.protocol = any<Protocol>();
    made.tls = perhaps([&] { return any<TlsMode>(); });
    made.path = bytes();
    return made;
}

Settings Generator::settings()
{
    Settings made;
    made.use_mx = perhaps([&] { return chance(50); });
    made.families = any<Families>();
    made.port = perhaps([&] { return number<std::uint16_t>(); });
    made.source = perhaps([&] { return address(); });
    made.helo = bytes();
    made.from = perhaps([&] { return bytes(); });
    made.to = texts();
    made.tls = perhaps([&] { return any<TlsMode>(); });
    made.tls_name = bytes();
    made.ca_file = bytes();
    made.ca_path = bytes();
    made.tls_cert = bytes();
    made.tls_key = bytes();
    made.connect_timeout = span();
    made.step_timeout = perhaps([&] { return span(); });
    made.deadline = span();
    made.first = chance(50);
    made.quit_after = perhaps([&] { return any<Step>(); });
    made.allow_loopback = chance(50);
    made.name_servers = list([&] { return NameServer{address(), number<std::uint16_t>()}; });
    made.experiments = chance(50);
    made.controls = chance(50);
    made.control_targets = list(
        [&] { return ControlTarget{bytes(), perhaps([&] { return address(); }), number<std::uint16_t>()}; });
    made.trace = any<TraceMode>();
    made.retry_greylist = chance(50);
    made.block_lists = perhaps([&] { return texts(); });
    made.as = bytes();
    made.addresses = list([&] { return address(); });
    return made;
}

Record Generator::record()
{
    Record made;
    made.type = any<RecordType>();
    made.owner = bytes();
    made.ttl = number<std::uint32_t>();
    made.address = address();
    made.preference = number<std::uint16_t>();
    made.name = bytes();
    made.data = bytes();
    return made;
}

Lookup Generator::lookup()
{
    Lookup made;
    made.name = bytes();
    made.type = any<RecordType>();
    made.outcome = any<LookupOutcome>();
    made.failure = any<LookupFailure>();
    made.rcode = count();
    made.records = list([&] { return record(); });
    made.aliases = list([&] { return record(); });
    made.ttl = number<std::uint32_t>();
    made.authenticated = chance(50);
    made.over_tcp = chance(50);
    made.from_hosts_file = chance(50);
    made.server = bytes();
    made.asked_at = span();
    made.took = span();
    made.attempts = count();
    made.direct = chance(50);
    made.checking_disabled = chance(50);
    made.authoritative = chance(50);
    made.extended_error = static_cast<int>(below(30)) - 1;
    made.extended_text = bytes();
    made.referral = list([&] { return record(); });
    made.edns_refused = chance(50);
    made.signatures = list([&] { return record(); });
    return made;
}

Endpoint Generator::endpoint()
{
    Endpoint made;
    made.host = bytes();
    made.address = address();
    made.port = number<std::uint16_t>();
    made.protocol = any<Protocol>();
    made.tls = any<TlsMode>();
    made.preference = number<std::uint16_t>();
    made.carrier = any<Carrier>();
    made.path = bytes();
    return made;
}

Route Generator::route()
{
    Route made;
    made.kind = any<RouteKind>();
    made.domain = bytes();
    made.hosts =
        list([&] { return MailHost{bytes(), number<std::uint16_t>(), list([&] { return address(); })}; });
    made.endpoints = list([&] { return endpoint(); });
    made.notes = list([&] { return RouteNote{any<RouteNoteKind>(), bytes(), bytes()}; });
    return made;
}

TlsFacts Generator::tls()
{
    TlsFacts made;
    made.version = bytes();
    made.cipher = bytes();
    made.cipher_bits = count();
    made.group = bytes();
    made.server_name = bytes();
    made.chain = list([&] {
        Certificate certificate;
        certificate.subject = bytes();
        certificate.issuer = bytes();
        certificate.common_name = bytes();
        certificate.dns_names = texts();
        certificate.ip_addresses = texts();
        certificate.serial = bytes();
        certificate.key_type = bytes();
        certificate.key_bits = count();
        certificate.signature_algorithm = bytes();
        certificate.not_before = instant();
        certificate.not_after = instant();
        certificate.sha256 = bytes();
        certificate.self_signed = chance(50);
        return certificate;
    });
    made.chain_verdict = any<ChainVerdict>();
    made.chain_detail = bytes();
    made.name_verdict = any<NameVerdict>();
    made.name_checked = bytes();
    made.date_verdict = any<DateVerdict>();
    made.client_certificate_requested = chance(50);
    made.client_certificate_sent = chance(50);
    return made;
}

Reply Generator::reply()
{
    auto lines = texts();
    // Line ends cannot be within a line of a reply.
    for (auto& line : lines)
        std::erase_if(line, [](char c) { return c == '\r' || c == '\n'; });
    if (chance(50))
        lines.insert(lines.begin(), "5.7.1 no");
    if (auto made = Reply::make(200 + static_cast<int>(below(400)), std::move(lines)))
        return *made;
    return *Reply::make(250, {"ok"});
}

Event Generator::event()
{
    const auto at = span();
    switch (below(6)) {
    case 0: return {at, Connected{address()}};
    case 1:
        return {at, Sent{any<Step>(), bytes(), bytes(), number<std::uint32_t>(),
                         perhaps([&] { return any<AuthStop>(); })}};
    case 2: return {at, Received{any<Step>(), reply(), list([&] { return any<Breach>(); }), span()}};
    case 3: return {at, Secured{tls()}};
    case 4: return {at, Skipped{any<Step>(), any<SkipReason>()}};
    default: return {at, Broken{any<Step>(), fault(), bytes()}};
    }
}

Fault Generator::fault()
{
    Fault made{any<FaultKind>(), bytes(), number<int>(), static_cast<int>(below(257)) - 1};
    made.icmp = perhaps([&] { return IcmpError{address(), number<std::uint8_t>(), number<std::uint8_t>()}; });
    return made;
}

Session Generator::session()
{
    Session made;
    made.endpoint = endpoint();
    made.not_tried = chance(80) ? NotTried::tried : any<NotTried>();
    made.began = span();
    made.took = span();
    made.transcript = list([&] { return event(); }, 12);
    return made;
}

Contact Generator::contact()
{
    Contact made;
    made.host = bytes();
    made.address = address();
    made.port = number<std::uint16_t>();
    made.local = perhaps([&] { return address(); });
    made.connected_after = span();
    made.fault = perhaps([&] { return fault(); });
    made.greeting = bytes();
    return made;
}

Trace Generator::trace()
{
    Trace made;
    made.address = address();
    made.port = number<std::uint16_t>();
    made.hops = list([&] {
        Hop hop;
        hop.ttl = 1 + static_cast<int>(below(255));
        hop.answer = any<HopAnswer>();
        hop.from = perhaps([&] { return address(); });
        hop.icmp =
            perhaps([&] { return IcmpError{address(), number<std::uint8_t>(), number<std::uint8_t>()}; });
        hop.took = span();
        return hop;
    });
    return made;
}

PolicyCheck Generator::policy_check()
{
    PolicyCheck made;
    made.domain = bytes();
    made.sender = bytes();
    made.address = address();
    made.result = any<PolicyResult>();
    made.record = bytes();
    made.matched = bytes();
    made.explained = bytes();
    made.notes = list([&] { return PolicyNote{any<PolicyFlaw>(), bytes(), bytes()}; });
    made.lookups = count();
    made.voids = count();
    return made;
}

Experiment Generator::experiment()
{
    Experiment made;
    made.purpose = any<Purpose>();
    made.began = span();
    made.took = span();
    switch (below(5)) {
    case 0: made.what = contact(); break;
    case 1: made.what = trace(); break;
    case 2: made.what = lookup(); break;
    case 3: made.what = session(); break;
    default: made.what = policy_check();
    }
    return made;
}

Facts Generator::facts()
{
    Facts made;
    made.version = bytes();
    made.started = instant();
    made.took = span();
    made.interrupted = chance(20);
    made.target = target();
    made.settings = settings();
    made.lookups = list([&] { return lookup(); }, 4);
    made.route = route();
    made.sessions = list([&] { return session(); });
    // As in reports: sessions of the route's own endpoints, some hosts with a note.
    for (auto& session : made.sessions)
        if (!made.route.hosts.empty() && chance(60))
            session.endpoint.host = made.route.hosts[below(made.route.hosts.size())].name;
    if (chance(50))
        for (const auto& session : made.sessions)
            made.route.endpoints.push_back(session.endpoint);
    made.experiments = list([&] { return experiment(); }, 5);
    made.own_addresses = list([&] { return address(); });
    made.clock_synchronised = perhaps([&] { return chance(50); });
    made.message = perhaps([&] { return message(); });
    made.arrival = perhaps([&] { return arrival(); });
    return made;
}

MessageFacts Generator::message()
{
    MessageFacts made;
    made.id = bytes();
    made.octets = number<std::uint32_t>();
    made.longest_line = number<std::uint32_t>();
    made.stray_carriage_returns = number<std::uint32_t>();
    made.eight_bit = chance(50);
    made.utf8_header = chance(50);
    made.has_nul = chance(50);
    made.unsendable = bytes();
    return made;
}

Arrival Generator::arrival()
{
    Arrival made;
    made.outcome = any<ArrivalOutcome>();
    made.where = bytes();
    made.why = bytes();
    made.sent = perhaps([&] { return instant(); });
    made.waited = span();
    made.hops = list([&] {
        return ReceivedHop{
            bytes(), bytes(), bytes(), bytes(), perhaps([&] { return instant(); }), perhaps([&] {
                return static_cast<std::int64_t>(number<std::uint64_t>());
            })};
    });
    made.hops_left_out = number<std::uint32_t>();
    return made;
}

Finding Generator::finding()
{
    Finding made;
    made.id = chance(50) ? "a.finding" : "another.finding";
    made.severity = any<Severity>();
    made.where = bytes();
    made.title = bytes();
    made.seen = bytes();
    made.expected = bytes();
    made.means = bytes();
    made.who = any<Actor>();
    made.retry = any<Retry>();
    made.fix = texts();
    made.source = texts();
    made.confidence = any<Confidence>();
    made.decided_by = bytes();
    made.step = perhaps([&] { return any<Step>(); });
    if (chance(30))
        made.part_of = chance(50) ? "a.finding" : "a.finding.that.is.not.there";
    return made;
}

Diagnosis Generator::diagnosis()
{
    Diagnosis made;
    made.verdict = any<Verdict>();
    made.outcome = any<Outcome>();
    made.who = any<Actor>();
    made.failed_step = perhaps([&] { return any<Step>(); });
    made.headline = bytes();
    made.findings = list([&] { return finding(); }, 5);
    return made;
}

} // namespace

Facts generated_facts(std::uint64_t seed) { return Generator(seed).facts(); }

Report generated_report(std::uint64_t seed)
{
    Generator generator(seed);
    auto facts = generator.facts();
    return {std::move(facts), generator.diagnosis()};
}

} // namespace smtpprobe::test

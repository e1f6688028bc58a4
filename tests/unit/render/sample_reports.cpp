// SPDX-License-Identifier: Apache-2.0
#include "unit/render/sample_reports.hpp"

#include <stdexcept>
#include <utility>

#include "base/timestamp.hpp"

namespace smtpprobe::test {
namespace {

using namespace std::chrono_literals;

Instant time(const char* text) { return *parse_timestamp(text); }
IpAddress address(const char* text) { return *IpAddress::parse(text); }

/// One session, told event by event. Times count up from one event to the next.
class Told {
public:
    Told(const char* host, const char* ip, std::uint16_t preference = 10)
    {
        session_.endpoint.host = host;
        session_.endpoint.address = address(ip);
        session_.endpoint.preference = preference;
    }
    Told& connected(Duration after = 23ms) { return add(after, Connected{address("192.0.2.99")}); }
    Told& says(Step step, std::string text) { return add(0us, Sent{step, std::move(text)}); }
    Told& hears(Step step, Duration after, int code, std::vector<std::string> lines,
                std::vector<Breach> breaches = {})
    {
        return add(after,
                   Received{step, *Reply::make(code, std::move(lines)), std::move(breaches), at_ + after});
    }
    Told& secured(Duration after, TlsFacts tls) { return add(after, Secured{std::move(tls)}); }
    Told& skipped(Step step, SkipReason why) { return add(0us, Skipped{step, why}); }
    Told& broken(Step step, Duration after, Fault fault, std::string partial = "")
    {
        return add(after, Broken{step, std::move(fault), std::move(partial)});
    }
    Told& greeted(Duration after = 102ms)
    {
        return hears(Step::greeting, after, 220, {session_.endpoint.host + " ESMTP Postfix"});
    }
    Told& hello()
    {
        says(Step::ehlo, "EHLO probe.example.net");
        return hears(Step::ehlo, 24ms, 250,
                     {session_.endpoint.host, "PIPELINING", "SIZE 52428800", "STARTTLS", "8BITMIME"});
    }
    Told& starttls(TlsFacts tls)
    {
        says(Step::starttls, "STARTTLS");
        hears(Step::starttls, 24ms, 220, {"2.0.0 Ready to start TLS"});
        secured(48ms, std::move(tls));
        says(Step::ehlo, "EHLO probe.example.net");
        return hears(Step::ehlo, 25ms, 250, {session_.endpoint.host, "SIZE 52428800", "8BITMIME"});
    }
    Told& quits()
    {
        says(Step::quit, "QUIT");
        return hears(Step::quit, 23ms, 221, {"2.0.0 Bye"});
    }
    Told& not_tried(NotTried why)
    {
        session_.not_tried = why;
        return *this;
    }
    Told& port(std::uint16_t number)
    {
        session_.endpoint.port = number;
        return *this;
    }
    Session done()
    {
        session_.took = at_;
        return session_;
    }

private:
    template <class What> Told& add(Duration after, What what)
    {
        at_ += after;
        session_.transcript.push_back({at_, std::move(what)});
        return *this;
    }

    Session session_;
    Duration at_{};
};

TlsFacts good_tls(const std::string& host)
{
    TlsFacts tls;
    tls.version = "TLSv1.3";
    tls.cipher = "TLS_AES_256_GCM_SHA384";
    tls.cipher_bits = 256;
    tls.group = "X25519";
    tls.server_name = tls.name_checked = host;
    Certificate certificate;
    certificate.subject = "CN=" + host;
    certificate.issuer = "CN=R11,O=Let's Encrypt,C=US";
    certificate.common_name = host;
    certificate.dns_names = {host};
    certificate.serial = "04a1";
    certificate.key_type = "EC prime256v1";
    certificate.key_bits = 256;
    certificate.signature_algorithm = "sha256WithRSAEncryption";
    certificate.not_before = time("2026-05-01T00:00:00Z");
    certificate.not_after = time("2026-07-30T00:00:00Z");
    tls.chain = {certificate};
    tls.chain_verdict = ChainVerdict::trusted;
    tls.name_verdict = NameVerdict::matches;
    tls.date_verdict = DateVerdict::valid;
    return tls;
}

TlsFacts expired_tls(const std::string& host)
{
    auto tls = good_tls(host);
    tls.chain[0].not_before = time("2026-01-30T00:00:00Z");
    tls.chain[0].not_after = time("2026-04-30T00:00:00Z");
    tls.date_verdict = DateVerdict::expired;
    return tls;
}

Lookup asked(const char* name, RecordType type, LookupOutcome outcome, std::vector<Record> records = {})
{
    Lookup lookup;
    lookup.name = name;
    lookup.type = type;
    lookup.outcome = outcome;
    lookup.records = std::move(records);
    lookup.ttl = 3600;
    lookup.server = "192.0.2.53:53";
    lookup.took = 11ms;
    lookup.attempts = 1;
    return lookup;
}

Record mx_record(std::uint16_t preference, const char* host)
{
    Record record;
    record.type = RecordType::mx;
    record.owner = "example.com";
    record.ttl = 3600;
    record.preference = preference;
    record.name = host;
    return record;
}

Report about(const char* domain, RouteKind kind)
{
    Report report;
    auto& facts = report.facts;
    facts.version = "0.1.0";
    facts.started = time("2026-07-01T08:30:00Z");
    facts.took = 281ms;
    facts.target.text = facts.target.name = facts.target.shown_name = domain;
    facts.route.kind = kind;
    facts.route.domain = domain;
    return report;
}

/// The route is that of the sessions.
Report probed(std::vector<Session> sessions)
{
    auto report = about("example.com", RouteKind::mx);
    auto& facts = report.facts;
    auto mx = asked("example.com", RecordType::mx, LookupOutcome::found);
    facts.took = 0us;
    for (const auto& session : sessions) {
        const auto& endpoint = session.endpoint;
        if (facts.route.hosts.empty() || facts.route.hosts.back().name != endpoint.host) {
            facts.route.hosts.push_back({endpoint.host, endpoint.preference, {}});
            mx.records.push_back(mx_record(endpoint.preference, endpoint.host.c_str()));
        }
        facts.route.hosts.back().addresses.push_back(endpoint.address);
        facts.route.endpoints.push_back(endpoint);
        facts.took = std::max(facts.took, session.took + 23ms);
    }
    facts.lookups = {mx};
    facts.sessions = std::move(sessions);
    return report;
}

Report concluded(Report report, Verdict verdict, Outcome outcome, std::string headline,
                 std::vector<Finding> findings = {})
{
    auto& diagnosis = report.diagnosis;
    diagnosis.verdict = verdict;
    diagnosis.outcome = outcome;
    diagnosis.headline = std::move(headline);
    diagnosis.findings = std::move(findings);
    if (!diagnosis.findings.empty()) {
        diagnosis.who = diagnosis.findings[0].who;
        diagnosis.failed_step = diagnosis.findings[0].step;
    }
    return report;
}

Finding finding(const char* id, Severity severity, std::string where, const char* title, std::string seen)
{
    Finding made;
    made.id = id;
    made.severity = severity;
    made.where = std::move(where);
    made.title = title;
    made.seen = std::move(seen);
    return made;
}

Finding silent_finding(std::string where)
{
    auto made = finding("fault.connect.timed-out", Severity::problem, std::move(where),
                        "The host does not answer on port 25", "no answer to the connection for 20 s");
    made.means = "Nothing came back: the host is down, or a firewall on the way drops the packets. Many "
                 "networks of homes and clouds let nobody out to port 25; then every host looks like this.";
    made.who = Actor::recipient_admin;
    made.retry = Retry::later;
    made.fix = {"Try the same from another network, to tell whose firewall it is.",
                "Check that the host is up and that its firewall lets port 25 in."};
    made.source = {"RFC 5321 4.5.3.2"};
    made.confidence = Confidence::likely;
    made.decided_by = "fault";
    made.step = Step::connect;
    return made;
}

Finding expired_finding(std::string where)
{
    auto made =
        finding("tls.certificate-expired", Severity::warning, std::move(where), "The certificate has expired",
                "valid until 2026-04-30 00:00 UTC, 62 days before the probe");
    made.means =
        "Senders that verify certificates will not deliver here. Most others do not look, and deliver.";
    made.who = Actor::recipient_admin;
    made.retry = Retry::after_fix;
    made.fix = {"Renew the certificate.",
                "Make the mail server load it: most do so only when they are reloaded.",
                "Let the renewal reload the server from now on."};
    made.source = {"RFC 5280 4.1.2.5", "https://www.rfc-editor.org/rfc/rfc8461#section-4.2"};
    made.decided_by = "observation";
    made.step = Step::tls;
    return made;
}

Session healthy(const char* host, const char* ip, std::uint16_t preference)
{
    return Told(host, ip, preference).connected().greeted().hello().starttls(good_tls(host)).quits().done();
}

Session silent(const char* host, const char* ip, std::uint16_t preference)
{
    return Told(host, ip, preference)
        .broken(Step::connect, 20s, {FaultKind::timed_out, "Connection timed out", 110, -1})
        .done();
}

Sample healthy_sample()
{
    auto report =
        probed({healthy("mx1.example.com", "192.0.2.1", 10), healthy("mx1.example.com", "2001:db8::1", 10),
                healthy("mx2.example.com", "198.51.100.25", 20)});
    for (auto& lookup : report.facts.lookups)
        lookup.authenticated = true;
    return {"healthy",
            concluded(std::move(report), Verdict::accepts, Outcome::ok,
                      "example.com accepts mail: both mail hosts answer, with TLS and valid certificates.")};
}

Sample refused_sample()
{
    auto made = finding("fault.connect.refused", Severity::problem, "mx.example.com [192.0.2.1]:25",
                        "Nothing listens on port 25", "the connection was refused after 23 ms");
    made.means = "The host is up, but no mail server runs there, or a firewall refuses.";
    made.who = Actor::recipient_admin;
    made.retry = Retry::later;
    made.fix = {"Start the mail server, and see that it listens on its public address."};
    made.step = Step::connect;
    return {"refused",
            concluded(
                probed({Told("mx.example.com", "192.0.2.1")
                            .broken(Step::connect, 23ms, {FaultKind::refused, "Connection refused", 111, -1})
                            .done()}),
                Verdict::unreachable, Outcome::problem,
                "example.com cannot be reached: its only mail host refuses connections.", {made})};
}

Sample silent_sample()
{
    return {"silent",
            concluded(probed({silent("mx.example.com", "192.0.2.1", 10)}), Verdict::unreachable,
                      Outcome::problem, "example.com cannot be reached: its only mail host does not answer.",
                      {silent_finding("mx.example.com [192.0.2.1]:25")})};
}

Sample expired_sample()
{
    auto slow = finding("smtp.greeting-slow", Severity::note, "mx.example.com [192.0.2.1]:25",
                        "The greeting came late", "after 6.2 s");
    slow.means = "Some servers wait on purpose, to see who speaks too early.";
    auto unverified = finding("tls.unverified", Severity::warning, "mx.example.com [192.0.2.1]:25",
                              "Mail arrives over TLS that nobody can verify", "");
    unverified.part_of = "tls.certificate-expired";
    return {"expired-certificate",
            concluded(probed({Told("mx.example.com", "192.0.2.1")
                                  .connected()
                                  .greeted(6200ms)
                                  .hello()
                                  .starttls(expired_tls("mx.example.com"))
                                  .quits()
                                  .done()}),
                      Verdict::accepts_with_problems, Outcome::warning,
                      "example.com accepts mail, but the certificate of its mail host has expired.",
                      {expired_finding("mx.example.com [192.0.2.1]:25"), unverified, slow})};
}

Sample null_mx_sample()
{
    auto report = about("example.com", RouteKind::null_mx);
    report.facts.lookups = {asked("example.com", RecordType::mx, LookupOutcome::found, {mx_record(0, "")})};
    auto made = finding("route.null-mx", Severity::problem, "example.com",
                        "The domain takes no mail, by intent", "example.com MX 0 .");
    made.means = "A null MX says that nobody may send mail to this domain.";
    made.who = Actor::you_message;
    made.retry = Retry::never;
    made.fix = {"Use another address."};
    made.source = {"RFC 7505 3"};
    made.step = Step::resolve;
    return {"null-mx", concluded(std::move(report), Verdict::takes_no_mail, Outcome::problem,
                                 "example.com takes no mail, and says so (null MX).", {made})};
}

Sample nxdomain_sample()
{
    auto report = about("exmaple.com", RouteKind::none);
    for (const auto type : {RecordType::mx, RecordType::a, RecordType::aaaa})
        report.facts.lookups.push_back(asked("exmaple.com", type, LookupOutcome::no_such_domain));
    auto made = finding("dns.no-such-domain", Severity::problem, "exmaple.com", "The domain does not exist",
                        "NXDOMAIN from 192.0.2.53:53");
    made.means = "Either the name is misspelt, or the domain's registration has ended.";
    made.who = Actor::you_message;
    made.retry = Retry::never;
    made.fix = {"Check the spelling of the address."};
    made.step = Step::resolve;
    return {"nxdomain", concluded(std::move(report), Verdict::unreachable, Outcome::problem,
                                  "exmaple.com does not exist: DNS knows no such domain.", {made})};
}

Sample relay_denied_sample()
{
    auto session = Told("mx.example.com", "192.0.2.1")
                       .connected()
                       .greeted()
                       .hello()
                       .starttls(good_tls("mx.example.com"));
    session.says(Step::mail, "MAIL FROM:<>")
        .hears(Step::mail, 24ms, 250, {"2.1.0 Ok"})
        .says(Step::rcpt, "RCPT TO:<user@example.com>")
        .hears(Step::rcpt, 180ms, 554, {"5.7.1 <user@example.com>: Relay access denied"})
        .quits();
    auto made = finding("words.relay-denied", Severity::problem, "mx.example.com [192.0.2.1]:25",
                        "The server does not take mail for this domain",
                        "554 5.7.1 <user@example.com>: Relay access denied");
    made.means = "The MX record leads to a server that does not count the domain among its own.";
    made.who = Actor::recipient_admin;
    made.retry = Retry::after_fix;
    made.fix = {
        "Add the domain to the server's own or relayed domains (Postfix: mydestination or relay_domains).",
        "Or let the MX record lead to the server that does take its mail."};
    made.source = {"RFC 5321 7.1"};
    made.decided_by = "generic words";
    made.step = Step::rcpt;
    return {"relay-denied",
            concluded(probed({session.done()}), Verdict::refuses, Outcome::problem,
                      "example.com refuses mail: its mail host does not take mail for it.", {made})};
}

Sample two_silent_sample()
{
    auto report =
        probed({silent("mx1.example.com", "192.0.2.1", 10), silent("mx1.example.com", "2001:db8:4:1::25", 10),
                healthy("backup.mail.example.net", "203.0.113.125", 20)});
    report.facts.route.hosts.push_back({"mx9.example.com", 30, {}});
    report.facts.route.notes.push_back({RouteNoteKind::mx_host_missing, "mx9.example.com", ""});
    auto first = silent_finding("mx1.example.com [192.0.2.1]:25");
    auto second = silent_finding("mx1.example.com [2001:db8:4:1::25]:25");
    first.severity = second.severity = Severity::warning;
    second.seen = "no answer to the connection for 20 s; the machine has a way to other IPv6 addresses";
    return {"two-silent",
            concluded(std::move(report), Verdict::accepts_with_problems, Outcome::warning,
                      "example.com accepts mail, but only through its backup: the preferred mail host "
                      "mx1.example.com does not answer.",
                      {first, second})};
}

Sample interrupted_sample()
{
    auto waiting = Told("mx.example.com", "192.0.2.1")
                       .connected()
                       .broken(Step::greeting, 3s, {FaultKind::cancelled, "", 0, -1})
                       .done();
    auto untried = Told("mx2.example.com", "192.0.2.2", 20).not_tried(NotTried::cancelled).done();
    auto report = probed({waiting, untried});
    report.facts.interrupted = true;
    return {"interrupted", concluded(std::move(report), Verdict::inconclusive, Outcome::unknown,
                                     "Interrupted before example.com had answered.")};
}

Sample hostile_sample()
{
    auto session = Told("mx.example.com", "192.0.2.1");
    session.connected()
        .hears(Step::greeting, 40ms, 220,
               {"\x1b]0;owned\x07 \x1b[2J\x1b[31mwelcome\r \xe2\x80\xae"
                "evil \xff\xfe",
                std::string(300, 'A')},
               {Breach::bare_carriage_return, Breach::control_byte, Breach::non_ascii})
        .says(Step::ehlo, "EHLO probe.example.net")
        .hears(Step::ehlo, 30ms, 250, {"mx.example.com", "STARTTLS"})
        .says(Step::starttls, "STARTTLS")
        .hears(Step::starttls, 20ms, 454, {"4.7.0 TLS not available due to local problem"})
        .says(Step::quit, "QUIT")
        .broken(Step::quit, 5ms, {FaultKind::reset, "Connection reset by peer", 104, -1});
    auto made =
        finding("protocol.control-byte", Severity::warning, "mx.example.com [192.0.2.1]:25",
                "The server sends control bytes",
                "220 \\x1b]0;owned\\x07 \\x1b[2J\\x1b[31mwelcome\\x0d \\xe2\\x80\\xaeevil \\xff\\xfe");
    made.means = "Such bytes have no place in a reply. They can deceive who reads it on a terminal.";
    made.who = Actor::recipient_admin;
    made.source = {"RFC 5321 4.1.2"};
    return {"hostile",
            concluded(probed({session.done()}), Verdict::accepts_with_problems, Outcome::warning,
                      "example.com accepts mail, but without TLS, and its mail host breaks the protocol.",
                      {made})};
}

} // namespace

std::vector<Sample> sample_reports()
{
    return {healthy_sample(),     refused_sample(),  silent_sample(),       expired_sample(),
            null_mx_sample(),     nxdomain_sample(), relay_denied_sample(), two_silent_sample(),
            interrupted_sample(), hostile_sample()};
}

const Report& sample_report(const std::string& name)
{
    static const auto samples = sample_reports();
    for (const auto& sample : samples)
        if (sample.name == name)
            return sample.report;
    throw std::out_of_range(name);
}

} // namespace smtpprobe::test

// SPDX-License-Identifier: Apache-2.0
// Conversations that stall or die: look-alikes, and what tells them apart.
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "facts_builder.hpp"
#include "smtpprobe/explain.hpp"

using namespace smtpprobe;
using test::FactsBuilder;

namespace {

constexpr const char* kGreeting = "greeting 220 mx.example.com ESMTP";
constexpr const char* kHello = "ehlo 250 mx.example.com|STARTTLS";
constexpr const char* kTls = "tls trusted matches valid";
constexpr const char* kMx = "8.8.8.8";

using Events = std::initializer_list<const char*>;

FactsBuilder one(Events events, TlsMode tls = TlsMode::may, std::uint16_t port = 25)
{
    return FactsBuilder("example.com").mx("mx.example.com").talk(kMx, events, tls, port);
}

FactsBuilder silent() { return one({"connected", "@60 broken greeting timed-out"}); }
FactsBuilder closed(const char* broken = "@0.01 broken greeting closed")
{
    return one({"connected", broken});
}

const Finding* find(const Diagnosis& diagnosis, std::string_view id)
{
    const auto found = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                    [&](const Finding& finding) { return finding.id == id; });
    return found == diagnosis.findings.end() ? nullptr : &*found;
}

/// The leading finding, with its confidence; everything that failed must be part of it.
std::string lead(const FactsBuilder& built)
{
    const auto diagnosis = diagnose(built.facts);
    REQUIRE_FALSE(diagnosis.findings.empty());
    const auto& first = diagnosis.findings.front();
    REQUIRE(find_explanation(first.id) != nullptr);
    CHECK_FALSE(first.seen.empty());
    CHECK_FALSE(first.decided_by.empty());
    for (const auto& finding : diagnosis.findings)
        if (finding.severity != Severity::note && finding.id != first.id &&
            finding.id.starts_with("fault.")) {
            INFO(finding.id << " part of " << finding.part_of);
            CHECK(finding.part_of == first.id);
        }
    return first.id + ' ' + std::string(name(first.confidence));
}

} // namespace

TEST_CASE("Accepted and silent: what speaks behind the port")
{
    CHECK(lead(silent()) == "fault.greeting.timed-out likely");
    CHECK(lead(silent().trial(Purpose::implicit_tls, kMx, {"connected", kTls, kGreeting},
                              TlsMode::implicit)) == "session.tls-only sure");
    CHECK(lead(silent().trial(Purpose::implicit_tls, kMx, {"connected", "broken tls handshake"},
                              TlsMode::implicit)) == "fault.greeting.timed-out likely");
    CHECK(lead(silent().trial(Purpose::implicit_tls, kMx, {"connected", kTls, "broken greeting closed"},
                              TlsMode::implicit)) == "session.tls-without-smtp likely");
    CHECK(lead(silent().trial(Purpose::implicit_tls, kMx,
                              {"connected", "broken tls not-tls HTTP/1.1 400 Bad Request"},
                              TlsMode::implicit)) == "fault.greeting.http sure");
    const auto greets_in_plain =
        silent().trial(Purpose::implicit_tls, kMx,
                       {"connected", "broken tls not-tls 220 mx.example.com ESMTP"}, TlsMode::implicit);
    CHECK(lead(greets_in_plain) == "session.greeting-withheld guess");
    auto withheld = greets_in_plain;
    CHECK(lead(withheld.trial(Purpose::fresh_session, kMx, {"connected", "@12 broken greeting timed-out"})) ==
          "session.greeting-withheld likely");
    auto recovered = greets_in_plain;
    CHECK(lead(recovered.trial(Purpose::fresh_session, kMx, {"connected", kGreeting})) ==
          "session.fails-at-times sure");
    const auto no_tls =
        silent().trial(Purpose::implicit_tls, kMx, {"connected", "broken tls timed-out"}, TlsMode::implicit);
    auto proxy = no_tls;
    CHECK(lead(proxy.trial(Purpose::proxy_header, kMx, {"connected", kGreeting, "quit 221 bye"})) ==
          "session.proxy-header-awaited sure");
    auto hangs_up = no_tls;
    CHECK(lead(hangs_up.trial(Purpose::proxy_header, kMx, {"connected", kGreeting, "broken quit closed"})) ==
          "session.proxy-header-awaited likely");
    // An ordinary server that has recovered meanwhile greets, and knows no command PROXY.
    for (const auto* refusal : {"quit 500 5.5.2 unrecognized command", "quit 421 too many errors"}) {
        auto recovered_server = no_tls;
        recovered_server.trial(Purpose::proxy_header, kMx, {"connected", kGreeting, refusal, "quit 221 bye"});
        CHECK(lead(recovered_server) == "session.fails-at-times sure");
        CHECK(diagnose(recovered_server.facts).verdict == Verdict::defers);
    }
    auto nobody = no_tls;
    CHECK(lead(nobody.trial(Purpose::proxy_header, kMx, {"connected", "broken greeting timed-out"})) ==
          "session.no-greeting likely");
}

TEST_CASE("After a short wait a greeting may still come")
{
    CHECK(
        lead(one({"connected", "@5 broken greeting timed-out"})
                 .trial(Purpose::implicit_tls, kMx, {"connected", "broken tls timed-out"}, TlsMode::implicit)
                 .trial(Purpose::proxy_header, kMx, {"connected", "broken greeting timed-out"})) ==
        "session.no-greeting guess");
}

TEST_CASE("Where the port is not 25, whoever chose it may be wrong")
{
    auto built = one({"connected", "@60 broken greeting timed-out"}, TlsMode::may, 465);
    CHECK(lead(built) == "smtp.implicit-tls-expected likely");
    built.trial(Purpose::implicit_tls, kMx, {"connected", kTls, kGreeting}, TlsMode::implicit, 465);
    CHECK(lead(built) == "smtp.implicit-tls-expected sure");
    CHECK(diagnose(built.facts).who == Actor::you_setup);
}

TEST_CASE("Hung up on before the greeting")
{
    CHECK(lead(closed()) == "fault.greeting.closed likely");
    const auto again = [](const char* event, const char* first = "@0.01 broken greeting closed") {
        return closed(first).trial(Purpose::fresh_session, kMx, {"connected", event});
    };
    CHECK(lead(again("@0.01 broken greeting closed")) == "session.closed-at-once likely");
    CHECK(lead(again("@10 broken greeting timed-out")) == "session.process-dies likely");
    CHECK(lead(again(kGreeting)) == "session.fails-at-times sure");
    CHECK(diagnose(again(kGreeting).facts).verdict == Verdict::defers);
    CHECK(diagnose(again(kGreeting).facts).outcome == Outcome::warning);
    CHECK(lead(again("@3 broken greeting closed", "@3 broken greeting closed")) ==
          "session.no-server-behind likely");
    CHECK(lead(again("@0.01 broken greeting reset", "@0.01 broken greeting reset")) ==
          "session.reset-before-greeting likely");
    // The second time it says why.
    CHECK(lead(again("greeting 421 4.7.0 mx.example.com Error: too many connections from 192.0.2.7")) !=
          "session.closed-at-once likely");
    CHECK(diagnose(again("greeting 421 4.7.0 mx.example.com Error: too many connections").facts)
              .findings.front()
              .seen.find("421") != std::string::npos);
}

TEST_CASE("A 421 after a wait, and a greeting behind a proxy's header")
{
    const auto after_421 = [](const char* reply) {
        return one({"connected", "@5 greeting 421 4.3.0 mx.example.com server local error"})
            .trial(Purpose::proxy_header, kMx, {"connected", kGreeting, reply});
    };
    CHECK(lead(after_421("quit 221 bye")) == "session.proxy-header-awaited sure");
    // It was busy, and is no more.
    CHECK(find(diagnose(after_421("quit 502 5.5.2 command not recognized").facts),
               "session.proxy-header-awaited") == nullptr);
}

TEST_CASE("Where every conversation stalls, a control says whether the fault is here")
{
    const auto stalled = [] {
        return one({"connected", kGreeting, "broken ehlo timed-out"})
            .trial(Purpose::fresh_session, kMx, {"connected", kGreeting, "broken ehlo timed-out"});
    };
    const auto nobody_asked = diagnose(stalled().facts);
    CHECK(nobody_asked.findings.front().id == "session.hello-lost");
    CHECK(nobody_asked.who == Actor::unknown);

    auto greets = stalled();
    greets.contact(Purpose::control, "mx.example.net", "9.9.9.9", 25, "connected", "220 mx.example.net");
    CHECK(lead(greets) == "session.hello-lost likely");
    CHECK(diagnose(greets.facts).who == Actor::recipient_admin);

    auto as_silent = stalled();
    as_silent.contact(Purpose::control, "mx.example.net", "9.9.9.9", 25, "connected");
    const auto here = diagnose(as_silent.facts);
    CHECK(here.findings.front().id == "session.stalled-here");
    CHECK(here.findings.front().seen.find("mx.example.net") != std::string::npos);
    CHECK(here.who == Actor::you_setup);
    CHECK(find(here, "session.hello-lost")->part_of == "session.stalled-here");
    // A control that is not reached says nothing of what is said on connections.
    auto unreached = stalled();
    unreached.contact(Purpose::control, "mx.example.net", "9.9.9.9", 25, "timed-out");
    CHECK(diagnose(unreached.facts).findings.front().id == "session.hello-lost");
    // Nor does one, where another server of the domain speaks.
    auto another = stalled();
    another.mx("mx2.example.com", 20).talk("8.8.4.4", {"connected", kGreeting, kHello});
    another.contact(Purpose::control, "mx.example.net", "9.9.9.9", 25, "connected");
    CHECK(find(diagnose(another.facts), "session.stalled-here") == nullptr);
}

TEST_CASE("A reply that begins and does not end, and one that trickles in")
{
    CHECK(lead(one({"connected", "@60 broken greeting timed-out |220-mx.exam"})) ==
          "session.reply-unfinished likely");
    const auto slow = diagnose(one({"connected", "@14/12 greeting 220 mx.example.com ESMTP", kHello,
                                    "starttls 220 go", kTls, kHello})
                                   .facts);
    REQUIRE(find(slow, "session.reply-dribbles") != nullptr);
    CHECK(find(slow, "session.reply-dribbles")->seen.find("12 s") != std::string::npos);
    const auto postscreen =
        diagnose(one({"connected", "@6/6 greeting 220 mx.example.com|mx.example.com ESMTP", kHello,
                      "starttls 220 go", kTls, kHello})
                     .facts);
    CHECK(find(postscreen, "session.reply-dribbles") == nullptr);
    CHECK(find(postscreen, "smtp.slow-greeting") != nullptr);
}

TEST_CASE("EHLO without an answer")
{
    const auto lost = [] { return one({"connected", kGreeting, "@60 broken ehlo timed-out"}); };
    CHECK(lead(lost()) == "fault.ehlo.timed-out likely");
    CHECK(
        lead(lost().trial(Purpose::fresh_session, kMx, {"connected", kGreeting, "broken ehlo timed-out"})) ==
        "session.hello-lost likely");
    CHECK(lead(lost().trial(Purpose::fresh_session, kMx, {"connected", kGreeting, kHello})) ==
          "session.fails-at-times sure");
    const auto small = [&](const char* hello) {
        return lost()
            .trial(Purpose::fresh_session, kMx, {"connected", kGreeting, "broken ehlo timed-out"})
            .trial(Purpose::small_segments, kMx, {"connected", kGreeting, hello});
    };
    // A reply that fits into one small packet was not lost for its size.
    CHECK(lead(small(kHello)) == "session.fails-at-times sure");
    const auto long_hello = "ehlo 250 mx.example.com|STARTTLS|X-" + std::string(600, 'y');
    auto large = small(long_hello.c_str());
    CHECK(lead(large) == "session.large-packets-lost likely");
    CHECK(diagnose(large.facts).who == Actor::unknown);
    auto passed = large;
    CHECK(lead(passed.trial(Purpose::fresh_session, kMx, {"connected", kGreeting, long_hello.c_str()})) ==
          "session.fails-at-times sure");
    CHECK(lead(large.trial(Purpose::fresh_session, kMx, {"connected", kGreeting, "broken ehlo timed-out"})) ==
          "session.large-packets-lost sure");
}

TEST_CASE("Is it EHLO that ends the conversation, or does the server hang up whatever is said?")
{
    auto cut = one({"connected", kGreeting, "broken ehlo reset"});
    cut.trial(Purpose::fresh_session, kMx, {"connected", kGreeting, "broken ehlo reset"});
    CHECK(lead(cut) == "fault.ehlo.reset likely");
    CHECK(diagnose(cut.facts).findings.front().decided_by.find("second") != std::string::npos);
    const auto quitting = [&](const char* end) {
        auto built = cut;
        built.trial(Purpose::fresh_session, kMx, {"connected", kGreeting, end});
        auto& events = std::get<Session>(built.facts.experiments.back().what).transcript;
        events.insert(events.begin() + 2, Event{events[1].at, Sent{Step::quit, "QUIT"}});
        return built;
    };
    CHECK(lead(quitting("quit 221 bye")) == "fault.ehlo.reset likely");
    CHECK(diagnose(quitting("quit 221 bye").facts).findings.front().decided_by.find("QUIT") !=
          std::string::npos);
    CHECK(lead(quitting("broken quit closed")) == "session.closed-after-greeting likely");
}

TEST_CASE("The TLS handshake without an answer, cut, or lost by its size")
{
    const auto broken = [](const char* how) {
        return one({"connected", kGreeting, kHello, "starttls 220 go", how})
            .trial(Purpose::fresh_session, kMx, {"connected", kGreeting, kHello, "starttls 220 go", how});
    };
    const auto small = [&](const char* how, const char* then) {
        return broken(how).trial(Purpose::small_segments, kMx,
                                 {"connected", kGreeting, kHello, "starttls 220 go", then});
    };
    CHECK(lead(broken("broken tls timed-out")) == "fault.tls.timed-out likely");
    CHECK(lead(small("broken tls timed-out", kTls)) == "session.large-packets-lost likely");
    const auto once_more = [&](const char* then) {
        return small("broken tls timed-out", kTls)
            .trial(Purpose::fresh_session, kMx, {"connected", kGreeting, kHello, "starttls 220 go", then});
    };
    CHECK(lead(once_more("broken tls timed-out")) == "session.large-packets-lost sure");
    CHECK(lead(once_more(kTls)) == "session.fails-at-times sure");
    CHECK(lead(small("broken tls timed-out", "broken tls timed-out")) ==
          "session.handshake-swallowed likely");
    CHECK(lead(small("broken tls reset", "broken tls reset")) == "session.handshake-cut likely");
    CHECK(lead(small("broken tls reset", kTls)) == "session.large-packets-lost likely");
    CHECK(lead(one({"connected", kGreeting, kHello, "starttls 220 go", "broken tls timed-out"})
                   .trial(Purpose::fresh_session, kMx,
                          {"connected", kGreeting, kHello, "starttls 220 go", kTls, kHello})) ==
          "session.fails-at-times sure");
    CHECK(lead(one({"connected", kGreeting, kHello, "starttls 220 go",
                    "broken tls not-tls 500 5.5.2 Error: bad syntax"})) ==
          "session.starttls-unfulfilled sure");
    // A second session that got no TLS either, but for another reason, went through no more.
    CHECK(lead(one({"connected", kGreeting, kHello, "starttls 220 go", "broken tls closed"})
                   .trial(Purpose::fresh_session, kMx,
                          {"connected", kGreeting, kHello, "starttls 454 TLS not available"})) ==
          "fault.tls.closed likely");
}

TEST_CASE("Mail that flows in the clear: the stalled handshake is a warning with its cause")
{
    const auto diagnosis = diagnose(
        one({"connected", kGreeting, kHello, "starttls 220 go", "broken tls timed-out"})
            .talk(kMx,
                  {"connected", kGreeting, "ehlo 250 mx.example.com|STARTTLS", "skipped starttls not-asked"},
                  TlsMode::none)
            .trial(Purpose::small_segments, kMx, {"connected", kGreeting, kHello, "starttls 220 go", kTls})
            .facts);
    CHECK(diagnosis.verdict == Verdict::accepts_with_problems);
    CHECK(diagnosis.outcome == Outcome::warning);
    CHECK(diagnosis.findings.front().id == "session.large-packets-lost");
}

TEST_CASE("TLS with the first byte, where plain SMTP is spoken")
{
    const auto on = [](std::uint16_t port) {
        return one({"connected", "broken tls not-tls 220 mx.example.com ESMTP"}, TlsMode::implicit, port)
            .trial(Purpose::without_tls, kMx, {"connected", kGreeting, kHello}, TlsMode::none, port);
    };
    CHECK(lead(on(25)) == "smtp.plain-smtp-expected sure");
    CHECK(diagnose(on(25).facts).who == Actor::you_setup);
    CHECK(diagnose(on(465).facts).who == Actor::recipient_admin);
    CHECK(lead(one({"connected", "@30 broken tls timed-out"}, TlsMode::implicit, 465)
                   .trial(Purpose::without_tls, kMx, {"connected", "broken greeting timed-out"},
                          TlsMode::none, 465)) == "session.no-greeting likely");
    CHECK(lead(one({"connected", "broken tls not-tls SSH-2.0-OpenSSH_9.2"}, TlsMode::implicit, 465)
                   .trial(Purpose::without_tls, kMx,
                          {"connected", "broken greeting malformed |SSH-2.0-OpenSSH_9.2"}, TlsMode::none,
                          465)) == "fault.greeting.ssh sure");
}

TEST_CASE("TLS works, and what is behind it does not")
{
    CHECK(lead(one({"connected", kTls, "broken greeting closed"}, TlsMode::implicit, 465)
                   .trial(Purpose::fresh_session, kMx, {"connected", kTls, "broken greeting closed"},
                          TlsMode::implicit, 465)) == "session.tls-without-smtp likely");
    CHECK(lead(one({"connected", kGreeting, kHello, "starttls 220 go", kTls, "broken ehlo reset"})
                   .trial(Purpose::fresh_session, kMx,
                          {"connected", kGreeting, kHello, "starttls 220 go", kTls, "broken ehlo reset"})) ==
          "session.cut-behind-tls likely");
}

TEST_CASE("Services that are no mail server")
{
    struct Row {
        const char* bytes;
        const char* lead;
    };
    static constexpr Row kRows[] = {
        {"broken greeting malformed |HTTP/1.1 400 Bad Request", "fault.greeting.http"},
        {"broken greeting malformed |SSH-2.0-OpenSSH_9.2", "fault.greeting.ssh"},
        {"broken greeting malformed |* OK IMAP4rev1 ready", "fault.greeting.imap"},
        {"broken greeting malformed |+OK ready", "fault.greeting.pop3"},
        {"broken greeting malformed |RFB 003.008", "fault.greeting.vnc"},
        {"broken greeting malformed |@RSYNCD: 31.0", "fault.greeting.rsync"},
        {"broken greeting malformed |\"IMPLEMENTATION\" \"Dovecot\"", "fault.greeting.managesieve"},
        {"@60 broken greeting timed-out |\xff\xfd\x18\xff\xfd\x20", "fault.greeting.telnet"},
        {"@9 broken greeting closed |SSH-2.0-", "fault.greeting.ssh"},
    };
    for (const auto& row : kRows) {
        CAPTURE(row.bytes);
        const auto diagnosis = diagnose(one({"connected", row.bytes}).facts);
        CHECK(diagnosis.findings.front().id == row.lead);
        CHECK(diagnosis.findings.front().confidence == Confidence::sure);
        CHECK(diagnosis.who == Actor::recipient_admin); // the MX record led there
        auto named = one({"connected", row.bytes}).route(RouteKind::host);
        CHECK(diagnose(named.facts).who == Actor::you_setup);
    }
}

TEST_CASE("A binary protocol is said to be one, and not named")
{
    auto built = one({"connected", "broken greeting malformed"});
    std::get<Broken>(built.facts.sessions[0].transcript.back().what).partial =
        std::string("J\0\0\0\n5.5.5-10.11.6-MariaDB", 26);
    CHECK(lead(built) == "session.binary-protocol sure");
    CHECK(diagnose(built.facts).findings.front().seen.find("MariaDB") != std::string::npos);
}

TEST_CASE("Services that greet with 2xx as SMTP does")
{
    const auto refused = [](const char* greeting, const char* ehlo, const char* helo) {
        return one({"connected", greeting, ehlo, helo});
    };
    CHECK(lead(refused("greeting 220 (vsFTPd 3.0.3)", "ehlo 530 Please login with USER and PASS.",
                       "helo 530 Please login with USER and PASS.")) == "session.ftp-server sure");
    CHECK(lead(refused("greeting 200 news.example.com InterNetNews ready", "ehlo 500 What?",
                       "helo 500 What?")) == "session.nntp-server likely");
    auto lmtp = refused("greeting 220 mx.example.com Dovecot ready.", "ehlo 502 5.5.2 Unknown command",
                        "helo 502 5.5.2 Unknown command");
    CHECK(lead(lmtp) != "session.lmtp-server sure");
    lmtp.trial(
        Purpose::lhlo, kMx,
        {"connected", "greeting 220 mx.example.com Dovecot ready.", "lhlo 250 mx.example.com|8BITMIME"},
        TlsMode::none);
    CHECK(lead(lmtp) == "session.lmtp-server sure");
}

TEST_CASE("A healthy conversation has none of this")
{
    const auto diagnosis = diagnose(one({"connected",
                                         "@0.1 "
                                         "greeting 220 mx.example.com ESMTP",
                                         kHello, "starttls 220 go", kTls, "ehlo 250 mx.example.com"})
                                        .facts);
    for (const auto& finding : diagnosis.findings) {
        CAPTURE(finding.id);
        CHECK(finding.severity == Severity::note);
        CHECK_FALSE(finding.id.starts_with("session."));
        CHECK_FALSE(finding.id.starts_with("middlebox."));
    }
}

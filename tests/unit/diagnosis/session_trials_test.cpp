// SPDX-License-Identifier: Apache-2.0
// Which further sessions a conversation that stalled calls for, round by round.
#include <catch2/catch.hpp>

#include <string>

#include "diagnosis/trials.hpp"
#include "facts_builder.hpp"

using namespace smtpprobe;
using test::FactsBuilder;

namespace {

constexpr const char* kGreeting = "greeting 220 mx.example.com ESMTP";
constexpr const char* kHello = "ehlo 250 mx.example.com|STARTTLS";
constexpr const char* kTls = "tls trusted matches valid";

/// `implicit-tls implicit until ehlo; proxy-header may "PROXY …" until greeting`
std::string planned(const FactsBuilder& built)
{
    Trials trials;
    plan_for_sessions(built.facts, trials);
    std::string text;
    for (const auto& trial : trials) {
        const auto& session = std::get<TrySession>(trial.what);
        text += (text.empty() ? "" : "; ") + std::string(name(trial.purpose));
        text += ' ' + std::string(name(session.endpoint.tls));
        if (!session.preamble.empty())
            text += " \"" + session.preamble + '"';
        if (session.max_segment != 0)
            text += " mss " + std::to_string(session.max_segment);
        REQUIRE(session.quit_after);
        text += " until " + std::string(name(*session.quit_after));
        if (session.wait != Duration::zero())
            text += " later";
    }
    return text;
}

FactsBuilder one(std::initializer_list<const char*> events, TlsMode tls = TlsMode::may,
                 std::uint16_t port = 25)
{
    return FactsBuilder("example.com").mx("mx.example.com").talk("8.8.8.8", events, tls, port);
}

} // namespace

TEST_CASE("A conversation that went well calls for no other")
{
    CHECK(planned(one({"connected", kGreeting, kHello, "starttls 220 go", kTls, "ehlo 250 mx"})).empty());
    CHECK(planned(one({"broken connect timed-out"})).empty());
    CHECK(planned(one({"connected", "broken greeting cancelled"})).empty());
    CHECK(planned(one({"connected", "greeting 554 mx.example.com no"})).empty());
}

TEST_CASE("Without a greeting: TLS at once, then the header of a proxy")
{
    auto silent = one({"connected", "@60 broken greeting timed-out"});
    CHECK(planned(silent) == "implicit-tls implicit until ehlo");
    auto until_deadline = one({"connected", "@60 broken greeting deadline"});
    CHECK(planned(until_deadline) == "implicit-tls implicit until ehlo");

    auto no_tls = silent;
    no_tls.trial(Purpose::implicit_tls, "8.8.8.8", {"connected", "broken tls timed-out"}, TlsMode::implicit);
    CHECK(planned(no_tls) == "implicit-tls implicit until ehlo; proxy-header may \"PROXY TCP4 0.0.0.0 "
                             "8.8.8.8 40000 25\" until greeting");

    auto speaks_tls = silent;
    speaks_tls.trial(Purpose::implicit_tls, "8.8.8.8", {"connected", kTls, kGreeting}, TlsMode::implicit);
    CHECK(planned(speaks_tls) == "implicit-tls implicit until ehlo");

    auto web = silent;
    web.trial(Purpose::implicit_tls, "8.8.8.8", {"connected", "broken tls not-tls HTTP/1.1 400 Bad Request"},
              TlsMode::implicit);
    CHECK(planned(web) == "implicit-tls implicit until ehlo");

    auto in_plain = silent; // it may greet everybody by now
    in_plain.trial(Purpose::implicit_tls, "8.8.8.8",
                   {"connected", "broken tls not-tls 220 mx.example.com ESMTP"}, TlsMode::implicit);
    CHECK(planned(in_plain) == "implicit-tls implicit until ehlo; fresh-session may until greeting");
}

TEST_CASE("Ended before the greeting: once more, and if it ends again, TLS")
{
    auto closed = one({"connected", "@0.01 broken greeting closed"});
    CHECK(planned(closed) == "fresh-session may until greeting");
    auto passed = closed;
    passed.trial(Purpose::fresh_session, "8.8.8.8", {"connected", kGreeting});
    CHECK(planned(passed) == "fresh-session may until greeting");
    auto again = closed;
    again.trial(Purpose::fresh_session, "8.8.8.8", {"connected", "@0.01 broken greeting closed"})
        .trial(Purpose::implicit_tls, "8.8.8.8", {"connected", "@0.01 broken tls closed"}, TlsMode::implicit);
    CHECK(planned(again) == "fresh-session may until greeting; implicit-tls implicit until ehlo");

    // Whoever hangs up after a while had waited: perhaps for the header of a proxy.
    auto late = one({"connected", "@3 broken greeting closed"});
    late.trial(Purpose::fresh_session, "8.8.8.8", {"connected", "@3 broken greeting closed"})
        .trial(Purpose::implicit_tls, "8.8.8.8", {"connected", "@3 broken tls closed"}, TlsMode::implicit);
    CHECK(planned(late) == "fresh-session may until greeting; implicit-tls implicit until ehlo; "
                           "proxy-header may \"PROXY TCP4 0.0.0.0 8.8.8.8 40000 25\" until greeting");
}

TEST_CASE("A 421 after a wait may be for want of a proxy's header")
{
    CHECK(planned(one({"connected", "@5 greeting 421 4.3.0 mx.example.com server local error"})) ==
          "proxy-header may \"PROXY TCP4 0.0.0.0 8.8.8.8 40000 25\" until greeting");
    CHECK(planned(one({"connected", "@0.1 greeting 421 4.7.0 too many connections"})).empty());
}

TEST_CASE("Other bytes than a greeting need no further session, but for those of TLS")
{
    CHECK(planned(one({"connected", "broken greeting malformed |SSH-2.0-OpenSSH_9.2"})).empty());
    CHECK(planned(one({"connected", "broken greeting timed-out |220-mx.exam"})).empty());
    CHECK(planned(one({"connected", "broken greeting malformed |\x15\x03\x01"})) ==
          "implicit-tls implicit until ehlo");
}

TEST_CASE("A handshake that stalls: once more, then in small segments")
{
    auto stalled = one({"connected", kGreeting, kHello, "starttls 220 go", "@60 broken tls timed-out"});
    CHECK(planned(stalled) == "fresh-session may until tls");
    stalled.trial(Purpose::fresh_session, "8.8.8.8",
                  {"connected", kGreeting, kHello, "starttls 220 go", "broken tls timed-out"});
    CHECK(planned(stalled) == "fresh-session may until tls; small-segments may mss 536 until tls");
    stalled.trial(Purpose::small_segments, "8.8.8.8",
                  {"connected", kGreeting, kHello, "starttls 220 go", kTls});
    CHECK(planned(stalled) == "fresh-session may until tls; small-segments may mss 536 until tls; "
                              "fresh-session may until tls later");

    auto closed = one({"connected", kGreeting, kHello, "starttls 220 go", "broken tls closed"});
    closed.trial(Purpose::fresh_session, "8.8.8.8",
                 {"connected", kGreeting, kHello, "starttls 220 go", "broken tls closed"});
    CHECK(planned(closed) == "fresh-session may until tls");
    CHECK(planned(one({"connected", kGreeting, kHello, "starttls 220 go", "broken tls handshake"})).empty());
}

TEST_CASE("A handshake with the first byte that fails: in plain")
{
    const auto of = [](const char* broken) { return one({"connected", broken}, TlsMode::implicit, 465); };
    CHECK(planned(of("broken tls not-tls 220 mx.example.com ESMTP")) == "without-tls none until ehlo");
    auto silent = of("@30 broken tls timed-out");
    silent.trial(Purpose::without_tls, "8.8.8.8", {"connected", "broken greeting timed-out"}, TlsMode::none,
                 465);
    CHECK(planned(silent) == "without-tls none until ehlo; fresh-session implicit until tls");
    auto plain = of("@30 broken tls timed-out");
    plain.trial(Purpose::without_tls, "8.8.8.8", {"connected", kGreeting}, TlsMode::none, 465);
    CHECK(planned(plain) == "without-tls none until ehlo");
}

TEST_CASE("EHLO lost, or the first words behind TLS: once more")
{
    auto lost = one({"connected", kGreeting, "@60 broken ehlo timed-out"});
    CHECK(planned(lost) == "fresh-session may until ehlo");
    lost.trial(Purpose::fresh_session, "8.8.8.8", {"connected", kGreeting, "broken ehlo timed-out"});
    CHECK(planned(lost) == "fresh-session may until ehlo; small-segments may mss 536 until ehlo");
    auto short_reply = lost;
    short_reply.trial(Purpose::small_segments, "8.8.8.8", {"connected", kGreeting, kHello});
    CHECK(planned(short_reply) == planned(lost));
    const auto long_hello = "ehlo 250 mx.example.com|X-" + std::string(600, 'y');
    lost.trial(Purpose::small_segments, "8.8.8.8", {"connected", kGreeting, long_hello.c_str()});
    CHECK(planned(lost) == planned(short_reply) + "; fresh-session may until ehlo later");
    auto cut = one({"connected", kGreeting, "broken ehlo reset"});
    CHECK(planned(cut) == "fresh-session may until ehlo");
    cut.trial(Purpose::fresh_session, "8.8.8.8", {"connected", kGreeting, "broken ehlo reset"});
    CHECK(planned(cut) == "fresh-session may until ehlo; fresh-session may until greeting");
    CHECK(planned(one({"connected", kGreeting, kHello, "starttls 220 go", kTls, "broken ehlo closed"})) ==
          "fresh-session may until auth");
    CHECK(planned(one({"connected", kTls, "broken greeting closed"}, TlsMode::implicit, 465)) ==
          "fresh-session implicit until ehlo");
}

TEST_CASE("EHLO and HELO unknown: perhaps it is LMTP")
{
    CHECK(planned(one({"connected", "greeting 220 mx.example.com ready", "ehlo 500 what",
                       "helo 500 what"})) == "lhlo none until lhlo");
    CHECK(planned(one({"connected", kGreeting, "ehlo 550 not you", "helo 550 not you"})).empty());
}

TEST_CASE("STARTTLS that is not offered is said all the same, once a host")
{
    auto built = one({"connected", kGreeting, "ehlo 250 mx.example.com|SIZE"});
    CHECK(planned(built) == "starttls-unoffered may until tls");
    built.talk("2001:db8::1", {"connected", kGreeting, "ehlo 250 mx.example.com|SIZE"});
    CHECK(planned(built) == "starttls-unoffered may until tls");
    CHECK(planned(one({"connected", kGreeting, "ehlo 250 mx.example.com|SIZE"}, TlsMode::none)).empty());
}

TEST_CASE("Of many endpoints, four are asked again")
{
    FactsBuilder built("example.com");
    for (const char* address : {"8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4", "8.8.8.5", "8.8.8.6"})
        built.mx("mx.example.com").talk(address, {"connected", "@60 broken greeting timed-out"});
    Trials trials;
    plan_for_sessions(built.facts, trials);
    CHECK(trials.size() == 4);
}

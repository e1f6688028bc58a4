// SPDX-License-Identifier: Apache-2.0
// Devices that change a conversation on its way.
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "diagnosis/trials.hpp"
#include "facts_builder.hpp"
#include "smtpprobe/explain.hpp"

using namespace smtpprobe;
using test::FactsBuilder;

namespace {

constexpr const char* kGreeting = "greeting 220 mx.example.com ESMTP";
constexpr const char* kOffer = "ehlo 250 mx.example.com|STARTTLS";
constexpr const char* kNoOffer = "ehlo 250 mx.example.com|SIZE";
constexpr const char* kTls = "tls trusted matches valid";
constexpr const char* kOtherName = "tls trusted mismatch valid";

FactsBuilder one(std::initializer_list<const char*> events)
{
    return FactsBuilder("example.com").mx("mx.example.com").talk("8.8.8.8", events);
}

const Finding* find(const Diagnosis& diagnosis, std::string_view id)
{
    const auto found = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                    [&](const Finding& finding) { return finding.id == id; });
    return found == diagnosis.findings.end() ? nullptr : &*found;
}

std::string lead(const FactsBuilder& built)
{
    const auto diagnosis = diagnose(built.facts);
    REQUIRE_FALSE(diagnosis.findings.empty());
    CHECK(find_explanation(diagnosis.findings.front().id) != nullptr);
    return diagnosis.findings.front().id;
}

std::string part_of(const FactsBuilder& built, std::string_view symptom)
{
    const auto diagnosis = diagnose(built.facts);
    const auto* finding = find(diagnosis, symptom);
    return finding == nullptr ? "not found" : finding->part_of;
}

void set_certificate(FactsBuilder& built, std::size_t session, const char* sha256, const char* issuer)
{
    for (auto& event : built.facts.sessions[session].transcript)
        if (auto* secured = std::get_if<Secured>(&event.what)) {
            secured->tls.chain.at(0).sha256 = sha256;
            secured->tls.chain.at(0).issuer = issuer;
        }
}

} // namespace

TEST_CASE("A starred banner leads, and all that follows from it is its part")
{
    const auto built = one({"connected", "greeting 220 **************************0****",
                            "ehlo 500 Command unrecognized: \"XXXX probe\"", "helo 250 mx.example.com"});
    CHECK(lead(built) == "middlebox.banner-masked");
    CHECK(part_of(built, "smtp.no-ehlo") == "middlebox.banner-masked");
    CHECK(part_of(built, "tls.not-offered") == "smtp.no-ehlo");
}

TEST_CASE("A starred banner is not why a listed client is refused")
{
    const auto listed =
        one({"connected", "greeting 220 ****************",
             "ehlo 554 5.7.1 Service unavailable; Client host [198.41.0.4] blocked using zen.spamhaus.org",
             "helo 554 5.7.1 Service unavailable; Client host [198.41.0.4] blocked using zen.spamhaus.org"});
    CHECK(lead(listed) != "middlebox.banner-masked");
    CHECK(diagnose(listed.facts).who == Actor::you_setup);
    CHECK(find(diagnose(listed.facts), "middlebox.banner-masked")->severity == Severity::warning);
}

TEST_CASE("A run of X that nobody overwrote")
{
    const auto answered = [](const char* rcpt) {
        FactsBuilder built("XXXX@example.com");
        built.mx("mx.example.com")
            .talk("8.8.8.8",
                  {"connected", kGreeting, kOffer, "starttls 220 go", kTls, kOffer, "mail 250 ok", rcpt});
        return diagnose(built.facts);
    };
    for (const auto* rcpt : {"rcpt XXXX@example.com 550 5.1.1 <XXXX@example.com>: User unknown",
                             "rcpt user@example.com 554 5.7.1 refused, ref XXXXXX"})
        CHECK(find(answered(rcpt), "middlebox.verbs-masked") == nullptr);
    // What we said so ourselves.
    auto own_name = one({"connected", kGreeting, "sent ehlo EHLO XXXX.example.org",
                         "ehlo 501 5.5.4 Invalid name: XXXX.example.org", "helo 250 mx.example.com"});
    CHECK(find(diagnose(own_name.facts), "middlebox.verbs-masked") == nullptr);
}

TEST_CASE("Verbs that arrive overwritten")
{
    CHECK(lead(one({"connected", kGreeting, "ehlo 500 5.5.1 Command unrecognized: \"XXXX probe.example.org\"",
                    "helo 250 mx.example.com"})) == "middlebox.verbs-masked");
    const auto dead = one({"connected", kGreeting, "ehlo 500 5.5.1 unrecognized: \"XXXX\"",
                           "helo 500 5.5.1 unrecognized: \"XXXX\""});
    CHECK(lead(dead) == "middlebox.verbs-masked");
    CHECK(diagnose(dead.facts).outcome == Outcome::problem);
    CHECK(part_of(one({"connected", kGreeting, "ehlo 500 no EXXXXON here", "helo 250 mx"}),
                  "middlebox.verbs-masked") == "not found");
}

TEST_CASE("EHLO refused by a server that says ESMTP")
{
    const auto killed = one({"connected", kGreeting, "ehlo 502 not implemented", "helo 250 mx.example.com"});
    CHECK(lead(killed) == "middlebox.esmtp-killed");
    CHECK(part_of(killed, "smtp.no-ehlo") == "middlebox.esmtp-killed");
    CHECK(lead(one({"connected", "greeting 220 mx.example.com ready", "ehlo 502 not implemented",
                    "helo 250 mx.example.com"})) == "smtp.no-ehlo");
}

TEST_CASE("EHLO and HELO unknown to a server that says ESMTP")
{
    const auto refused = one({"connected", kGreeting, "ehlo 500 5.5.2 Error: command not recognized",
                              "helo 500 5.5.2 Error: command not recognized"});
    CHECK(lead(refused) == "middlebox.hello-unrecognised");
    CHECK(part_of(refused, "code.ehlo.500") == "middlebox.hello-unrecognised");
    CHECK(lead(one({"connected", kGreeting, "ehlo 550 not you", "helo 550 not you"})) !=
          "middlebox.hello-unrecognised");
}

TEST_CASE("STARTTLS at one address of a host, and not at another")
{
    auto built = one({"connected", kGreeting, kNoOffer})
                     .talk("2001:db8::1", {"connected", kGreeting, kOffer, "starttls 220 go", kTls, kOffer});
    CHECK(lead(built) == "middlebox.starttls-missing-here");
    CHECK(part_of(built, "tls.not-offered") == "middlebox.starttls-missing-here");
    CHECK(diagnose(built.facts).findings.front().seen.find("families differ") != std::string::npos);

    // Another host may well be set up otherwise.
    auto hosts = one({"connected", kGreeting, kNoOffer});
    hosts.mx("backup.example.com", 20)
        .talk("8.8.4.4", {"connected", kGreeting, kOffer, "starttls 220 go", kTls, kOffer});
    CHECK(lead(hosts) == "tls.not-offered");
}

TEST_CASE("STARTTLS that works though it is not offered")
{
    auto hidden = one({"connected", kGreeting, kNoOffer})
                      .trial(Purpose::starttls_unoffered, "8.8.8.8",
                             {"connected", kGreeting, kNoOffer, "starttls 220 go", kTls, kOffer});
    CHECK(lead(hidden) == "middlebox.starttls-hidden");
    CHECK(part_of(hidden, "tls.not-offered") == "middlebox.starttls-hidden");
    CHECK(lead(one({"connected", kGreeting, kNoOffer})
                   .trial(Purpose::starttls_unoffered, "8.8.8.8",
                          {"connected", kGreeting, kNoOffer, "starttls 502 unknown"})) == "tls.not-offered");
    auto traces = one({"connected", kGreeting, "ehlo 250 mx.example.com|XXXXXXXA"})
                      .trial(Purpose::starttls_unoffered, "8.8.8.8",
                             {"connected", kGreeting, kNoOffer, "starttls 220 go", kTls, kOffer});
    CHECK(lead(traces) == "tls.stripped-by-middlebox");
    CHECK(part_of(traces, "middlebox.starttls-hidden") == "tls.stripped-by-middlebox");
}

TEST_CASE("Replies in capitals, of a server that does not shout")
{
    CHECK(lead(one({"connected", "greeting 220 MX.EXAMPLE.COM ESMTP POSTFIX (DEBIAN)",
                    "ehlo 250 MX.EXAMPLE.COM|STARTTLS", "starttls 220 2.0.0 READY TO START TLS", kTls,
                    "ehlo 250 mx.example.com|PIPELINING"})) == "middlebox.upper-cased");
    CHECK(lead(one({"connected", "greeting 220 MX.EXAMPLE.COM SMTP SERVICE OF OUR MAINFRAME",
                    "ehlo 250 MX.EXAMPLE.COM|STARTTLS", "starttls 220 GO", kTls, "ehlo 250 MX"})) ==
          "ok.accepts");
}

TEST_CASE("Unrelated hosts that greet with one strange name")
{
    const auto two = [](const char* second, const char* name) {
        FactsBuilder built("example.com");
        const std::string greeting = std::string("greeting 220 ") + name + " ESMTP";
        for (const auto& [host, address] :
             {std::pair("mx.example.com", "8.8.8.8"), std::pair(second, "8.8.4.4")})
            built.mx(host).talk(
                address, {"connected", greeting.c_str(), kOffer, "starttls 220 go", kOtherName, kOffer});
        return built;
    };
    // Two customers of one provider look the same: it is said, as a guess, and does not lead.
    const auto guessed = diagnose(two("mx.example.net", "proxy.isp.example").facts);
    REQUIRE(find(guessed, "middlebox.redirected") != nullptr);
    CHECK(find(guessed, "middlebox.redirected")->confidence == Confidence::guess);
    CHECK(find(guessed, "middlebox.redirected")->severity == Severity::note);
    // Vanity names at one hoster, whose certificate is trusted and proves the name that it greets with.
    for (const auto* certified : {"mail.hoster.net", "*.hoster.net"}) {
        auto hoster = two("mx.example.net", "mail.hoster.net");
        for (auto& session : hoster.facts.sessions)
            for (auto& event : session.transcript)
                if (auto* secured = std::get_if<Secured>(&event.what))
                    secured->tls.chain.at(0).dns_names = {certified};
        CHECK(find(diagnose(hoster.facts), "middlebox.redirected") == nullptr);
    }
    CHECK(find(diagnose(two("mx2.example.com", "proxy.isp.example").facts), "middlebox.redirected") ==
          nullptr);
    CHECK(find(diagnose(two("mx.example.net", "mx.example.net").facts), "middlebox.redirected") == nullptr);
    CHECK(find(diagnose(two("mx.example.net", "*******").facts), "middlebox.redirected") == nullptr);

    auto control = one(
        {"connected", "greeting 220 proxy.isp.example ESMTP", kOffer, "starttls 220 go", kOtherName, kOffer});
    control.contact(Purpose::control, "mx.other.example.org", "9.9.9.9", 25, "connected",
                    "220 proxy.isp.example ESMTP");
    CHECK(lead(control) == "middlebox.redirected");
    CHECK(diagnose(control.facts).who == Actor::your_isp);
    CHECK(diagnose(control.facts).outcome == Outcome::problem);
}

TEST_CASE("The controls that the user named are asked where a server calls itself by another's name")
{
    const auto planned = [](const char* greeting, bool named = true) {
        auto built = one({"connected", greeting, kNoOffer});
        if (named)
            built.facts.settings.control_targets = {{"", IpAddress::parse("9.9.9.9"), 25},
                                                    {"mx.other.example.org", std::nullopt, 25}};
        Trials trials;
        plan_for_redirections(built.facts, trials);
        return trials;
    };
    const auto trials = planned("greeting 220 proxy.isp.example ESMTP");
    REQUIRE(trials.size() == 2);
    CHECK(std::get<TryContact>(trials[0].what).listen);
    CHECK(trials[1].purpose == Purpose::control_lookup);
    CHECK(planned("greeting 220 proxy.isp.example ESMTP", false).empty());
    CHECK(planned("greeting 220 mail.example.com ESMTP").empty());
    CHECK(planned("greeting 220 ******** ESMTP").empty());
}

TEST_CASE("A control is listened to where every conversation stalls before it has begun, twice")
{
    const auto planned = [](const FactsBuilder& built) {
        Trials trials;
        plan_for_redirections(built.facts, trials);
        return trials;
    };
    auto stalled = one({"connected", "@60 broken greeting timed-out"});
    CHECK(planned(stalled).empty());
    stalled.trial(Purpose::implicit_tls, "8.8.8.8", {"connected", "broken tls timed-out"}, TlsMode::implicit);
    CHECK(planned(stalled).empty()); // a proxy's header comes before
    stalled.trial(Purpose::proxy_header, "8.8.8.8", {"connected", "@12 broken greeting timed-out"});
    const auto known = planned(stalled);
    REQUIRE(known.size() == 1); // one of those that everybody knows
    CHECK(std::get<TryLookup>(known[0].what).question.name == "gmail-smtp-in.l.google.com");
    stalled.facts.settings.control_targets = {{"", IpAddress::parse("9.9.9.9"), 25}};
    const auto named = planned(stalled);
    REQUIRE(named.size() == 1);
    CHECK(std::get<TryContact>(named[0].what).listen);
    stalled.facts.settings.controls = false;
    CHECK(planned(stalled).empty());

    auto recovered = one({"connected", "@0.1 broken greeting closed"});
    recovered.trial(Purpose::fresh_session, "8.8.8.8", {"connected", kGreeting});
    CHECK(planned(recovered).empty());
}

TEST_CASE("Unrelated hosts with certificates of one authority that nobody knows")
{
    FactsBuilder built("example.com");
    for (const auto& [host, address] :
         {std::pair("mx.example.com", "8.8.8.8"), std::pair("mx.example.net", "8.8.4.4")})
        built.mx(host).talk(address, {"connected", kGreeting, kOffer, "starttls 220 go",
                                      "tls unknown-issuer matches valid", kOffer});
    set_certificate(built, 0, "aa", "CN=Some Box CA");
    set_certificate(built, 1, "bb", "CN=Some Box CA");
    CHECK(lead(built) == "middlebox.tls-inspected");
    CHECK(part_of(built, "tls.certificate-unknown-issuer") == "middlebox.tls-inspected");

    // A company's own authority signs for its own hosts.
    auto own =
        one({"connected", kGreeting, kOffer, "starttls 220 go", "tls unknown-issuer matches valid", kOffer});
    own.mx("mx2.example.com")
        .talk("8.8.4.4", {"connected", kGreeting, kOffer, "starttls 220 go",
                          "tls unknown-issuer matches valid", kOffer});
    set_certificate(own, 0, "aa", "CN=Example Corp CA");
    set_certificate(own, 1, "bb", "CN=Example Corp CA");
    CHECK(lead(own) == "tls.certificate-unknown-issuer");

    auto product =
        one({"connected", kGreeting, kOffer, "starttls 220 go", "tls unknown-issuer matches valid", kOffer});
    set_certificate(product, 0, "aa", "CN=FortiGate CA,O=Fortinet");
    CHECK(lead(product) == "middlebox.tls-inspected");
}

TEST_CASE("A gateway's factory certificate, and a chain that was sent incomplete, are no inspection")
{
    auto factory =
        one({"connected", kGreeting, kOffer, "starttls 220 go", "tls unknown-issuer mismatch valid", kOffer});
    set_certificate(factory, 0, "aa", "CN=fortinet-subca2001,O=Fortinet");
    CHECK(find(diagnose(factory.facts), "middlebox.tls-inspected") == nullptr);
    CHECK(diagnose(factory.facts).who == Actor::recipient_admin);

    FactsBuilder both("example.com");
    for (const auto& [host, address] :
         {std::pair("mx.example.com", "8.8.8.8"), std::pair("mx.example.net", "8.8.4.4")})
        both.mx(host).talk(address, {"connected", kGreeting, kOffer, "starttls 220 go",
                                     "tls incomplete matches valid", kOffer});
    set_certificate(both, 0, "aa", "CN=R11,O=Let's Encrypt");
    set_certificate(both, 1, "bb", "CN=R11,O=Let's Encrypt");
    CHECK(lead(both) == "tls.certificate-incomplete-chain");
    CHECK(find(diagnose(both.facts), "middlebox.tls-inspected") == nullptr);
}

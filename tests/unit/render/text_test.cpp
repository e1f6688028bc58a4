// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "smtpprobe/render.hpp"
#include "unit/render/generated_facts.hpp"
#include "unit/render/sample_reports.hpp"

using namespace smtpprobe;
using namespace smtpprobe::test;

namespace {

std::string text_of(const char* sample, int width = 80, int verbosity = 0)
{
    return to_text(sample_report(sample), {width, false, verbosity});
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Is this a line of the text, as a whole?
bool has_line(const std::string& text, const std::string& line)
{
    return has("\n" + text, "\n" + line + "\n");
}

/// Without the escape sequences of colour.
std::string bare(const std::string& text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\x1b')
            i = text.find('m', i);
        else
            result += text[i];
    return result;
}

/// The first fault in the form of a page; empty for none.
std::string fault_of(const std::string& page, int width)
{
    if (!page.ends_with('\n') || page.ends_with("\n\n"))
        return "does not end with one line end";
    if (has(page, "\n\n\n"))
        return "two empty lines";
    for (const auto line : split(std::string_view(page).substr(0, page.size() - 1), '\n')) {
        for (const char c : line)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                return "a control byte: " + escaped(line);
        if (line.ends_with(' '))
            return "spaces at the end: " + std::string(line);
        const bool url = line.find("://") != std::string_view::npos;
        if (columns(line) > static_cast<std::size_t>(width) && !url)
            return "too long: " + std::string(line);
    }
    return "";
}

} // namespace

TEST_CASE("a page is as wide as it was asked to be, without control bytes, spaces at line ends or wide gaps")
{
    std::vector<Report> reports;
    for (const auto& sample : sample_reports())
        reports.push_back(sample.report);
    for (std::uint64_t seed = 0; seed < 60; ++seed)
        reports.push_back(generated_report(seed));
    for (std::size_t i = 0; i < reports.size(); ++i)
        for (const int width : {40, 41, 60, 80, 120, 200})
            for (const int verbosity : {-1, 0, 1}) {
                CAPTURE(i, width, verbosity);
                REQUIRE(fault_of(to_text(reports[i], {width, false, verbosity}), width) == "");
            }
}

TEST_CASE("less than forty columns are treated as forty, and none means that nothing is wrapped")
{
    const auto& report = sample_report("two-silent");
    CHECK(to_text(report, {1, false, 0}) == to_text(report, {40, false, 0}));
    CHECK(has_line(to_text(report, {0, false, -1}),
                   "WARNING  example.com accepts mail, but only through its backup: the preferred mail host "
                   "mx1.example.com does not answer."));
}

TEST_CASE("colour changes nothing but the colour")
{
    for (const auto& sample : sample_reports())
        for (const int verbosity : {-1, 0, 1}) {
            CAPTURE(sample.name, verbosity);
            const auto coloured = to_text(sample.report, {80, true, verbosity});
            const auto plain = to_text(sample.report, {80, false, verbosity});
            CHECK(has(coloured, "\x1b["));
            CHECK(bare(coloured) == plain);
        }
    CHECK(to_text(sample_report("refused"), {80, true, 0}).starts_with("\x1b[1;31mPROBLEM  \x1b[0m"));
    CHECK(to_text(sample_report("healthy"), {80, true, 0}).starts_with("\x1b[1;32mOK  \x1b[0m"));
    CHECK(to_text(sample_report("expired-certificate"), {80, true, 0})
              .starts_with("\x1b[1;33mWARNING  \x1b[0m"));
}

TEST_CASE("the quiet report is the headline alone")
{
    CHECK(text_of("refused", 80, -1) ==
          "PROBLEM  example.com cannot be reached: its only mail host refuses connections.\n");
    // The rest of a long one stands under its beginning.
    CHECK(text_of("refused", 40, -1) == "PROBLEM  example.com cannot be reached:\n"
                                        "         its only mail host refuses\n"
                                        "         connections.\n");
}

TEST_CASE("the table has a line for each endpoint, with its times and result in columns")
{
    const auto text = text_of("healthy", 120);
    // connect 23 ms; greeting 102 ms after it; each EHLO, STARTTLS, QUIT as sample_reports.cpp tells them.
    const char* expected[] = {
        "Route  the MX records of example.com (DNS 11 ms, DNSSEC ok)",
        "                                                              connect  greeting   EHLO    TLS   "
        "total",
        "  10 mx1.example.com  192.0.2.1      TLSv1.3, certificate ok    23 ms    102 ms  24 ms  48 ms  269 "
        "ms",
        "                      2001:db8::1    TLSv1.3, certificate ok    23 ms    102 ms  24 ms  48 ms  269 "
        "ms",
        "  20 mx2.example.com  198.51.100.25  TLSv1.3, certificate ok    23 ms    102 ms  24 ms  48 ms  269 "
        "ms",
    };
    for (const auto* line : expected) {
        CAPTURE(line, text);
        CHECK(has_line(text, line));
    }
}

TEST_CASE("where room is short, host names get lines of their own and the less telling times go")
{
    const auto at_80 = text_of("two-silent", 80);
    CAPTURE(at_80);
    CHECK(has_line(at_80, "  10 mx1.example.com"));
    CHECK(
        has_line(at_80, "     192.0.2.1         silent for 20 s             20 s         -      -    20 s"));
    CHECK(
        has_line(at_80, "     203.0.113.125     TLSv1.3, certificate ok    23 ms    102 ms  48 ms  269 ms"));
    CHECK(has_line(at_80, "  30 mx9.example.com"));
    CHECK(has_line(at_80, "                       does not exist"));

    const auto at_60 = text_of("two-silent", 60);
    CAPTURE(at_60);
    CHECK(has_line(at_60, "     192.0.2.1         silent for 20 s            20 s"));

    const auto at_40 = text_of("two-silent", 40);
    CAPTURE(at_40);
    CHECK(has_line(at_40, "    2001:db8:4:1::25  20 s"));
    CHECK(has_line(at_40, "      silent for 20 s"));
}

TEST_CASE("the result of an endpoint says in a few words what came of it")
{
    CHECK(has(text_of("refused"), "192.0.2.1  connection refused "));
    CHECK(has(text_of("silent"), "192.0.2.1  silent for 20 s "));
    CHECK(has(text_of("expired-certificate"), "192.0.2.1  TLSv1.3, certificate expired "));
    CHECK(has(text_of("relay-denied"), "192.0.2.1  554 5.7.1 at RCPT "));
    CHECK(has(text_of("interrupted"), "192.0.2.1  interrupted at the greeting "));
    CHECK(has(text_of("interrupted"), "192.0.2.2  not tried: interrupted\n"));
    CHECK(has(text_of("hostile"), "192.0.2.1  no TLS: 454 4.7.0 at STARTTLS "));
}

TEST_CASE("the route says how the endpoints came about")
{
    CHECK(has_line(text_of("null-mx", 120),
                   "Route  null MX: example.com declares that it takes no mail (DNS 11 ms, no DNSSEC)"));
    CHECK(has_line(text_of("nxdomain"), "Route  none: exmaple.com does not exist (DNS 11 ms, no DNSSEC)"));
}

TEST_CASE("a finding says where, what was seen, what it means, who acts, how to fix it, and who says so")
{
    const auto text = text_of("relay-denied");
    const std::string block =
        "\n\nPROBLEM  The server does not take mail for this domain\n"
        "  Where     mx.example.com [192.0.2.1]:25\n"
        "  Seen      554 5.7.1 <user@example.com>: Relay access denied\n"
        "  Meaning   The MX record leads to a server that does not count the domain among\n"
        "            its own.\n"
        "  Who acts  The recipient's mail administrator. Trying again helps only after\n"
        "            that.\n"
        "  To fix    1. Add the domain to the server's own or relayed domains (Postfix:\n"
        "               mydestination or relay_domains).\n"
        "            2. Or let the MX record lead to the server that does take its mail.\n"
        "  Source    RFC 5321 7.1\n\n";
    CAPTURE(text);
    CHECK(has(text, block));
    // A single step has no number; certainty is told only where it is not full.
    CHECK(has(text_of("null-mx"), "\n  To fix    Use another address.\n"));
    CHECK_FALSE(has(text, "How sure"));
    CHECK(has(text_of("silent"), "\n  How sure  likely\n"));
}

TEST_CASE(
    "what follows from a finding is folded beneath it, and notes take a line each unless all is asked for")
{
    const auto text = text_of("expired-certificate", 120);
    CAPTURE(text);
    CHECK(has_line(
        text, "  Leads to  Mail arrives over TLS that nobody can verify (mx.example.com [192.0.2.1]:25)"));
    CHECK_FALSE(has(text, "WARNING  Mail arrives"));
    CHECK(has(text, "\n\nNotes\n  - The greeting came late (mx.example.com [192.0.2.1]:25)\n\n"));

    const auto all = text_of("expired-certificate", 120, 1);
    CAPTURE(all);
    CHECK(has(all, "\n\nNOTE  The greeting came late\n"
                   "  Where     mx.example.com [192.0.2.1]:25\n"
                   "  Seen      after 6.2 s\n"));
    CHECK_FALSE(has(all, "Notes"));
}

TEST_CASE("a note that answers what was asked for by name says what was seen")
{
    Report report;
    Finding plain;
    plain.id = "ok.accepts";
    plain.title = "The server takes mail";
    plain.where = "[192.0.2.1]:25";
    plain.seen = "the conversation went through";
    auto login = plain;
    login.id = "auth.logged-in";
    login.title = "The login works";
    login.seen = "AUTH PLAIN: 235 2.7.0 Welcome";
    auto first = plain;
    first.id = "verb.answered";
    first.title = "The server did what it was asked";
    first.step = Step::vrfy;
    first.seen = "VRFY root: 252 root";
    auto second = first;
    second.seen = "VRFY user: 250 user";
    report.diagnosis.findings = {plain, login, first, second};
    const auto text = to_text(report, {120, false, 0});
    CHECK(has_line(text, "  - The server takes mail ([192.0.2.1]:25)"));
    CHECK(has_line(text, "  - The login works ([192.0.2.1]:25): AUTH PLAIN: 235 2.7.0 Welcome"));
    CHECK(has_line(text, "  - The server did what it was asked ([192.0.2.1]:25): VRFY root: 252 root"));
    CHECK(has_line(text, "  - The server did what it was asked ([192.0.2.1]:25): VRFY user: 250 user"));
}

TEST_CASE("which mechanism was tried, and what came of it, stands in its line")
{
    Report report;
    Session session;
    session.endpoint.address = *IpAddress::parse("192.0.2.1");
    session.endpoint.port = 587;
    session.transcript.push_back({Duration(1), Sent{Step::auth, "AUTH PLAIN ********"}});
    session.transcript.push_back(
        {Duration(2), Received{Step::auth, *Reply::make(535, {"5.7.8 no"}), {}, {}}});
    report.facts.experiments.push_back({Purpose::each_mechanism, Duration(), Duration(), session});
    CHECK(has(to_text(report, {120, false, 0}), "AUTH PLAIN at [192.0.2.1]:587: 535 5.7.8\n"));
}

TEST_CASE("the same finding at several places is one block")
{
    const auto text = text_of("two-silent", 120);
    CAPTURE(text);
    CHECK(
        has(text,
            "  Seen      mx1.example.com [192.0.2.1]:25: no answer to the connection for 20 s\n"
            "            mx1.example.com [2001:db8:4:1::25]:25: no answer to the connection for 20 s; the "));
    CHECK(text.find("The host does not answer") == text.rfind("The host does not answer"));
}

TEST_CASE("findings that follow from each other in a circle, or from none that is there, are not lost")
{
    Report report;
    const auto add = [&](const char* id, const char* part_of, const char* title) {
        Finding finding;
        finding.id = id;
        finding.part_of = part_of;
        finding.title = title;
        finding.severity = Severity::problem;
        report.diagnosis.findings.push_back(finding);
    };
    add("a", "b", "first of a circle");
    add("b", "a", "second of a circle");
    add("c", "c", "its own cause");
    add("d", "gone", "without its cause");
    add("e", "d", "child");
    add("f", "e", "grandchild");
    const auto text = to_text(report, {80, false, 0});
    // With one finding more, who walks round the circle would stop at the other half of it.
    add("g", "", "none of it");
    CHECK(has_line(to_text(report, {80, false, 0}), "PROBLEM  first of a circle"));
    CAPTURE(text);
    CHECK(has_line(text, "PROBLEM  first of a circle"));
    CHECK(has_line(text, "PROBLEM  second of a circle"));
    CHECK(has_line(text, "PROBLEM  its own cause"));
    CHECK(has(text, "PROBLEM  without its cause\n"));
    CHECK(has(text, "\n  Leads to  child\n            grandchild\n"));
}

TEST_CASE("an interrupted report says so")
{
    CHECK(has(text_of("interrupted", 120), ". Interrupted: this is what was learnt until then.\n"));
    CHECK(has_line(text_of("healthy"), "Probed 2026-07-01 08:30 UTC in 292 ms by smtpprobe 0.1.0."));
}

TEST_CASE("the verbose report shows the conversation as it was on the wire, and what refusals mean")
{
    const auto text = text_of("relay-denied", 120, 1);
    const std::string conversation = "\n\nmx.example.com [192.0.2.1]:25\n"
                                     "    23 ms  *  connected from 192.0.2.99\n"
                                     "   125 ms  S: 220 mx.example.com ESMTP Postfix\n"
                                     "   125 ms  C: EHLO probe.example.net\n"
                                     "   149 ms  S: 250-mx.example.com\n"
                                     "           S: 250-PIPELINING\n"
                                     "           S: 250-SIZE 52428800\n"
                                     "           S: 250-STARTTLS\n"
                                     "           S: 250 8BITMIME\n"
                                     "   149 ms  C: STARTTLS\n"
                                     "   173 ms  S: 220 2.0.0 Ready to start TLS\n"
                                     "   221 ms  *  TLSv1.3, TLS_AES_256_GCM_SHA384, X25519\n"
                                     "           *  certificate CN=mx.example.com\n"
                                     "              issued by CN=R11,O=Let's Encrypt,C=US\n";
    CAPTURE(text);
    CHECK(has(text, conversation));
    CHECK(has(text, "   450 ms  S: 554 5.7.1 <user@example.com>: Relay access denied\n           => "));
    CHECK(has(text, "\n\nDNS\n    11 ms  *  MX example.com: 1 record, from 192.0.2.53:53\n"
                    "              10 mx.example.com\n"));
}

TEST_CASE("where the server asked for our certificate the conversation says whether it was sent")
{
    auto report = sample_report("relay-denied");
    TlsFacts* tls = nullptr;
    for (auto& event : report.facts.sessions.front().transcript)
        if (auto* secured = std::get_if<Secured>(&event.what))
            tls = &secured->tls;
    REQUIRE(tls != nullptr);
    CHECK_FALSE(has(to_text(report, {120, false, 1}), "client certificate"));
    tls->client_certificate_requested = true;
    CHECK(has(to_text(report, {120, false, 1}),
              "  *  the server asked for a client certificate; none was sent\n"));
    tls->client_certificate_sent = true;
    CHECK(has(to_text(report, {120, false, 1}),
              "  *  the server asked for a client certificate; yours was sent\n"));
}

TEST_CASE("hostile bytes are shown as text, and breaches of the protocol stand beside them")
{
    const auto text = text_of("hostile", 80, 1);
    CAPTURE(text);
    CHECK(has(text, "S: 220-\\x1b]0;owned\\x07 \\x1b[2J\\x1b[31mwelcome\\x0d \\xe2\\x80\\xaeevil\n"
                    "              \\xff\\xfe\n"));
    CHECK(has_line(text, "           !! a CR within a line"));
    CHECK(has_line(text, "           !! a control byte"));
    CHECK(has(text, "!! connection reset at QUIT: Connection reset by peer\n"));
}

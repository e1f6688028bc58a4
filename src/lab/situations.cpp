// SPDX-License-Identifier: Apache-2.0
#include "lab/situations.hpp"

#include <algorithm>

namespace smtpprobe {
namespace {

// clang-format off
constexpr std::string_view kOpening =
#include "lab/conversations/opening.inc"
    ;
constexpr std::string_view kMailTaken =
#include "lab/conversations/mail_taken.inc"
    ;
constexpr std::string_view kRelayDenied =
#include "lab/conversations/relay_denied.inc"
    ;
constexpr std::string_view kUnknownUser =
#include "lab/conversations/unknown_user.inc"
    ;
constexpr std::string_view kMailboxFull =
#include "lab/conversations/mailbox_full.inc"
    ;
constexpr std::string_view kGreylisting =
#include "lab/conversations/greylisting.inc"
    ;
constexpr std::string_view kTlsRequired =
#include "lab/conversations/tls_required.inc"
    ;
constexpr std::string_view kSilent =
#include "lab/conversations/silent.inc"
    ;
constexpr std::string_view kStarttlsStripped =
#include "lab/conversations/starttls_stripped.inc"
    ;
constexpr std::string_view kMiddleboxMangled =
#include "lab/conversations/middlebox_mangled.inc"
    ;
constexpr std::string_view kTemporaryFailure =
#include "lab/conversations/temporary_failure.inc"
    ;
constexpr std::string_view kInjected =
#include "lab/conversations/injected.inc"
    ;
constexpr std::string_view kHandshakeFails =
#include "lab/conversations/handshake_fails.inc"
    ;
constexpr std::string_view kOtherProtocol =
#include "lab/conversations/other_protocol.inc"
    ;
// clang-format on

LabHost good_host(std::string_view name) { return {name, kOpening, kMailTaken}; }

std::vector<Situation> built()
{
    return {
        {.name = "healthy",
         .story = "One mail server, with STARTTLS and a good certificate: all is as it should be.",
         .target = "healthy.test",
         .mx = {{10, "mx.healthy.test"}},
         .hosts = {good_host("mx.healthy.test")},
         .verdict = Verdict::accepts,
         .outcome = Outcome::ok,
         .lead = "ok.accepts"},

        {.name = "relay-denied",
         .story = "The MX record leads to a server that does not take mail for this domain.",
         .target = "info@relay-denied.test",
         .mx = {{10, "mx.relay-denied.test"}},
         .hosts = {{"mx.relay-denied.test", kOpening, kRelayDenied}},
         .verdict = Verdict::refuses,
         .outcome = Outcome::problem,
         .lead = "smtp.relay-denied-by-mx"},

        {.name = "unknown-user",
         .story = "The domain takes mail, but has no such mailbox.",
         .target = "nobody@unknown-user.test",
         .mx = {{10, "mx.unknown-user.test"}},
         .hosts = {{"mx.unknown-user.test", kOpening, kUnknownUser}},
         .verdict = Verdict::refuses,
         .outcome = Outcome::problem,
         .lead = "vendor.postfix.recipient-table"},

        {.name = "mailbox-full",
         .story = "The mailbox exists and has reached its quota.",
         .target = "collector@mailbox-full.test",
         .mx = {{10, "mx.mailbox-full.test"}},
         .hosts = {{"mx.mailbox-full.test", kOpening, kMailboxFull}},
         .verdict = Verdict::refuses,
         .outcome = Outcome::problem,
         .lead = "words.mailbox-full-final"},

        {.name = "greylisting",
         .story = "The server puts off every sender that it has not seen before.",
         .target = "info@greylisting.test",
         .mx = {{10, "mx.greylisting.test"}},
         .hosts = {{"mx.greylisting.test", kOpening, kGreylisting}},
         .verdict = Verdict::defers,
         .outcome = Outcome::warning,
         .lead = "words.greylisted"},

        {.name = "temporary-failure",
         .story = "The server is overloaded and turns every client away with a 421.",
         .target = "temporary-failure.test",
         .mx = {{10, "mx.temporary-failure.test"}},
         .hosts = {{"mx.temporary-failure.test", kTemporaryFailure, {}}},
         .verdict = Verdict::defers,
         .outcome = Outcome::problem,
         .lead = "vendor.postfix.postscreen-busy"},

        {.name = "expired-certificate",
         .story = "The server's certificate ran out three days ago.",
         .target = "expired-certificate.test",
         .mx = {{10, "mx.expired-certificate.test"}},
         .hosts = {{"mx.expired-certificate.test", kOpening, kMailTaken, LabCertificate::expired}},
         .verdict = Verdict::accepts_with_problems,
         .outcome = Outcome::warning,
         .lead = "tls.certificate-expired"},

        {.name = "wrong-name",
         .story = "The server's certificate was made for another host.",
         .target = "wrong-name.test",
         .mx = {{10, "mx.wrong-name.test"}},
         .hosts = {{"mx.wrong-name.test", kOpening, kMailTaken, LabCertificate::other_name}},
         .verdict = Verdict::accepts_with_problems,
         .outcome = Outcome::warning,
         .lead = "tls.certificate-name-mismatch"},

        {.name = "self-signed",
         .story = "The server signed its certificate itself.",
         .target = "self-signed.test",
         .mx = {{10, "mx.self-signed.test"}},
         .hosts = {{"mx.self-signed.test", kOpening, kMailTaken, LabCertificate::self_signed}},
         .verdict = Verdict::accepts_with_problems,
         .outcome = Outcome::warning,
         .lead = "tls.certificate-self-signed"},

        {.name = "starttls-stripped",
         .story = "Something on the way overwrites the word STARTTLS: mail travels in clear.",
         .target = "starttls-stripped.test",
         .mx = {{10, "mx.starttls-stripped.test"}},
         .hosts = {{"mx.starttls-stripped.test", kStarttlsStripped, kMailTaken}},
         .verdict = Verdict::accepts_with_problems,
         .outcome = Outcome::problem,
         .lead = "tls.stripped-by-middlebox"},

        {.name = "handshake-fails",
         .story = "The server offers STARTTLS, then refuses every handshake.",
         .target = "handshake-fails.test",
         .mx = {{10, "mx.handshake-fails.test"}},
         .hosts = {{"mx.handshake-fails.test", kHandshakeFails, kMailTaken}},
         .verdict = Verdict::accepts_with_problems,
         .outcome = Outcome::warning,
         .lead = "fault.tls.alert-40"},

        {.name = "injected",
         .story = "Text arrives in clear behind the answer to STARTTLS, before TLS begins.",
         .target = "injected.test",
         .mx = {{10, "mx.injected.test"}},
         .hosts = {{"mx.injected.test", kInjected, kMailTaken}},
         .verdict = Verdict::unreachable,
         .outcome = Outcome::problem,
         .lead = "fault.starttls.injected"},

        {.name = "tls-required",
         .story = "The server takes no mail without TLS, and the client was told to use none.",
         .target = "info@tls-required.test",
         .mx = {{10, "mx.tls-required.test"}},
         .hosts = {{"mx.tls-required.test", kTlsRequired, kMailTaken}},
         .tls = TlsMode::none,
         .verdict = Verdict::refuses,
         .outcome = Outcome::problem,
         .lead = "words.tls-required"},

        {.name = "middlebox-mangled",
         .story = "A firewall stars the banner and breaks EHLO; HELO still works.",
         .target = "middlebox-mangled.test",
         .mx = {{10, "mx.middlebox-mangled.test"}},
         .hosts = {{"mx.middlebox-mangled.test", kMiddleboxMangled, kMailTaken}},
         .verdict = Verdict::accepts_with_problems,
         .outcome = Outcome::problem,
         .lead = "middlebox.banner-masked"},

        {.name = "refused",
         .story = "No mail server runs at the address that the MX record leads to.",
         .target = "refused.test",
         .mx = {{10, "mx.refused.test"}},
         .hosts = {{"mx.refused.test", {}, {}}},
         .verdict = Verdict::unreachable,
         .outcome = Outcome::problem,
         .lead = "connect.nothing-listens"},

        {.name = "silent",
         .story = "The server takes the connection and then says nothing.",
         .target = "silent.test",
         .mx = {{10, "mx.silent.test"}},
         .hosts = {{"mx.silent.test", kSilent, {}}},
         .step_timeout = std::chrono::seconds(1),
         .verdict = Verdict::unreachable,
         .outcome = Outcome::problem,
         .lead = "session.no-greeting"},

        {.name = "other-protocol",
         .story = "An SSH server sits where the mail server should be.",
         .target = "other-protocol.test",
         .mx = {{10, "mx.other-protocol.test"}},
         .hosts = {{"mx.other-protocol.test", kOtherProtocol, {}}},
         .verdict = Verdict::unreachable,
         .outcome = Outcome::problem,
         .lead = "fault.greeting.ssh"},

        {.name = "backup-works",
         .story = "The preferred mail server is down and the backup takes the mail.",
         .target = "backup-works.test",
         .mx = {{10, "mx1.backup-works.test"}, {20, "mx2.backup-works.test"}},
         .hosts = {{"mx1.backup-works.test", {}, {}}, good_host("mx2.backup-works.test")},
         .verdict = Verdict::accepts_with_problems,
         .outcome = Outcome::warning,
         .lead = "connect.nothing-listens"},

        {.name = "mx-is-alias",
         .story = "The MX record names an alias (CNAME), which the standard forbids.",
         .target = "mx-is-alias.test",
         .mx = {{10, "mail.mx-is-alias.test"}},
         .hosts = {good_host("mx.mx-is-alias.test")},
         .aliases = {{"mail.mx-is-alias.test", "mx.mx-is-alias.test"}},
         .verdict = Verdict::accepts_with_problems,
         .outcome = Outcome::warning,
         .lead = "route.mx-is-alias"},

        {.name = "final-dot-forgotten",
         .story = "The MX name lacks its final dot in the zone file, so it has the domain twice.",
         .target = "final-dot-forgotten.test",
         .mx = {{10, "mx.final-dot-forgotten.test.final-dot-forgotten.test"}},
         .hosts = {good_host("mx.final-dot-forgotten.test")},
         .verdict = Verdict::unreachable,
         .outcome = Outcome::problem,
         .lead = "route.mx-name-doubled"},

        {.name = "null-mx",
         .story = "The domain says by a null MX that it takes no mail.",
         .target = "null-mx.test",
         .mx = {{0, ""}},
         .verdict = Verdict::takes_no_mail,
         .outcome = Outcome::problem,
         .lead = "route.null-mx"},

        {.name = "no-such-domain",
         .story = "Nobody has registered the domain, or its name was mistyped.",
         .target = "no-such-domain.test",
         .verdict = Verdict::unreachable,
         .outcome = Outcome::problem,
         .lead = "dns.mx.no-such-domain"},
    };
}

} // namespace

const std::vector<Situation>& situations()
{
    static const std::vector<Situation> all = built();
    return all;
}

const Situation* find_situation(std::string_view name)
{
    const auto& all = situations();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Situation& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> differences(const Situation& situation, const Diagnosis& diagnosis)
{
    std::vector<std::string> all;
    const auto compare = [&](std::string_view what, std::string_view is, std::string_view built) {
        if (is != built)
            all.push_back(std::string(what) + " is " + std::string(is.empty() ? "none" : is) + ", built as " +
                          std::string(built));
    };
    const auto& findings = diagnosis.findings;
    compare("verdict", name(diagnosis.verdict), name(situation.verdict));
    compare("outcome", name(diagnosis.outcome), name(situation.outcome));
    compare("leading finding", findings.empty() ? std::string_view() : std::string_view(findings.front().id),
            situation.lead);
    return all;
}

Expected<Conversation, std::string> conversation_of(const LabHost& host)
{
    constexpr std::string_view kPlace = "{host}";
    std::string text(host.conversation);
    text += host.envelope;
    for (auto at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace, at))
        text.replace(at, kPlace.size(), host.name);
    return parse_conversation(text);
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
// What a handshake showed, and whether one was to be had.
#include <algorithm>
#include <cstdio>
#include <string_view>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"

namespace smtpprobe {
namespace {

/// Automatic renewal happens 30 days before the end (ACME clients' default): a fortnight before it,
/// renewal has failed for a while.
constexpr auto kExpiresSoon = std::chrono::days(14);

std::string day_text(Instant instant)
{
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(instant));
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return text;
}

std::string issued_to(const Certificate& certificate)
{
    return "certificate of \"" + printable(certificate.subject, 120) + "\" by \"" +
           printable(certificate.issuer, 120) + "\"";
}

std::string names_of(const Certificate& certificate)
{
    std::string text;
    std::size_t shown = 0;
    const auto append = [&](const std::string& dns_name) {
        if (shown == 8)
            text += ", …";
        if (shown++ >= 8)
            return;
        text += (text.empty() ? "" : ", ") + printable(dns_name, 80);
    };
    for (const auto& dns_name : certificate.dns_names)
        append(dns_name);
    for (const auto& address : certificate.ip_addresses)
        append(address);
    if (text.empty())
        text = "no names but the common name \"" + printable(certificate.common_name, 80) + "\"";
    return text;
}

std::string_view chain_id(ChainVerdict verdict)
{
    switch (verdict) {
    case ChainVerdict::trusted: return {};
    case ChainVerdict::self_signed: return "tls.certificate-self-signed";
    case ChainVerdict::unknown_issuer: return "tls.certificate-unknown-issuer";
    case ChainVerdict::incomplete: return "tls.certificate-incomplete-chain";
    case ChainVerdict::weak: return "tls.certificate-weak";
    case ChainVerdict::wrong_purpose: return "tls.certificate-wrong-purpose";
    case ChainVerdict::invalid: return "tls.certificate-invalid";
    case ChainVerdict::no_store: return "tls.trust-store-unreadable";
    case ChainVerdict::none: return "tls.certificate-none";
    }
    return {};
}

class TlsFindings {
public:
    TlsFindings(const SessionView& view, Severity weight, Findings& findings)
        : view_(view), tls_(*view.tls), weight_(weight), findings_(findings)
    {
    }

    void chain()
    {
        const auto id = chain_id(tls_.chain_verdict);
        if (id.empty())
            return;
        std::string seen = tls_.chain.empty() ? "no certificate was sent" : issued_to(tls_.chain.front());
        if (!tls_.chain_detail.empty())
            seen += ": " + printable(tls_.chain_detail, 200);
        // That our own store cannot be read says nothing about the server.
        add(id, tls_.chain_verdict == ChainVerdict::no_store ? Severity::warning : weight_, std::move(seen));
    }

    void names()
    {
        if (tls_.chain.empty())
            return;
        const auto seen = "the certificate names " + names_of(tls_.chain.front()) + "; it was asked for as " +
                          printable(tls_.name_checked, 200);
        if (tls_.name_verdict == NameVerdict::mismatch)
            add("tls.certificate-name-mismatch", weight_, seen);
        else if (tls_.name_verdict == NameVerdict::common_name_only)
            add("tls.certificate-common-name-only", Severity::warning, seen);
    }

    void dates(Instant now)
    {
        if (tls_.chain.empty())
            return;
        const auto ends_first =
            std::min_element(tls_.chain.begin(), tls_.chain.end(),
                             [](const auto& a, const auto& b) { return a.not_after < b.not_after; });
        if (tls_.date_verdict == DateVerdict::expired) {
            add("tls.certificate-expired", weight_,
                issued_to(*ends_first) + " ended on " + day_text(ends_first->not_after) + ", " +
                    duration_text(now - ends_first->not_after) + " ago");
        } else if (tls_.date_verdict == DateVerdict::not_yet_valid) {
            const auto begins_last =
                std::max_element(tls_.chain.begin(), tls_.chain.end(),
                                 [](const auto& a, const auto& b) { return a.not_before < b.not_before; });
            add("tls.certificate-not-yet-valid", weight_,
                issued_to(*begins_last) + " begins on " + day_text(begins_last->not_before));
        } else if (tls_.date_verdict == DateVerdict::valid &&
                   tls_.chain.front().not_after - now < kExpiresSoon) {
            const auto& own = tls_.chain.front();
            add("tls.certificate-expires-soon", Severity::warning,
                issued_to(own) + " ends on " + day_text(own.not_after) + ", in " +
                    duration_text(own.not_after - now));
        }
    }

    void strength()
    {
        if (tls_.version == "TLSv1" || tls_.version == "TLSv1.1" || tls_.version == "SSLv3")
            add("tls.old-version", Severity::warning, "the handshake ended with " + printable(tls_.version));
        if (tls_.cipher_bits > 0 && tls_.cipher_bits < 128)
            add("tls.weak-cipher", Severity::warning,
                "cipher " + printable(tls_.cipher) + ", " + std::to_string(tls_.cipher_bits) + " bits");
        if (tls_.client_certificate_requested && !tls_.client_certificate_sent)
            add("tls.client-certificate-wanted", Severity::note,
                "the server asked us for a certificate; none was sent");
    }

private:
    void add(std::string_view id, Severity severity, std::string seen)
    {
        findings_.add(id, {severity, view_.where(), std::move(seen), Step::tls});
    }

    const SessionView& view_;
    const TlsFacts& tls_;
    Severity weight_;
    Findings& findings_;
};

/// TLS was wanted, a conversation took place, and there was none to be had.
void find_absence(const SessionView& view, Findings& findings)
{
    const auto mode = view.session->endpoint.tls;
    const bool local = view.session->endpoint.protocol == Protocol::lmtp; // nobody expects TLS there
    if (mode == TlsMode::none || mode == TlsMode::implicit || (local && mode != TlsMode::require))
        return;
    if (!view.before_tls && !view.only_helo)
        return;
    if (view.starttls != nullptr && !view.starttls->reply.positive()) {
        if (view.deciding == view.starttls)
            return; // it is the refusal that decided, and is told as such
        findings.add(explain(Step::starttls, view.starttls->reply),
                     {Severity::warning, view.where(),
                      "answers STARTTLS with: " + printable(view.starttls->reply.text(), 300),
                      Step::starttls});
        return;
    }
    if (view.starttls != nullptr || (view.before_tls && view.before_tls->has("STARTTLS")))
        return;
    const auto& all = findings.all();
    const bool stripped = std::any_of(all.begin(), all.end(), [&](const Finding& finding) {
        return finding.id == "tls.stripped-by-middlebox" && finding.where == view.where();
    });
    const auto seen = view.only_helo ? "only HELO is answered, so no extension can be offered"
                                     : "the reply to EHLO does not list STARTTLS";
    if (mode == TlsMode::require)
        findings.add("tls.not-offered-required", {Severity::problem, view.where(), seen, Step::starttls});
    else if (!stripped)
        findings.add("tls.not-offered", {Severity::warning, view.where(), seen, Step::starttls});
    if (stripped && mode == TlsMode::require)
        findings.all().back().part_of = "tls.stripped-by-middlebox";
}

} // namespace

void find_in_tls(const SessionView& view, Instant now, bool strict, Findings& findings)
{
    if (view.tls == nullptr)
        return find_absence(view, findings);
    TlsFindings tls(view, strict ? Severity::problem : Severity::warning, findings);
    tls.chain();
    tls.names();
    tls.dates(now);
    tls.strength();
}

} // namespace smtpprobe

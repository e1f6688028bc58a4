// SPDX-License-Identifier: Apache-2.0
// One voice behind many addresses: something between here and the servers answers for all of them.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/host_names.hpp"

namespace smtpprobe {
namespace {

/// What one address says of itself.
struct Voice {
    std::string host;
    IpAddress address;
    std::string where;
    std::string name;                         ///< first word of its greeting
    const Certificate* certificate = nullptr; ///< its own
    const TlsFacts* tls = nullptr;
    bool control = false; ///< of a control target, of whom nobody here knows anything else
    bool proven = false;  ///< by a certificate
};

std::vector<Voice> voices_of(const Assessment& assessment)
{
    std::vector<Voice> voices;
    for (const auto& attempt : assessment.attempts) {
        const auto& view = attempt.main;
        if (view.greeting == nullptr || view.session->endpoint.host.empty())
            continue;
        Voice voice{view.session->endpoint.host,
                    view.session->endpoint.address,
                    view.where(),
                    greeting_name(view.greeting->reply.words()),
                    nullptr,
                    view.tls,
                    false,
                    proves_its_name(view)};
        if (view.tls != nullptr && !view.tls->chain.empty())
            voice.certificate = &view.tls->chain.front();
        voices.push_back(std::move(voice));
    }
    for (const auto& experiment : assessment.facts->experiments) {
        const auto* contact = std::get_if<Contact>(&experiment.what);
        if (contact == nullptr || experiment.purpose != Purpose::control || contact->greeting.size() < 4)
            continue;
        Endpoint endpoint;
        endpoint.host = contact->host;
        endpoint.address = contact->address;
        endpoint.port = contact->port;
        voices.push_back({contact->host.empty() ? contact->address.text() : contact->host, contact->address,
                          endpoint.text(), greeting_name(std::string_view(contact->greeting).substr(4)),
                          nullptr, nullptr, true, false});
    }
    return voices;
}

bool unrelated(const Voice& a, const Voice& b)
{
    return a.address != b.address && owner_of(a.host) != owner_of(b.host);
}

/// A name that belongs to neither of the two hosts that both use it.
bool share_strange_name(const Voice& a, const Voice& b)
{
    const auto owner = owner_of(a.name);
    return !a.proven && !b.proven && !a.name.empty() && a.name == b.name && owner != owner_of(a.host) &&
           owner != owner_of(b.host);
}

bool share_strange_certificate(const Voice& a, const Voice& b)
{
    return a.certificate != nullptr && b.certificate != nullptr && !a.certificate->sha256.empty() &&
           a.certificate->sha256 == b.certificate->sha256 && a.tls->name_verdict == NameVerdict::mismatch &&
           b.tls->name_verdict == NameVerdict::mismatch;
}

/// Does it prove the name that it greets with? Then it is one server with many names, as hosters have them,
/// and nobody who answers in the name of others.
bool proves_its_greeting(const Voice& voice)
{
    if (voice.certificate == nullptr || voice.tls->chain_verdict != ChainVerdict::trusted)
        return false;
    const auto& names = voice.certificate->dns_names;
    return std::any_of(names.begin(), names.end(), [&](const std::string& certified) {
        if (!certified.starts_with("*."))
            return equal_ignoring_case(certified, voice.name);
        const auto dot = voice.name.find('.'); // a wildcard stands for one label (RFC 6125 6.4.3)
        return dot != std::string::npos && equal_ignoring_case(std::string_view(certified).substr(1),
                                                               std::string_view(voice.name).substr(dot));
    });
}

/// A certificate made for this very host by an authority that nobody knows: whoever inspects TLS makes them
/// so. The factory certificate of a mail gateway has another name.
bool is_made_for_host(const Voice& voice)
{
    return voice.certificate != nullptr && voice.tls->name_verdict == NameVerdict::matches;
}

/// A server that forgot to send the certificate between its own and a public authority's looks the same, but
/// for what it names as its issuer.
bool is_of_nobody_known(const Voice& voice)
{
    return is_made_for_host(voice) && voice.tls->chain_verdict == ChainVerdict::unknown_issuer;
}

/// Makers of devices and programs that open TLS and close it again with a certificate of their own.
bool issued_by_inspector(std::string_view issuer)
{
    for (const std::string_view maker :
         {"fortigate",        "fortinet",       "avast",     "avg technologies", "kaspersky",
          "eset ssl",         "bitdefender",    "sophos",    "zscaler",          "palo alto",
          "untangle",         "cisco umbrella", "sonicwall", "watchguard",       "blue coat",
          "check point",      "netskope",       "barracuda", "smoothwall",       "securly",
          "mail scanner root"})
        if (find_ignoring_case(issuer, maker) != std::string_view::npos)
            return true;
    return false;
}

bool is_issued_by_inspector(const Voice& voice)
{
    return is_made_for_host(voice) && issued_by_inspector(voice.certificate->issuer) &&
           (voice.tls->chain_verdict == ChainVerdict::unknown_issuer ||
            voice.tls->chain_verdict == ChainVerdict::incomplete);
}

void find_redirected(const Voice& a, const Voice& b, Findings& findings)
{
    const bool by_name = share_strange_name(a, b);
    const bool control = a.control || b.control;
    auto& finding = findings.add(
        "middlebox.redirected",
        {control ? Severity::problem : Severity::note, a.where,
         a.where + " and " + b.where +
             (by_name ? " both call themselves " + printable(a.name, 120)
                      : " both show the certificate of \"" + printable(a.certificate->subject, 120) + "\"") +
             ", a name of neither",
         Step::greeting});
    finding.confidence = control ? Confidence::likely : Confidence::guess;
    finding.decided_by = control ? "the greeting of a control target" : "two hosts of the route";
    for (auto& other : findings.all())
        if (control && other.where == a.where && other.part_of.empty() &&
            other.id.starts_with("tls.certificate-"))
            other.part_of = "middlebox.redirected";
}

void find_inspected(const Voice& voice, const Voice* other, Findings& findings)
{
    auto& finding =
        findings.add("middlebox.tls-inspected",
                     {Severity::problem, voice.where,
                      "the certificate for " + printable(voice.host, 120) + " comes from \"" +
                          printable(voice.certificate->issuer, 160) + "\"" +
                          (other != nullptr ? ", and so does that of " + printable(other->host, 120) : ""),
                      Step::tls});
    // A company with an authority of its own signs for all its domains, too.
    finding.confidence = other != nullptr ? Confidence::guess : Confidence::likely;
    finding.decided_by = other != nullptr ? "unrelated hosts with one issuer" : "the issuer's name";
    for (auto& symptom : findings.all())
        if (symptom.part_of.empty() &&
            (symptom.where == voice.where || (other != nullptr && symptom.where == other->where)) &&
            (symptom.id == "tls.certificate-unknown-issuer" ||
             symptom.id == "tls.certificate-incomplete-chain"))
            symptom.part_of = "middlebox.tls-inspected";
}

} // namespace

void find_redirections(const Assessment& assessment, Findings& findings)
{
    const auto voices = voices_of(assessment);
    bool redirected = false;
    bool inspected = false;
    for (std::size_t i = 0; i < voices.size(); ++i) {
        const auto& a = voices[i];
        for (std::size_t j = i + 1; j < voices.size(); ++j) {
            const auto& b = voices[j];
            if (!unrelated(a, b))
                continue;
            const bool proven = !a.control && !b.control && proves_its_greeting(a) && proves_its_greeting(b);
            if (!redirected && !proven && (share_strange_name(a, b) || share_strange_certificate(a, b))) {
                redirected = true;
                find_redirected(a, b, findings);
            }
            if (!inspected && is_of_nobody_known(a) && is_of_nobody_known(b) &&
                a.certificate->issuer == b.certificate->issuer &&
                a.certificate->sha256 != b.certificate->sha256 &&
                !issued_by_inspector(a.certificate->issuer)) {
                inspected = true;
                find_inspected(a, &b, findings);
            }
        }
        if (!inspected && is_issued_by_inspector(a)) {
            inspected = true;
            find_inspected(a, nullptr, findings);
        }
    }
}

} // namespace smtpprobe

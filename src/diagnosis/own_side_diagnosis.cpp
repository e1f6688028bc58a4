// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/own_side_diagnosis.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "diagnosis/own_side.hpp"

namespace smtpprobe {
namespace {

/// Without these nothing is known, whatever else was found.
constexpr std::string_view kBlind[] = {"probe.interrupted", "self.no-address",     "self.no-dns",
                                       "resolver.lies",     "resolver.denies-all", "probe.deadline"};

const Finding* find_id(const std::vector<Finding>& findings, std::string_view id)
{
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& finding) { return finding.id == id; });
    return found == findings.end() ? nullptr : &*found;
}

/// Why it could not be found out; nullptr where it could.
const Finding* blindness(const OwnSide& own, const std::vector<Finding>& findings)
{
    for (const auto id : kBlind)
        if (const auto* finding = find_id(findings, id))
            return finding;
    return own.addresses.empty() ? find_id(findings, "self.address-private") : nullptr;
}

const Finding* heaviest(const std::vector<Finding>& findings)
{
    const Finding* lead = nullptr;
    for (const auto& finding : findings)
        if (finding.severity != Severity::note && (lead == nullptr || finding.severity > lead->severity))
            lead = &finding;
    return lead;
}

/// `example.com [203.0.113.9]`
std::string sender_text(const OwnSide& own)
{
    auto text =
        own.domain.empty() ? own.hello_is_literal() ? std::string("this machine") : own.hello : own.domain;
    text = printable(text, 120);
    if (own.addresses.empty())
        return text;
    text += " [" + own.addresses.front().text();
    if (own.addresses.size() > 1)
        text += " and " + std::to_string(own.addresses.size() - 1) + " more";
    return text + ']';
}

/// A title within a sentence: `The name …` -> `the name …`; `SPF …` stays.
std::string within_sentence(std::string title)
{
    if (title.starts_with("A ") || (title.size() > 1 && title[1] >= 'a' && title[1] <= 'z'))
        title[0] = to_lower(title[0]);
    return title;
}

} // namespace

Diagnosis diagnose_own_side(const Facts& facts, Findings findings)
{
    const auto own = own_side_of(facts);
    auto& all = findings.all();
    const auto* blind = blindness(own, all);
    if (blind == nullptr && heaviest(all) == nullptr)
        findings.add("self.ok",
                     {Severity::note, "", "names, sender policy and block lists are in order", std::nullopt});
    const auto* worst = heaviest(all);
    const auto* lead = blind != nullptr ? blind : worst != nullptr ? worst : find_id(all, "self.ok");

    Diagnosis diagnosis;
    const auto sender = sender_text(own);
    const auto because = within_sentence(lead->title);
    if (blind != nullptr) {
        diagnosis.verdict = Verdict::inconclusive;
        diagnosis.outcome = Outcome::unknown;
        diagnosis.headline = "Could not find out how receivers see " + sender + ": " + because + '.';
    } else if (worst == nullptr) {
        diagnosis.verdict = Verdict::accepts;
        diagnosis.outcome = Outcome::ok;
        diagnosis.headline = "Receivers find nothing against mail from " + sender + '.';
    } else if (worst->severity == Severity::warning) {
        diagnosis.verdict = Verdict::accepts_with_problems;
        diagnosis.outcome = Outcome::warning;
        diagnosis.headline =
            "Receivers may hold something against mail from " + sender + ": " + because + '.';
    } else {
        diagnosis.verdict = Verdict::refuses;
        diagnosis.outcome = Outcome::problem;
        diagnosis.headline = "Many receivers refuse mail from " + sender + ": " + because + '.';
    }
    diagnosis.who = lead->who;
    const auto id = lead->id;
    diagnosis.findings = ordered(std::move(all), id);
    return diagnosis;
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "dialogue/dialogue.hpp"

// How tests talk to a Dialogue.

namespace smtpprobe {

inline HeardReply reply(int code, std::vector<std::string> lines = {"text"},
                        std::vector<Breach> breaches = {})
{
    return {*Reply::make(code, std::move(lines)), std::move(breaches), {}};
}

inline Fault fault(FaultKind kind) { return {kind, {}}; }

/// `say WIRE`, `listen STEP`, `encrypt`, `respond MECHANISM [CHALLENGE]`, `stream STEP`, `hang up`.
inline std::string text_of(const Action& action)
{
    if (const auto* said = std::get_if<Say>(&action))
        return "say " + said->command.wire();
    if (const auto* listening = std::get_if<Listen>(&action))
        return "listen " + std::string(name(listening->step));
    if (const auto* responding = std::get_if<Respond>(&action))
        return "respond " + responding->mechanism +
               (responding->challenge ? " [" + *responding->challenge + ']' : std::string());
    if (const auto* streaming = std::get_if<Stream>(&action))
        return "stream " + std::string(name(streaming->step));
    return std::holds_alternative<Encrypt>(action) ? "encrypt" : "hang up";
}

inline std::string next(Dialogue& dialogue) { return text_of(dialogue.next({})); }

/// All that it says until it waits for something, one below the other.
inline std::vector<std::string> group(Dialogue& dialogue)
{
    std::vector<std::string> said;
    for (;;) {
        const auto text = next(dialogue);
        if (!text.starts_with("say "))
            return said;
        said.push_back(text.substr(4));
    }
}

inline Plan plan_with_envelope()
{
    Plan plan;
    plan.from = "";
    plan.to = {"a@example.com"};
    return plan;
}

template <class What> std::vector<What> all_of(const Dialogue& dialogue)
{
    std::vector<What> found;
    for (const auto& event : dialogue.transcript())
        if (const auto* what = std::get_if<What>(&event.what))
            found.push_back(*what);
    return found;
}

/// Leads a dialogue to the Listen behind its first EHLO.
inline void lead_to_ehlo(Dialogue& dialogue)
{
    dialogue.connected(IpAddress::v4({198, 51, 100, 7}), {});
    CHECK(next(dialogue) == "listen greeting");
    dialogue.heard(reply(220), {});
    CHECK(next(dialogue) == "say EHLO [198.51.100.7]");
    CHECK(next(dialogue) == "listen ehlo");
}

/// And behind its answer, which offers these.
inline void lead_behind_ehlo(Dialogue& dialogue, std::vector<std::string> keywords)
{
    lead_to_ehlo(dialogue);
    keywords.insert(keywords.begin(), "mx.example.com");
    dialogue.heard(reply(250, std::move(keywords)), {});
}

/// Answers what is waited for, and gives the next group.
inline std::vector<std::string> answer(Dialogue& dialogue, int code,
                                       std::vector<std::string> lines = {"text"})
{
    dialogue.heard(reply(code, std::move(lines)), {});
    return group(dialogue);
}

} // namespace smtpprobe

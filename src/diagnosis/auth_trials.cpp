// SPDX-License-Identifier: Apache-2.0
// --auth-all: a login by each mechanism that the server offers, a conversation each.
#include <algorithm>

#include "base/ascii.hpp"
#include "diagnosis/checks.hpp"

namespace smtpprobe {
namespace {

/// A server that lists more than it can know is not gone along with.
constexpr std::size_t kMostMechanisms = 20;

std::vector<std::string> offered_mechanisms(const SessionView& view)
{
    const auto& offered = view.after_tls ? view.after_tls : view.before_tls;
    const auto* auth = offered ? offered->find("AUTH") : nullptr;
    std::vector<std::string> mechanisms;
    if (auth == nullptr)
        return mechanisms;
    for (const auto& one : auth->parameters) {
        auto mechanism = to_upper(one);
        const bool plain = mechanism.size() <= 20 && // RFC 4422 3.1
                           std::all_of(mechanism.begin(), mechanism.end(),
                                       [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
        if (plain && !mechanism.empty() && mechanisms.size() < kMostMechanisms &&
            std::find(mechanisms.begin(), mechanisms.end(), mechanism) == mechanisms.end())
            mechanisms.push_back(std::move(mechanism));
    }
    return mechanisms;
}

bool is_wanted(const std::vector<std::string>& only, const std::string& mechanism)
{
    return only.empty() || std::find(only.begin(), only.end(), mechanism) != only.end();
}

} // namespace

void plan_for_logins(const Facts& facts, Trials& trials)
{
    const auto& auth = facts.settings.auth;
    if (!auth.wanted || !auth.all || facts.interrupted)
        return;
    const auto assessment = assess(facts);
    for (const auto& server : checked_servers(assessment)) {
        for (auto& mechanism : offered_mechanisms(server)) {
            if (!is_wanted(auth.mechanisms, mechanism))
                continue;
            TrySession session;
            session.endpoint = server.session->endpoint;
            session.quit_after = Step::auth;
            session.mechanism = std::move(mechanism);
            trials.push_back({Purpose::each_mechanism, std::move(session)});
        }
    }
}

} // namespace smtpprobe

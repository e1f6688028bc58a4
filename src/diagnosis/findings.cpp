// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/findings.hpp"

#include <algorithm>
#include <compare>
#include <utility>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

Finding worded(const Explanation& entry, Observation&& observation)
{
    Finding finding;
    finding.id = entry.id;
    finding.severity = observation.severity;
    finding.where = std::move(observation.where);
    finding.title = entry.title;
    finding.seen = std::move(observation.seen);
    finding.means = entry.means;
    if (!entry.cause.empty()) {
        finding.means += ' ';
        finding.means += entry.cause;
    }
    finding.expected = entry.expected;
    finding.who = entry.who;
    finding.retry = entry.retry;
    finding.fix.assign(entry.fix.begin(), entry.fix.end());
    finding.source.assign(entry.source.begin(), entry.source.end());
    finding.step = observation.step;
    return finding;
}

/// The same thing seen at several places is one finding with all of them.
std::vector<Finding> merged(std::vector<Finding> findings)
{
    std::vector<Finding> result;
    for (auto& finding : findings) {
        const auto same = std::find_if(result.begin(), result.end(), [&](const Finding& other) {
            return other.id == finding.id && other.severity == finding.severity &&
                   other.seen == finding.seen && other.step == finding.step &&
                   other.part_of == finding.part_of;
        });
        if (same == result.end())
            result.push_back(std::move(finding));
        else if (same->where != finding.where)
            same->where += ", " + finding.where;
    }
    return result;
}

/// What a server that takes the mail does at this step (RFC 5321 4.3.2).
std::string_view expected_at(Step step)
{
    switch (step) {
    case Step::resolve: return "An answer of the name server, with records.";
    case Step::connect: return "The connection is taken.";
    case Step::proxy: return "The proxy connects us.";
    case Step::greeting: return "A greeting with 220.";
    case Step::ehlo:
    case Step::helo:
    case Step::lhlo: return "250, with the server's name.";
    case Step::starttls: return "220: go on with the handshake.";
    case Step::tls: return "The handshake goes through.";
    case Step::xclient: return "220, and the session begins anew.";
    case Step::auth: return "235: logged in.";
    case Step::rcpt: return "250 or 251: the recipient is accepted.";
    case Step::data: return "354: go on with the message.";
    case Step::quit: return "221, and the end of the connection.";
    case Step::mail:
    case Step::bdat:
    case Step::xforward:
    case Step::message:
    case Step::rset:
    case Step::noop:
    case Step::vrfy:
    case Step::expn:
    case Step::help:
    case Step::etrn: return "250.";
    case Step::command: return "2xx.";
    }
    return {};
}

bool is_plain(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alnum(c) || c == '.' || c == '-' || c == ':' || c == '_';
    }) && text.front() != '-';
}

} // namespace

void put_in(std::string& text, std::string_view placeholder, const std::string& name)
{
    if (!is_plain(name))
        return;
    const auto is_part = [](char c) { return is_alnum(c) || c == '_'; };
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at)) {
        const auto end = at + placeholder.size();
        const bool word = (at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]));
        if (word)
            text.replace(at, placeholder.size(), name);
        at += word ? name.size() : placeholder.size();
    }
}

Finding& Findings::add(std::string_view id, Observation observation)
{
    const Explanation* entry = find_explanation(id);
    static constexpr Explanation kUnwritten{};
    auto& finding = all_.emplace_back(worded(entry != nullptr ? *entry : kUnwritten, std::move(observation)));
    finding.id = id;
    finding.decided_by = "observation";
    return finding;
}

Finding& Findings::add(const Explained& explained, Observation observation)
{
    const auto step = observation.step;
    auto& finding = all_.emplace_back(worded(*explained.entry, std::move(observation)));
    if (finding.expected.empty() && step)
        finding.expected = expected_at(*step);
    finding.confidence = explained.confidence;
    finding.decided_by = name(explained.decided_by);
    return finding;
}

void name_places(std::vector<Finding>& findings, const Facts& facts)
{
    for (auto& finding : findings) {
        const auto session =
            std::find_if(facts.sessions.begin(), facts.sessions.end(), [&](const Session& candidate) {
                return finding.where.starts_with(candidate.endpoint.text());
            });
        for (auto& step : finding.fix) {
            put_in(step, "DOMAIN", facts.route.domain);
            if (session == facts.sessions.end())
                continue;
            const auto& endpoint = session->endpoint;
            put_in(step, "HOST", endpoint.host.empty() ? endpoint.address.text() : endpoint.host);
            put_in(step, "ADDRESS", endpoint.address.text());
            put_in(step, "PORT", std::to_string(endpoint.port));
        }
    }
}

std::vector<Finding> ordered(std::vector<Finding> findings, const std::string& leading_id)
{
    auto all = merged(std::move(findings));
    struct Place {
        int weight;
        bool follows;
        std::size_t found; ///< equals stay in the order in which they were found
        auto operator<=>(const Place&) const = default;
    };
    std::vector<Place> places;
    places.reserve(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const int weight = static_cast<int>(Severity::problem) - static_cast<int>(all[i].severity);
        places.push_back({all[i].id == leading_id ? -1 : weight, !all[i].part_of.empty(), i});
    }
    std::sort(places.begin(), places.end());
    std::vector<Finding> result;
    result.reserve(all.size());
    for (const auto& place : places)
        result.push_back(std::move(all[place.found]));
    return result;
}

} // namespace smtpprobe

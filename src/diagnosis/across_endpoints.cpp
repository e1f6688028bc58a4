// SPDX-License-Identifier: Apache-2.0
// What only several endpoints together tell.
#include <algorithm>

#include "diagnosis/assessment.hpp"
#include "diagnosis/connect_picture.hpp"

namespace smtpprobe {
namespace {

bool is_dead(const Attempt& attempt) { return attempt.effective().state == EndpointState::dead; }

std::string places(const std::vector<const Attempt*>& attempts)
{
    std::string text;
    for (const auto* attempt : attempts)
        text += (text.empty() ? "" : ", ") + attempt->main.where();
    return text;
}

bool all_of_family(const std::vector<const Attempt*>& attempts, Family family)
{
    return std::all_of(attempts.begin(), attempts.end(), [&](const Attempt* attempt) {
        return attempt->main.session->endpoint.address.family() == family;
    });
}

/// The one reason why all of these do not connect: then it leads, and that they are dead follows from it.
/// Empty where there are several, or none is known.
std::string cause_of_all(const std::vector<const Attempt*>& dead, const Findings& findings)
{
    std::string cause;
    for (const auto* attempt : dead) {
        const auto symptom =
            std::find_if(findings.all().begin(), findings.all().end(), [&](const Finding& finding) {
                return finding.where == attempt->main.where() && finding.step == Step::connect &&
                       !finding.part_of.empty();
            });
        if (symptom == findings.all().end() || (!cause.empty() && symptom->part_of != cause))
            return {};
        cause = symptom->part_of;
    }
    return cause;
}

/// Does somebody on our side have to act?
bool is_about_us(std::string_view id)
{
    const auto* entry = find_explanation(id);
    return entry != nullptr && (entry->who == Actor::you_setup || entry->who == Actor::your_isp);
}

/// Mail flows, but not through these.
void find_dead_among_living(const Assessment& assessment, Findings& findings)
{
    std::vector<const Attempt*> dead;
    std::vector<const Attempt*> living;
    for (const auto& attempt : assessment.attempts) {
        if (is_dead(attempt))
            dead.push_back(&attempt);
        else if (attempt.effective().alive())
            living.push_back(&attempt);
    }
    if (dead.empty() || living.empty())
        return;

    std::string_view id = "route.some-endpoints-dead";
    const auto dead_family = dead.front()->main.session->endpoint.address.family();
    if (all_of_family(dead, dead_family) &&
        std::none_of(living.begin(), living.end(), [&](const Attempt* attempt) {
            return attempt->main.session->endpoint.address.family() == dead_family;
        }))
        id = "route.one-family-dead";
    else if (dead.front()->main.session->endpoint.preference <
             living.front()->main.session->endpoint.preference)
        id = "route.preferred-dead";

    auto cause = cause_of_all(dead, findings);
    // That one family is dead says more than how it fails, unless it is us whom it fails.
    if (id == "route.one-family-dead" && !is_about_us(cause))
        cause.clear();
    const auto living_count = living.size() == 1 ? std::string("one endpoint answers")
                                                 : std::to_string(living.size()) + " endpoints answer";
    const auto dead_places = places(dead);
    for (auto& finding : findings.all())
        for (const auto* attempt : dead)
            if (finding.where == attempt->main.where() && finding.part_of.empty() && cause.empty())
                finding.part_of = id;
    auto& finding = findings.add(
        id, {Severity::warning, dead_places, living_count + "; dead: " + dead_places, Step::connect});
    finding.part_of = cause;
    if (id != "route.one-family-dead")
        return;
    // What answers over that family shows that it is not ours that is dead.
    const ConnectPicture picture(*assessment.facts);
    const auto controls = picture.all_controls(dead_family);
    if (controls.open > 0) {
        finding.decided_by = "a control, which answers over " + std::string(name(dead_family));
    } else if (!picture.life(dead_family)) {
        finding.confidence = Confidence::guess;
        finding.who = Actor::unknown;
    }
}

/// No endpoint has an address that this machine has a route for. Has it any network at all?
std::string_view nowhere_to(const Assessment& assessment)
{
    const ConnectPicture picture(*assessment.facts);
    return picture.life(std::nullopt) || picture.dns_answers() ? "connect.family-missing-here"
                                                               : "probe.no-local-network";
}

/// Endpoints that were left alone because this machine cannot reach their family.
void find_unreachable_family(const Assessment& assessment, Findings& findings)
{
    std::vector<const Attempt*> untried;
    for (const auto& attempt : assessment.attempts)
        if (attempt.main.session->not_tried == NotTried::no_local_family)
            untried.push_back(&attempt);
    if (untried.empty())
        return;
    const bool all = untried.size() == assessment.attempts.size();
    const auto family = name(untried.front()->main.session->endpoint.address.family());
    findings.add(all ? nowhere_to(assessment) : "probe.no-local-family",
                 {all ? Severity::problem : Severity::note, places(untried),
                  "this machine has no route for " + std::string(family) + " to " + places(untried),
                  Step::connect});
}

/// Endpoints whose turn never came.
void find_left_over(const Assessment& assessment, Findings& findings)
{
    std::vector<const Attempt*> left;
    for (const auto& attempt : assessment.attempts)
        if (attempt.main.session->not_tried == NotTried::deadline)
            left.push_back(&attempt);
    if (!left.empty())
        findings.add("probe.deadline", {Severity::note, places(left),
                                        "not tried before the deadline: " + places(left), Step::connect});
}

void find_success(const Assessment& assessment, Findings& findings)
{
    if (assessment.result != EndpointState::works)
        return;
    const auto& view = assessment.decisive->effective();
    std::string seen = "the conversation went through";
    if (view.tls != nullptr)
        seen += " with " + view.tls->version;
    if (view.recipients.empty()) {
        findings.add("ok.accepts", {Severity::note, view.where(), seen, std::nullopt});
        return;
    }
    seen += ", and " +
            (view.recipients.size() == 1 ? std::string("the recipient was") : "all recipients were") +
            " accepted";
    findings.add("ok.recipient-accepted", {Severity::note, view.where(), seen, std::nullopt});
}

} // namespace

void find_across_endpoints(const Assessment& assessment, Findings& findings)
{
    find_why_unconnected(assessment, findings);
    find_unreachable_family(assessment, findings);
    find_left_over(assessment, findings);
    find_dead_among_living(assessment, findings);
    find_slow_ways(assessment, findings);
    find_success(assessment, findings);
}

} // namespace smtpprobe

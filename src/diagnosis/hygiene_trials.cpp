// SPDX-License-Identifier: Apache-2.0
// The domain's own records, and the names of its hosts. None of it decides about mail, so the verdict does
// not wait for it.
#include <algorithm>

#include "base/ascii.hpp"
#include "diagnosis/hygiene.hpp"
#include "diagnosis/own_side.hpp"
#include "diagnosis/trials.hpp"
#include "policy/dmarc_record.hpp"

namespace smtpprobe {
namespace {

/// Nothing more will come of this endpoint.
bool is_over(const Attempt& attempt)
{
    const auto& session = *attempt.main.session;
    if (session.not_tried != NotTried::tried)
        return true;
    return !session.transcript.empty() &&
           (attempt.main.state != EndpointState::unfinished || attempt.main.broken != nullptr);
}

void ask(Trials& trials, Purpose purpose, const std::string& name, RecordType type)
{
    TryLookup lookup;
    lookup.question = {name, type};
    Trial trial{purpose, std::move(lookup)};
    if (name.size() <= 253 && std::find(trials.begin(), trials.end(), trial) == trials.end())
        trials.push_back(std::move(trial));
}

void ask_addresses(Trials& trials, const std::string& name)
{
    ask(trials, Purpose::host_address, name, RecordType::a);
    ask(trials, Purpose::host_address, name, RecordType::aaaa);
}

class HygienePlan {
public:
    HygienePlan(const Facts& facts, std::string domain, Trials& trials)
        : facts_(facts), domain_(std::move(domain)), trials_(trials)
    {
    }

    void plan()
    {
        trials_.push_back(
            {Purpose::domain_policy, TryPolicy{domain_, "postmaster@" + domain_, domain_, IpAddress()}});
        plan_dmarc();
        for (const auto& endpoint : hygiene_endpoints(facts_))
            plan_names(endpoint);
        plan_spoken_names();
        plan_postmaster();
    }

private:
    void plan_dmarc()
    {
        for (const auto& name : dmarc_names(domain_)) {
            ask(trials_, Purpose::domain_dmarc, name, RecordType::txt);
            const auto* lookup = lookup_made(facts_, Purpose::domain_dmarc, name, RecordType::txt);
            if (lookup == nullptr || lookup->outcome == LookupOutcome::failed)
                return;
            const auto published_by = name.substr(name.find('.') + 1);
            const auto dmarc = read_dmarc(published_by, lookup->records);
            for (const auto& other : dmarc.outside)
                ask(trials_, Purpose::domain_dmarc, consent_name(published_by, other), RecordType::txt);
            if (dmarc.found)
                return;
        }
    }

    void plan_names(const Endpoint& endpoint)
    {
        ask(trials_, Purpose::host_name, endpoint.address.reverse_name(), RecordType::ptr);
        for (const auto& name : pointed_names(facts_, endpoint.address))
            ask(trials_, Purpose::host_address, name, record_type_of(endpoint.address.family()));
    }

    void plan_spoken_names()
    {
        std::vector<std::string> asked;
        for (const auto& session : facts_.sessions) {
            const SessionView view(session);
            for (auto& name : spoken_names(facts_, view)) {
                if (asked.size() == kMaxHygieneHosts)
                    return;
                ask_addresses(trials_, name);
                asked.push_back(std::move(name));
            }
        }
    }

    /// Only of a domain whose recipients were asked about anyway, and that took them.
    void plan_postmaster()
    {
        const auto assessment = assess(facts_);
        if (assessment.result != EndpointState::works || facts_.interrupted || facts_.settings.quit_after)
            return;
        const auto& view = assessment.decisive->effective();
        const auto postmaster = "postmaster@" + domain_;
        const bool asked = std::any_of(view.recipients.begin(), view.recipients.end(), [&](const auto& each) {
            return equal_ignoring_case(each.mailbox, postmaster);
        });
        const bool over = std::all_of(assessment.attempts.begin(), assessment.attempts.end(), is_over);
        if (view.recipients.empty() || asked || !over)
            return;
        TrySession session;
        session.endpoint = view.session->endpoint;
        session.quit_after = Step::rcpt;
        session.to.push_back(postmaster);
        trials_.push_back({Purpose::postmaster, std::move(session)});
    }

    const Facts& facts_;
    std::string domain_;
    Trials& trials_;
};

} // namespace

void plan_for_hygiene(const Facts& facts, Trials& trials)
{
    auto domain = hygiene_domain(facts);
    if (!domain.empty())
        HygienePlan(facts, std::move(domain), trials).plan();
}

Trials plan_ahead(const Facts& facts, const Session& so_far)
{
    Trials trials;
    if (!hygiene_domain(facts).empty())
        for (const auto& name : spoken_names(facts, SessionView(so_far)))
            ask_addresses(trials, name);
    return trials;
}

} // namespace smtpprobe

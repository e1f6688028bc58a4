// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "diagnosis/trials.hpp"
#include "facts_builder.hpp"

namespace smtpprobe::test {

/// What DNS says of us, as experiments would find it: the planner asks, this answers, until it asks no more.
class OwnWorld {
public:
    /// `name TYPE` -> values; others do not exist. `!REFUSED`-like values are failures by their name.
    std::map<std::string, std::vector<std::string>> records;
    /// Every question fails.
    bool dead = false;
    PolicyResult policy = PolicyResult::pass;
    std::string hello = "mx at your service"; ///< what servers answer to EHLO
    std::vector<std::string> asked;           ///< `name TYPE`, and `SPF domain address`

    /// Makes all experiments that the facts call for.
    Facts& investigate(Facts& facts)
    {
        for (int round = 0; round < 10; ++round) {
            Trials fresh;
            Trials all;
            plan_for_own_side(facts, all);
            for (const auto& trial : all)
                if (std::find(made_.begin(), made_.end(), trial) == made_.end())
                    fresh.push_back(trial);
            if (fresh.empty())
                return facts;
            for (const auto& trial : fresh) {
                if (std::find(made_.begin(), made_.end(), trial) != made_.end())
                    continue;
                made_.push_back(trial);
                facts.experiments.push_back(carry_out(trial));
            }
        }
        return facts;
    }

private:
    Experiment carry_out(const Trial& trial)
    {
        Experiment experiment;
        experiment.purpose = trial.purpose;
        if (const auto* lookup = std::get_if<TryLookup>(&trial.what))
            experiment.what = answer(lookup->question);
        else if (const auto* check = std::get_if<TryPolicy>(&trial.what))
            experiment.what = check_of(*check);
        else if (const auto* visit = std::get_if<TrySession>(&trial.what))
            experiment.what = visit_to(visit->endpoint);
        return experiment;
    }

    Session visit_to(const Endpoint& endpoint)
    {
        asked.push_back("EHLO to " + endpoint.text());
        Session session;
        session.endpoint = endpoint;
        Received received{Step::ehlo, Reply::make(250, {hello}).value(), {}, {}};
        session.transcript.push_back({{}, std::move(received)});
        return session;
    }

    Lookup answer(const Question& question)
    {
        const auto key = question.name + ' ' + std::string(name(question.type));
        asked.push_back(key);
        Lookup lookup;
        lookup.name = question.name;
        lookup.type = question.type;
        lookup.server = "192.0.2.53:53";
        if (dead) {
            lookup.failure = LookupFailure::timed_out;
            return lookup;
        }
        const auto found = records.find(key);
        if (found == records.end()) {
            lookup.outcome = LookupOutcome::no_such_domain;
            return lookup;
        }
        for (const auto& value : found->second) {
            if (const auto failure = from_name<LookupFailure>(value)) {
                lookup.failure = *failure;
                return lookup;
            }
            Record record;
            record.type = question.type;
            record.owner = question.name;
            if (question.type == RecordType::a || question.type == RecordType::aaaa)
                record.address = IpAddress::parse(value).value();
            else if (question.type == RecordType::txt)
                record.data = value;
            else
                record.name = value;
            lookup.records.push_back(record);
        }
        lookup.outcome = LookupOutcome::found;
        return lookup;
    }

    PolicyCheck check_of(const TryPolicy& wanted)
    {
        asked.push_back("SPF " + wanted.domain + ' ' + wanted.address.text());
        PolicyCheck check;
        check.domain = wanted.domain;
        check.sender = wanted.sender;
        check.address = wanted.address;
        check.result = policy;
        check.matched = policy == PolicyResult::fail ? "-all of " + wanted.domain : "";
        return check;
    }

    Trials made_;
};

/// A sender in good order: 198.41.0.4, mail.example.com, sends as example.com.
inline OwnWorld good_world()
{
    OwnWorld world;
    world.records = {
        {"4.0.41.198.in-addr.arpa PTR", {"mail.example.com"}},
        {"mail.example.com A", {"198.41.0.4"}},
        {"example.com MX", {"mail.example.com"}},
        {"_dmarc.example.com TXT", {"v=DMARC1; p=reject; rua=mailto:reports@example.com"}},
    };
    return world;
}

inline Facts self_facts()
{
    Facts facts;
    facts.target.kind = TargetKind::self;
    facts.target.text = "self";
    facts.settings.helo = "mail.example.com";
    facts.settings.as = "example.com";
    facts.own_addresses = {IpAddress::parse("198.41.0.4").value()};
    return facts;
}

inline std::vector<std::string> ids_of(const Diagnosis& diagnosis)
{
    std::vector<std::string> ids;
    for (const auto& finding : diagnosis.findings)
        ids.push_back(finding.id);
    return ids;
}

inline const Finding* found(const Diagnosis& diagnosis, std::string_view id)
{
    for (const auto& finding : diagnosis.findings)
        if (finding.id == id)
            return &finding;
    return nullptr;
}

} // namespace smtpprobe::test

// SPDX-License-Identifier: Apache-2.0
#include "dns/reading.hpp"

#include <algorithm>
#include <limits>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

/// Where an answer's aliases lead: appends to `aliases`; false for a loop.
bool follow_aliases(const DnsAnswer& answer, std::string& name, std::vector<Record>& aliases)
{
    for (;;) {
        const auto alias =
            std::find_if(answer.records.begin(), answer.records.end(), [&](const Record& record) {
                return record.type == RecordType::cname && record.owner == name;
            });
        if (alias == answer.records.end())
            return true;
        const bool seen = std::any_of(aliases.begin(), aliases.end(),
                                      [&](const Record& known) { return known.owner == alias->owner; });
        if (seen || aliases.size() >= kMaxAliases)
            return false;
        aliases.push_back(*alias);
        name = alias->name;
    }
}

} // namespace

Reading read_answer(const DnsAnswer& answer, const Question& question, const std::vector<Record>& before)
{
    Reading reading;
    reading.aliases = before;
    auto name = to_lower(question.name);
    if (question.type != RecordType::cname && !follow_aliases(answer, name, reading.aliases)) {
        reading.outcome = LookupOutcome::failed;
        reading.failure = LookupFailure::cname_loop;
        return reading;
    }

    for (const auto& record : answer.records)
        if (record.type == question.type && record.owner == name)
            reading.records.push_back(record);

    if (!reading.records.empty())
        reading.outcome = LookupOutcome::found;
    else if (answer.rcode == 3)
        reading.outcome = LookupOutcome::no_such_domain;
    else if (name != to_lower(question.name) && !answer.negative_ttl)
        reading.ask_next = name;

    if (!reading.records.empty() || !reading.aliases.empty()) {
        reading.ttl = std::numeric_limits<std::uint32_t>::max();
        for (const auto* used : {&reading.records, &reading.aliases})
            for (const auto& record : *used)
                reading.ttl = std::min(reading.ttl, record.ttl);
    }
    if (reading.records.empty() && answer.negative_ttl)
        reading.ttl =
            reading.aliases.empty() ? *answer.negative_ttl : std::min(reading.ttl, *answer.negative_ttl);
    return reading;
}

} // namespace smtpprobe

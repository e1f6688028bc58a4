// SPDX-License-Identifier: Apache-2.0
#include "route/known_lookups.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {

const Lookup* KnownLookups::find(std::string_view name, RecordType type) const
{
    const auto found = std::find_if(lookups_.rbegin(), lookups_.rend(), [&](const Lookup& lookup) {
        return lookup.type == type && equal_ignoring_case(lookup.name, name);
    });
    return found == lookups_.rend() ? nullptr : &*found;
}

bool KnownLookups::in_hosts_file(std::string_view name) const
{
    return std::any_of(lookups_.begin(), lookups_.end(), [&](const Lookup& lookup) {
        return lookup.from_hosts_file && lookup.outcome == LookupOutcome::found &&
               equal_ignoring_case(lookup.name, name);
    });
}

void KnownLookups::ask_unless_known(std::vector<Question>& open, const std::string& name,
                                    RecordType type) const
{
    const Question question{name, type};
    if (!find(name, type) && std::find(open.begin(), open.end(), question) == open.end())
        open.push_back(question);
}

std::vector<RecordType> address_types(const Settings& settings)
{
    switch (settings.families) {
    case Families::ipv4_only: return {RecordType::a};
    case Families::ipv6_only: return {RecordType::aaaa};
    case Families::both: break;
    }
    return {RecordType::aaaa, RecordType::a};
}

} // namespace smtpprobe

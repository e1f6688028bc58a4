// SPDX-License-Identifier: Apache-2.0
// Our own side: what receivers can look up about this machine. Asked for by `self`, or by a server that
// refuses us for it.
#include <algorithm>

#include "diagnosis/block_lists.hpp"
#include "diagnosis/own_side.hpp"
#include "diagnosis/trials.hpp"
#include "policy/dmarc_record.hpp"

namespace smtpprobe {
namespace {

/// DNS takes names of up to 253 octets; a list's zone comes on top.
bool fits(const std::string& name) { return !name.empty() && name.size() <= 253; }

class OwnSidePlan {
public:
    OwnSidePlan(const Facts& facts, Trials& trials) : facts_(facts), own_(own_side_of(facts)), trials_(trials)
    {
    }

    void plan()
    {
        if (!own_.matters())
            return;
        for (const auto& address : own_.addresses)
            plan_names(address);
        plan_hello();
        const bool reputation = own_.is_concern(Concern::reputation);
        const bool policy = own_.asked || reputation || own_.is_concern(Concern::policy);
        if (policy || own_.is_concern(Concern::sender_domain))
            plan_sender_domain();
        if (policy)
            plan_policy();
        if (own_.asked || reputation || own_.is_concern(Concern::listing))
            plan_listings();
    }

private:
    void ask(Purpose purpose, const std::string& name, RecordType type)
    {
        if (!fits(name))
            return;
        TryLookup lookup;
        lookup.question = {name, type};
        trials_.push_back({purpose, std::move(lookup)});
    }

    void plan_names(const IpAddress& address)
    {
        ask(Purpose::own_name, address.reverse_name(), RecordType::ptr);
        for (const auto& name : own_names(facts_, address))
            ask(Purpose::own_address, name, record_type_of(address.family()));
    }

    void plan_hello()
    {
        if (!own_.hello_is_qualified())
            return;
        ask(Purpose::own_address, own_.hello, RecordType::a);
        ask(Purpose::own_address, own_.hello, RecordType::aaaa);
    }

    void plan_sender_domain()
    {
        if (!own_.domain.empty())
            for (const auto type : {RecordType::mx, RecordType::a, RecordType::aaaa})
                ask(Purpose::own_address, own_.domain, type);
    }

    void plan_policy()
    {
        if (!own_.domain.empty())
            plan_dmarc();
        const auto domain = own_.policy_domain();
        if (!fits(domain))
            return;
        for (const auto& address : own_.addresses)
            trials_.push_back({Purpose::own_policy, TryPolicy{domain, own_.sender, own_.hello, address}});
    }

    void plan_dmarc()
    {
        for (const auto& name : dmarc_names(own_.domain)) {
            ask(Purpose::own_dmarc, name, RecordType::txt);
            const auto* lookup = lookup_made(facts_, Purpose::own_dmarc, name, RecordType::txt);
            const bool absent = lookup != nullptr && lookup->outcome != LookupOutcome::failed &&
                                !read_dmarc(own_.domain, lookup->records).found;
            if (!absent)
                return;
        }
    }

    void plan_listings()
    {
        auto zones = zones_to_ask(facts_.settings.block_lists);
        const bool none_wanted = facts_.settings.block_lists && facts_.settings.block_lists->empty();
        for (const auto& about : own_.complaints)
            if (!none_wanted)
                zones.insert(zones.end(), about.zones.begin(), about.zones.end());
        std::sort(zones.begin(), zones.end());
        zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
        for (const auto& zone : zones)
            plan_list(block_list(zone));
    }

    void plan_list(const BlockList& list)
    {
        for (const auto& name : listing_names(list, own_)) {
            ask(Purpose::block_list, name, RecordType::a);
            const auto* lookup = lookup_made(facts_, Purpose::block_list, name, RecordType::a);
            if (lookup == nullptr)
                continue;
            const auto answer = read_answer(list, *lookup);
            if (answer.listing == Listing::listed) {
                ask(Purpose::block_list, name, RecordType::txt);
                ask(Purpose::block_list, must_not_be_listed(list), RecordType::a);
            } else if (answer.listing == Listing::unanswered) {
                ask(Purpose::block_list, must_be_listed(list), RecordType::a);
            }
        }
    }

    const Facts& facts_;
    OwnSide own_;
    Trials& trials_;
};

} // namespace

void plan_for_own_side(const Facts& facts, Trials& trials) { OwnSidePlan(facts, trials).plan(); }

} // namespace smtpprobe

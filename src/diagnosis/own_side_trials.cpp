// SPDX-License-Identifier: Apache-2.0
// Our own side: what receivers can look up about this machine. Asked for by `self`, or by a server that
// refuses us for it.
#include <algorithm>

#include "diagnosis/block_lists.hpp"
#include "diagnosis/controls.hpp"
#include "diagnosis/dns_view.hpp"
#include "diagnosis/own_side.hpp"
#include "diagnosis/trials.hpp"
#include "policy/dmarc_record.hpp"

namespace smtpprobe {
namespace {

constexpr std::uint16_t kRelayPort = 25;

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
        if (own_.asked && own_.addresses.empty())
            plan_visit();
        if (own_.asked)
            plan_resolver_checks();
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

    /// Our address is translated on the way: a server is greeted, and asked nothing, since many say in their
    /// answer to EHLO where they see us come from. Of the known providers Google does.
    void plan_visit()
    {
        if (!facts_.settings.controls || own_.hidden.empty())
            return;
        const auto type = record_type_of(own_.hidden.front().family());
        auto controls = control_set(facts_.settings, kRelayPort).same_port;
        controls.resize(
            std::min<std::size_t>(controls.size(), facts_.settings.control_targets.empty() ? 1 : 3));
        for (const auto& control : controls) {
            if (control.address) {
                visit(control.host, *control.address);
                continue;
            }
            ask(Purpose::control_lookup, control.host, type);
            const auto* lookup = lookup_made(facts_, Purpose::control_lookup, control.host, type);
            if (lookup != nullptr && lookup->outcome == LookupOutcome::found)
                visit(control.host, lookup->records.front().address);
        }
    }

    void visit(const std::string& host, const IpAddress& address)
    {
        TrySession session;
        session.endpoint.host = host;
        session.endpoint.address = address;
        session.endpoint.port = kRelayPort;
        session.endpoint.tls = TlsMode::none;
        session.quit_after = Step::ehlo;
        trials_.push_back({Purpose::control, std::move(session)});
    }

    /// Names that do not exist, and answers that no list gives, may as well be our resolver's invention.
    void plan_resolver_checks()
    {
        const bool odd = std::any_of(facts_.experiments.begin(), facts_.experiments.end(),
                                     [](const Experiment& experiment) { return may_be_a_lie(experiment); });
        if (!odd)
            return;
        for (const auto& question :
             {Question{"", RecordType::ns}, Question{kImpossibleName, RecordType::a}}) {
            TryLookup lookup;
            lookup.question = question;
            trials_.push_back({Purpose::resolver_check, std::move(lookup)});
        }
    }

    static bool may_be_a_lie(const Experiment& experiment)
    {
        const auto* lookup = std::get_if<Lookup>(&experiment.what);
        if (lookup == nullptr)
            return false;
        if (experiment.purpose == Purpose::block_list)
            return lookup->type == RecordType::a &&
                   read_answer(BlockList{}, *lookup).listing == Listing::no_list;
        return (experiment.purpose == Purpose::own_name || experiment.purpose == Purpose::own_address) &&
               lookup->outcome == LookupOutcome::no_such_domain;
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

// SPDX-License-Identifier: Apache-2.0
// Where an endpoint does not connect: is it the port, the host, the family, the way there, or us?
#include <algorithm>

#include "diagnosis/connect_picture.hpp"
#include "diagnosis/controls.hpp"
#include "diagnosis/trials.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostHostsTried = 8; ///< on other ports
constexpr std::size_t kMostTraced = 2;     ///< by itself
constexpr std::size_t kMostTracedAsked = 8;
constexpr std::uint16_t kSubmission = 587;
constexpr std::uint16_t kSubmissions = 465; ///< TLS first: nobody greets
constexpr std::uint16_t kHttps = 443;

bool is_traceable(const IpAddress& address)
{
    switch (address.scope()) {
    case AddressScope::global:
    case AddressScope::private_use:
    case AddressScope::shared:
    case AddressScope::documentation:
    case AddressScope::reserved: return true;
    case AddressScope::unspecified:
    case AddressScope::loopback:
    case AddressScope::link_local:
    case AddressScope::multicast: return false;
    }
    return false;
}

const Lookup* control_lookup(const Facts& facts, const std::string& host, RecordType type)
{
    for (const auto* lookup : made_for<Lookup>(facts, Purpose::control_lookup))
        if (lookup->name == host && lookup->type == type)
            return lookup;
    return nullptr;
}

/// Plans for one probe. What it has named is remembered: only when all of a round has come back does the
/// next one begin.
class ConnectPlan {
public:
    ConnectPlan(const Facts& facts, Trials& trials)
        : facts_(facts), trials_(trials), approaches_(approaches_of(facts))
    {
        for (const auto& approach : approaches_)
            if (failed(approach.reach))
                failed_.push_back(&approach);
    }

    void make()
    {
        for (std::size_t i = 0; i < failed_.size() && i < kMostHostsTried; ++i)
            try_other_ports(*failed_[i]);
        if (wants_controls())
            try_controls();
        else if (const auto family = dead_family())
            try_one_control(*family);
        if (facts_.settings.trace == TraceMode::automatic && all_back_)
            trace_the_silent();
        if (facts_.settings.trace == TraceMode::always)
            trace_as_asked();
    }

private:
    void try_other_ports(const Approach& approach)
    {
        const auto& endpoint = approach.endpoint();
        // A refusal that is gone at once is a limit or a restart.
        if (approach.reach == Reach::refused)
            try_contact(Purpose::other_port, endpoint.host, endpoint.address, endpoint.port, true);
        for (const auto port : other_ports(endpoint.port))
            try_contact(Purpose::other_port, endpoint.host, endpoint.address, port, false);
    }

    /// Controls tell us from them, so they are of use only where nothing at all answers.
    bool wants_controls() const
    {
        if (!facts_.settings.controls)
            return false;
        bool some = false;
        bool some_global = false;
        for (const auto& approach : approaches_) {
            const bool cut_off =
                approach.reach == Reach::untried && approach.session->not_tried == NotTried::no_local_family;
            if (approach.reach == Reach::open || approach.reach == Reach::not_settled)
                return false;
            if (!failed(approach.reach) && !cut_off)
                continue;
            some = true;
            some_global |= approach.endpoint().address.scope() == AddressScope::global;
        }
        return some && (some_global || !facts_.settings.control_targets.empty());
    }

    /// The family over which nothing answers, while the other one works: is it dead for us, or are they?
    std::optional<Family> dead_family() const
    {
        if (!facts_.settings.controls || !all_back_)
            return std::nullopt;
        const ConnectPicture picture(facts_);
        for (const auto family : {Family::ipv6, Family::ipv4}) {
            bool dead = picture.connected(family == Family::ipv6 ? Family::ipv4 : Family::ipv6);
            bool matters = false;
            for (const auto& approach : approaches_) {
                const auto& endpoint = approach.endpoint();
                if (endpoint.address.family() != family)
                    continue;
                const auto near = picture.neighbours(endpoint);
                dead = dead && approach.reach != Reach::not_settled && !shows_life(approach.reach) &&
                       std::none_of(near.begin(), near.end(),
                                    [](const Contact* contact) { return shows_life(reach_of(*contact)); });
                matters =
                    matters || (failed(approach.reach) && endpoint.address.scope() == AddressScope::global);
            }
            if (dead && matters)
                return family;
        }
        return std::nullopt;
    }

    /// The first one that has an address of that family.
    void try_one_control(Family family)
    {
        const auto type = family == Family::ipv4 ? RecordType::a : RecordType::aaaa;
        for (const auto& control : control_set(facts_.settings, port()).same_port) {
            if (control.address) {
                if (control.address->family() != family)
                    continue;
                try_control_at(control, *control.address);
                return;
            }
            TryLookup wanted;
            wanted.question = {control.host, type};
            add(Purpose::control_lookup, wanted);
            const auto* lookup = control_lookup(facts_, control.host, type);
            if (lookup == nullptr) {
                all_back_ = false;
                return;
            }
            if (lookup->records.empty())
                continue;
            try_control_at(control, lookup->records.front().address);
            return;
        }
    }

    void try_controls()
    {
        const auto set = control_set(facts_.settings, port());
        bool answered = false;
        for (const auto& control : set.same_port)
            answered |= try_control(control);
        // Does nothing at all get out, or only this port?
        const bool ports_tell = std::any_of(failed_.begin(), failed_.end(), [&](const Approach* approach) {
            const auto& endpoint = approach->endpoint();
            const auto ports = other_ports(endpoint.port);
            return std::any_of(ports.begin(), ports.end(), [&](std::uint16_t other) {
                const auto* contact = contact_with(facts_, Purpose::other_port, endpoint.address, other);
                return contact != nullptr && reach_of(*contact) == Reach::open;
            });
        });
        if (all_back_ && !answered && !ports_tell)
            for (const auto& control : set.elsewhere)
                try_control(control);
    }

    /// Looks it up, then connects to one address of each family that matters. Did it answer?
    bool try_control(const ControlTarget& control)
    {
        if (control.address)
            return try_control_at(control, *control.address);
        bool answered = false;
        for (const auto type : {RecordType::a, RecordType::aaaa}) {
            if (!wants_family(type == RecordType::a ? Family::ipv4 : Family::ipv6))
                continue;
            TryLookup wanted;
            wanted.question = {control.host, type};
            add(Purpose::control_lookup, wanted);
            const auto* lookup = control_lookup(facts_, control.host, type);
            if (lookup == nullptr) {
                all_back_ = false;
                continue;
            }
            const auto first = std::min_element(
                lookup->records.begin(), lookup->records.end(),
                [](const Record& one, const Record& other) { return one.address < other.address; });
            if (first != lookup->records.end())
                answered |= try_control_at(control, first->address);
        }
        return answered;
    }

    bool try_control_at(const ControlTarget& control, const IpAddress& address)
    {
        const bool greets = control.port != kSubmissions && control.port != kHttps;
        const auto* contact = try_contact(Purpose::control, control.host, address, control.port, greets);
        return contact != nullptr && reach_of(*contact) == Reach::open;
    }

    bool wants_family(Family family) const
    {
        if (family == Family::ipv4)
            return facts_.settings.families != Families::ipv6_only;
        return std::any_of(failed_.begin(), failed_.end(), [](const Approach* approach) {
            return approach->endpoint().address.family() == Family::ipv6;
        });
    }

    /// Those that keep silent, and refusals that came from nearer than the host.
    /// One endpoint of each family first: they may go different ways.
    void trace_the_silent()
    {
        std::vector<const Approach*> silent;
        for (const bool other_family : {false, true})
            for (const auto* approach : failed_) {
                const auto& address = approach->endpoint().address;
                const bool tells = approach->reach == Reach::silent || refused_before(facts_, *approach) != 0;
                if (!tells || !is_traceable(address))
                    continue;
                const bool known = std::any_of(silent.begin(), silent.end(), [&](const Approach* chosen) {
                    return chosen == approach ||
                           (!other_family && chosen->endpoint().address.family() == address.family());
                });
                if (!known)
                    silent.push_back(approach);
            }
        for (std::size_t i = 0; i < silent.size() && i < kMostTraced; ++i)
            trace(silent[i]->endpoint(), true);
    }

    void trace_as_asked()
    {
        for (std::size_t i = 0; i < failed_.size() && i < kMostTracedAsked; ++i)
            if (is_traceable(failed_[i]->endpoint().address))
                trace(failed_[i]->endpoint(), all_back_);
        if (!failed_.empty())
            return;
        for (const auto family : {Family::ipv6, Family::ipv4})
            for (const auto& approach : approaches_)
                if (approach.reach == Reach::open && approach.endpoint().address.family() == family) {
                    trace(approach.endpoint(), false);
                    break;
                }
    }

    void trace(const Endpoint& endpoint, bool compared)
    {
        add(Purpose::trace, TryTrace{endpoint.address, endpoint.port});
        if (!compared)
            return;
        std::uint16_t answering = endpoint.port == kHttps ? kSubmission : kHttps;
        for (const auto other : other_ports(endpoint.port)) {
            const auto* contact = contact_with(facts_, Purpose::other_port, endpoint.address, other);
            if (contact != nullptr && shows_life(reach_of(*contact))) {
                answering = other;
                break;
            }
        }
        add(Purpose::trace_compared, TryTrace{endpoint.address, answering});
    }

    const Contact* try_contact(Purpose purpose, const std::string& host, const IpAddress& address,
                               std::uint16_t port, bool listen)
    {
        add(purpose, TryContact{host, address, port, listen});
        const auto* contact = contact_with(facts_, purpose, address, port);
        all_back_ = all_back_ && contact != nullptr;
        return contact;
    }

    template <class What> void add(Purpose purpose, What what)
    {
        trials_.push_back({purpose, std::move(what)});
    }

    std::uint16_t port() const
    {
        return failed_.empty() ? approaches_.front().endpoint().port : failed_.front()->endpoint().port;
    }

    const Facts& facts_;
    Trials& trials_;
    std::vector<Approach> approaches_;
    std::vector<const Approach*> failed_; ///< into approaches_
    bool all_back_ = true;                ///< has all that was named so far been made?
};

} // namespace

void plan_for_connect(const Facts& facts, Trials& trials) { ConnectPlan(facts, trials).make(); }

} // namespace smtpprobe

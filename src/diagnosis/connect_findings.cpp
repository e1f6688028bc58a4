// SPDX-License-Identifier: Apache-2.0
// Why endpoints do not connect: the cause, with the experiments that tell it, above the symptoms.
#include <algorithm>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/connect_cause.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostControlsNamed = 6;

std::string joined(const std::vector<std::string>& parts, std::string_view between)
{
    std::string text;
    for (const auto& part : parts)
        if (!part.empty())
            text += (text.empty() ? "" : std::string(between)) + part;
    return text;
}

/// `open after 12 ms`, `refused after 11 ms`, `silent`
std::string reach_text(Reach reach, Duration after)
{
    switch (reach) {
    case Reach::open: return "open after " + duration_text(after);
    case Reach::refused: return "refused after " + duration_text(after);
    case Reach::rejected: return "turned back after " + duration_text(after);
    case Reach::silent: return "silent";
    case Reach::unknown:
    case Reach::not_settled:
    case Reach::untried: break;
    }
    return "not known";
}

std::string icmp_text(const Fault& fault)
{
    if (!fault.icmp)
        return {};
    return fault.icmp->from.text() + " says: " + std::string(words_of(*fault.icmp)) + " (ICMP" +
           (fault.icmp->from.family() == Family::ipv6 ? "v6" : "") + " type " +
           std::to_string(fault.icmp->type) + " code " + std::to_string(fault.icmp->code) + ")";
}

std::string neighbours_text(const ConnectPicture& picture, const Endpoint& endpoint)
{
    std::vector<std::string> ports;
    for (const auto* contact : picture.neighbours(endpoint))
        ports.push_back(std::to_string(contact->port) + ' ' +
                        reach_text(reach_of(*contact), contact->connected_after));
    if (ports.empty())
        return {};
    return "the same host's port " + joined(ports, ", ");
}

/// `gmail-smtp-in.l.google.com:25 open after 12 ms`; both families where they differ.
std::string control_text(const std::vector<const Contact*>& contacts)
{
    const auto& first = *contacts.front();
    const auto reach = reach_of(first);
    std::string text = first.host.empty() ? first.address.text() : printable(first.host, 60);
    text += ':' + std::to_string(first.port);
    if (std::all_of(contacts.begin(), contacts.end(),
                    [&](const Contact* contact) { return reach_of(*contact) == reach; }))
        return text + ' ' + reach_text(reach, first.connected_after);
    std::vector<std::string> each;
    each.reserve(contacts.size());
    for (const auto* contact : contacts)
        each.push_back(std::string(contact->address.family() == Family::ipv4 ? "IPv4 " : "IPv6 ") +
                       reach_text(reach_of(*contact), contact->connected_after));
    return text + " (" + joined(each, ", ") + ')';
}

std::string controls_text(const ConnectPicture& picture)
{
    std::vector<std::vector<const Contact*>> hosts;
    for (const auto* contact : made_for<Contact>(picture.facts(), Purpose::control)) {
        const auto same = std::find_if(hosts.begin(), hosts.end(), [&](const auto& host) {
            return !contact->host.empty() && host.front()->host == contact->host &&
                   host.front()->port == contact->port;
        });
        if (same == hosts.end())
            hosts.push_back({contact});
        else
            same->push_back(contact);
    }
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < hosts.size() && i < kMostControlsNamed; ++i)
        parts.push_back(control_text(hosts[i]));
    if (hosts.size() > kMostControlsNamed)
        parts.push_back("and " + std::to_string(hosts.size() - kMostControlsNamed) + " more");
    return parts.empty() ? std::string() : "controls: " + joined(parts, ", ");
}

std::string trace_text(const ConnectPicture& picture, const Endpoint& endpoint)
{
    const auto trace = picture.trace(endpoint);
    return trace ? trace->text : std::string();
}

/// Where to look before the provider is asked; empty where the trace does not tell.
std::string look_here_first(const TraceReading& trace)
{
    if (!trace.at_own_border)
        return {};
    if (trace.last_ttl == 0)
        return "Not even the first router hears these packets: look at the rules of this machine's host "
               "(cloud: its "
               "firewall for outgoing traffic) and of that router first.";
    return "The trace ends at hop " + std::to_string(trace.last_ttl) +
           (trace.last ? " (" + trace.last->text() + ")" : "") +
           ", your own router: look at its rules first, then ask.";
}

/// One cause, and the endpoints that it explains.
struct Filed {
    ConnectCause cause;
    std::vector<const Approach*> approaches;
};

class Causes {
public:
    Causes(const Assessment& assessment, Findings& findings)
        : assessment_(assessment), findings_(findings), picture_(*assessment.facts)
    {
    }

    void find()
    {
        for (const auto& approach : picture_.approaches())
            if (failed(approach.reach))
                file(approach, cause_of(approach, picture_));
        for (const auto& one : filed_)
            tell(one);
    }

private:
    void file(const Approach& approach, ConnectCause cause)
    {
        if (cause.id.empty())
            return;
        const auto same = std::find_if(filed_.begin(), filed_.end(), [&](const Filed& other) {
            const auto& host = approach.endpoint().host;
            return other.cause.id == cause.id &&
                   (cause.about_us || (!host.empty() && other.approaches.front()->endpoint().host == host));
        });
        if (same == filed_.end())
            filed_.push_back({std::move(cause), {&approach}});
        else
            same->approaches.push_back(&approach);
    }

    void tell(const Filed& one)
    {
        const auto weight = fold_symptoms(one);
        std::string where;
        for (const auto* approach : one.approaches)
            where += (where.empty() ? "" : ", ") + approach->endpoint().text();
        const auto& first = *one.approaches.front();
        auto& finding = findings_.add(one.cause.id, {weight, where, seen(first), Step::connect});
        finding.confidence = one.cause.confidence;
        finding.decided_by = one.cause.decided_by;
        finding.who = one.cause.who.value_or(finding.who);
        if (const auto trace = picture_.trace(first.endpoint()); trace && one.cause.about_us)
            if (auto step = look_here_first(*trace); !step.empty())
                finding.fix.insert(finding.fix.begin(), std::move(step));
    }

    /// What was found of these connections follows from the cause. Gives what it weighed.
    Severity fold_symptoms(const Filed& one)
    {
        auto weight = Severity::note;
        for (auto& finding : findings_.all()) {
            const bool about =
                std::any_of(one.approaches.begin(), one.approaches.end(), [&](const Approach* approach) {
                    return finding.where == approach->endpoint().text();
                });
            if (!about || finding.step != Step::connect || !finding.part_of.empty())
                continue;
            finding.part_of = one.cause.id;
            if (one.cause.id == "connect.refused-at-times")
                finding.severity =
                    std::min(finding.severity, Severity::warning); // the next attempt gets through
            weight = std::max(weight, finding.severity);
        }
        return weight;
    }

    std::string seen(const Approach& approach) const
    {
        return joined({symptom(approach), icmp_text(*approach.fault),
                       neighbours_text(picture_, approach.endpoint()), controls_text(picture_),
                       trace_text(picture_, approach.endpoint())},
                      "; ");
    }

    std::string symptom(const Approach& approach) const
    {
        const auto attempt = std::find_if(
            assessment_.attempts.begin(), assessment_.attempts.end(),
            [&](const Attempt& candidate) { return candidate.main.session == approach.session; });
        return attempt == assessment_.attempts.end() || attempt->main.broken == nullptr
                   ? std::string()
                   : fault_seen(attempt->main);
    }

    const Assessment& assessment_;
    Findings& findings_;
    ConnectPicture picture_;
    std::vector<Filed> filed_;
};

} // namespace

void find_why_unconnected(const Assessment& assessment, Findings& findings)
{
    Causes(assessment, findings).find();
}

void fold_dead_names(Findings& findings)
{
    std::string cause;
    for (const auto& finding : findings.all())
        for (const auto id : {"connect.network-dead-here", "connect.no-way-out", "probe.no-local-network"})
            if (finding.id == id && finding.severity == Severity::problem)
                cause = id;
    for (auto& finding : findings.all())
        if (!cause.empty() && finding.part_of.empty() &&
            (finding.id == "resolver.silent" || finding.id == "resolver.unreachable"))
            finding.part_of = cause;
}

} // namespace smtpprobe

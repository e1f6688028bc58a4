// SPDX-License-Identifier: Apache-2.0
// A server that calls itself by a name of somebody else: do the controls that the user named call
// themselves so too? And where each conversation stalls before it has begun: does a control speak?
#include <algorithm>

#include "diagnosis/assessment.hpp"
#include "diagnosis/controls.hpp"
#include "diagnosis/host_names.hpp"
#include "diagnosis/stall.hpp"
#include "diagnosis/trials.hpp"

namespace smtpprobe {
namespace {

constexpr std::uint16_t kRelay = 25;

bool calls_itself_otherwise(const SessionView& view)
{
    if (view.greeting == nullptr || view.session->endpoint.host.empty() || proves_its_name(view))
        return false;
    const auto name = greeting_name(view.greeting->reply.words());
    return !name.empty() && owner_of(name) != owner_of(view.session->endpoint.host);
}

std::optional<IpAddress> address_of(const Facts& facts, const ControlTarget& control)
{
    if (control.address)
        return control.address;
    for (const auto& experiment : facts.experiments) {
        const auto* lookup = std::get_if<Lookup>(&experiment.what);
        if (lookup != nullptr && experiment.purpose == Purpose::control_lookup &&
            lookup->name == control.host && lookup->type == RecordType::a && !lookup->records.empty())
            return lookup->records.front().address;
    }
    return std::nullopt;
}

/// The controls to listen to: those that the user named; else, where nothing speaks at all, one of the known.
std::vector<ControlTarget> controls_to_hear(const Facts& facts)
{
    const auto& settings = facts.settings;
    const auto assessment = assess(facts);
    const auto& attempts = assessment.attempts;
    const bool stalls = all_stall_early(assessment);
    if (!settings.controls ||
        (!stalls && std::none_of(attempts.begin(), attempts.end(), [](const Attempt& attempt) {
            return calls_itself_otherwise(attempt.main);
        })))
        return {};
    if (!settings.control_targets.empty() || !stalls)
        return settings.control_targets;
    auto known = control_set(settings, kRelay).same_port;
    known.resize(1);
    return known;
}

} // namespace

void plan_for_redirections(const Facts& facts, Trials& trials)
{
    for (const auto& control : controls_to_hear(facts)) {
        if (control.port != kRelay)
            continue;
        if (!control.address) {
            TryLookup lookup;
            lookup.question = {control.host, RecordType::a};
            trials.push_back({Purpose::control_lookup, std::move(lookup)});
        }
        if (const auto address = address_of(facts, control))
            trials.push_back({Purpose::control, TryContact{control.host, *address, control.port, true}});
    }
}

} // namespace smtpprobe

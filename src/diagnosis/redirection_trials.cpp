// SPDX-License-Identifier: Apache-2.0
// A server that calls itself by a name of somebody else: do the controls that the user named call
// themselves so too?
#include <algorithm>

#include "diagnosis/assessment.hpp"
#include "diagnosis/controls.hpp"
#include "diagnosis/host_names.hpp"
#include "diagnosis/trials.hpp"

namespace smtpprobe {
namespace {

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

} // namespace

void plan_for_redirections(const Facts& facts, Trials& trials)
{
    const auto& settings = facts.settings;
    if (!settings.controls || settings.control_targets.empty())
        return;
    const auto assessment = assess(facts);
    const auto& attempts = assessment.attempts;
    if (std::none_of(attempts.begin(), attempts.end(),
                     [](const Attempt& attempt) { return calls_itself_otherwise(attempt.main); }))
        return;
    for (const auto& control : settings.control_targets) {
        if (control.port != 25)
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

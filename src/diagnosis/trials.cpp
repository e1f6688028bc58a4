// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/trials.hpp"

namespace smtpprobe {
namespace {

/// Where a proxy, a socket or a command carries the conversation, what is tried around it tells nothing
/// about it, and an address of ours is not the one that the server sees.
bool goes_around(const Facts& facts, const Trial& trial)
{
    const auto kind = facts.target.kind;
    if (!facts.settings.way.proxy && kind != TargetKind::socket && kind != TargetKind::process)
        return false;
    for (const auto purpose :
         {Purpose::own_name, Purpose::own_address, Purpose::own_policy, Purpose::own_dmarc,
          Purpose::block_list, Purpose::control_lookup, Purpose::control})
        if (trial.purpose == purpose)
            return true;
    return std::holds_alternative<TryContact>(trial.what) || std::holds_alternative<TryTrace>(trial.what);
}

} // namespace

Trials plan_trials(const Facts& facts)
{
    Trials trials;
    plan_for_logins(facts, trials); // asked for by name, so no experiments of ours
    plan_for_checks(facts, trials);
    if (!facts.settings.experiments)
        return trials;
    plan_for_connect(facts, trials);
    plan_for_dns(facts, trials);
    plan_for_sessions(facts, trials);
    plan_for_redirections(facts, trials);
    plan_for_refusals(facts, trials);
    plan_for_own_side(facts, trials);
    plan_for_hygiene(facts, trials);
    std::erase_if(trials, [&](const Trial& trial) { return goes_around(facts, trial); });
    return trials;
}

bool is_essential(Purpose purpose)
{
    switch (purpose) {
    case Purpose::other_port:
    case Purpose::control_lookup:
    case Purpose::control:
    case Purpose::trace:
    case Purpose::trace_compared:
    case Purpose::implicit_tls:
    case Purpose::without_tls:
    case Purpose::proxy_header:
    case Purpose::small_segments:
    case Purpose::fresh_session:
    case Purpose::lhlo:
    case Purpose::starttls_unoffered:
    case Purpose::later:
    case Purpose::resolver_check:
    case Purpose::checking_disabled:
    case Purpose::over_tcp:
    case Purpose::delegation:
    case Purpose::name_server_address:
    case Purpose::authoritative:
    case Purpose::signatures:
    case Purpose::own_name:
    case Purpose::own_address:
    case Purpose::own_policy:
    case Purpose::own_dmarc:
    case Purpose::block_list:
    case Purpose::each_mechanism:
    case Purpose::check_relay:
    case Purpose::check_vrfy:
    case Purpose::check_catch_all:
    case Purpose::check_postmaster:
    case Purpose::check_null_sender:
    case Purpose::check_smuggling:
    case Purpose::check_starttls:
    case Purpose::check_size: return true;
    case Purpose::domain_policy:
    case Purpose::domain_dmarc:
    case Purpose::host_name:
    case Purpose::host_address:
    case Purpose::postmaster: return false;
    }
    return true;
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/trials.hpp"

namespace smtpprobe {

Trials plan_trials(const Facts& facts)
{
    Trials trials;
    if (!facts.settings.experiments)
        return trials;
    plan_for_connect(facts, trials);
    plan_for_dns(facts, trials);
    plan_for_sessions(facts, trials);
    plan_for_redirections(facts, trials);
    plan_for_refusals(facts, trials);
    plan_for_own_side(facts, trials);
    plan_for_hygiene(facts, trials);
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

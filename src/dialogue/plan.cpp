// SPDX-License-Identifier: Apache-2.0
#include "dialogue/plan.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "smtp/auth_mechanisms.hpp"
#include "smtp/host_login.hpp"

namespace smtpprobe {
namespace {

SecretMask mask_of(const Settings& settings)
{
    auto mask = settings.auth.show_secrets ? SecretMask::transparent() : SecretMask();
    if (const auto& proxy = settings.way.proxy; proxy && !proxy->password.empty()) {
        mask.hide(proxy->password.reveal());
        mask.hide_base64(to_base64(proxy->user + ':' + proxy->password.reveal()));
    }
    return mask;
}

void plan_login(const AuthSettings& settings, const Endpoint& endpoint, Plan& plan)
{
    auto& auth = plan.auth.emplace();
    auth.insecure = settings.insecure;
    auth.initial_response = settings.initial_response;
    const auto login = login_at_host(settings, login_host(endpoint));
    auth.mechanisms = usable_mechanisms(login ? *login : settings);
    if (login)
        plan.hidden.hide(login->password.reveal());
    else
        auth.why_not = "the netrc file " + login.error();
}

} // namespace

Plan plan_dialogue(const Endpoint& endpoint, const Settings& settings, const Target& target)
{
    Plan plan;
    plan.protocol = endpoint.protocol;
    plan.tls = endpoint.tls; // the route has put --tls into it
    plan.helo = settings.helo;
    plan.from = settings.from;
    const auto add = [&](const std::string& mailbox) {
        if (!mailbox.empty() && std::find(plan.to.begin(), plan.to.end(), mailbox) == plan.to.end())
            plan.to.push_back(mailbox);
    };
    add(target.mailbox);
    for (const auto& mailbox : settings.to)
        add(mailbox);
    if (!plan.to.empty() && !plan.from)
        plan.from.emplace();
    plan.quit_after = settings.quit_after;
    plan.step_timeout = settings.step_timeout;
    plan.xclient = settings.way.xclient;
    plan.xforward = settings.way.xforward;
    plan.hidden = mask_of(settings);
    if (settings.auth.wanted)
        plan_login(settings.auth, endpoint, plan);
    plan.envelope = settings.envelope;
    if (settings.message.send)
        plan.message.emplace().transfer = settings.message.transfer;
    plan.verbs = settings.verbs;
    return plan;
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "dialogue/plan.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "smtp/auth_mechanisms.hpp"

namespace smtpprobe {
namespace {

SecretMask mask_of(const Settings& settings)
{
    auto mask = settings.auth.show_secrets ? SecretMask::transparent() : SecretMask();
    mask.hide(settings.auth.password.reveal());
    if (const auto& proxy = settings.way.proxy; proxy && !proxy->password.empty()) {
        mask.hide(proxy->password.reveal());
        mask.hide_base64(to_base64(proxy->user + ':' + proxy->password.reveal()));
    }
    return mask;
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
    if (settings.auth.wanted) {
        auto& auth = plan.auth.emplace();
        auth.mechanisms = usable_mechanisms(settings.auth);
        auth.insecure = settings.auth.insecure;
        auth.initial_response = settings.auth.initial_response;
    }
    plan.envelope = settings.envelope;
    if (settings.message.send)
        plan.message.emplace().transfer = settings.message.transfer;
    plan.verbs = settings.verbs;
    return plan;
}

} // namespace smtpprobe

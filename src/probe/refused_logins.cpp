// SPDX-License-Identifier: Apache-2.0
// A user and a password that one endpoint refused are not said at another one: accounts are locked for that.
#include <algorithm>
#include <numeric>
#include <utility>

#include "base/printable.hpp"
#include "diagnosis/login_view.hpp"
#include "probe/host_groups.hpp"
#include "probe/probe_run.hpp"
#include "smtp/host_login.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kWordsLimit = 160;

} // namespace

/// Hosts take turns among themselves where a login is wanted: what one says of it decides about the next.
std::vector<std::vector<std::size_t>> ProbeRun::groups_of_turns() const
{
    if (!facts_.settings.auth.wanted)
        return host_groups(facts_.route.endpoints);
    std::vector<std::size_t> all(facts_.route.endpoints.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return {std::move(all)};
}

void ProbeRun::keep_login_once(SessionRequest& request)
{
    auto respond = std::exchange(request.respond, nullptr);
    if (!respond)
        return;
    request.respond = [this, endpoint = request.endpoint, respond = std::move(respond)](
                          const Respond& what, const std::optional<ChannelBinding>& binding) {
        auto refused = what.challenge ? std::nullopt : login_refused_by(endpoint);
        if (!refused)
            return respond(what, binding);
        Response response;
        response.kept_back = SkipReason::refused_elsewhere;
        response.why_not = *std::move(refused);
        return response;
    };
}

void ProbeRun::note_refused_login(const Session& session)
{
    const auto logins = read_logins(session);
    const auto login = login_at_host(facts_.settings.auth, login_host(session.endpoint));
    if (!logins.credentials_refused() || !login || login->password.empty())
        return;
    const auto said = printable(logins.last()->answer->reply.text(), kWordsLimit);
    refused_logins_.push_back(
        {login->user, login->password, session.endpoint.text() + " has refused it: " + said});
}

/// Who has refused the login that is for this endpoint, in words.
std::optional<std::string> ProbeRun::login_refused_by(const Endpoint& endpoint) const
{
    const auto login = login_at_host(facts_.settings.auth, login_host(endpoint));
    if (!login)
        return std::nullopt;
    const auto refused =
        std::find_if(refused_logins_.begin(), refused_logins_.end(), [&](const RefusedLogin& one) {
            return one.user == login->user && one.password == login->password;
        });
    return refused == refused_logins_.end() ? std::nullopt : std::optional(refused->by);
}

} // namespace smtpprobe

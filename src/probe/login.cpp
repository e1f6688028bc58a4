// SPDX-License-Identifier: Apache-2.0
#include "probe/login.hpp"

#include <memory>
#include <utility>

#include "sasl/sasl_client.hpp"
#include "smtp/host_login.hpp"

namespace smtpprobe {
namespace {

Response cannot(std::string why)
{
    Response response;
    response.stop = AuthStop::own_side;
    response.why_not = std::move(why);
    return response;
}

Response told(SaslAnswer answer)
{
    Response response;
    response.bytes = std::move(answer.bytes);
    response.shown = std::move(answer.shown);
    response.proof = std::move(answer.proof);
    response.challenge_shown = std::move(answer.challenge_shown);
    response.stop = answer.stop;
    response.why_not = std::move(answer.why_not);
    response.proof_due = answer.proof_due;
    return response;
}

/// The login of one session, mechanism after mechanism.
class Login {
public:
    Login(AuthSettings settings, SaslPlace place) : settings_(std::move(settings)), place_(std::move(place))
    {
    }

    Response respond(const Respond& what, const std::optional<ChannelBinding>& binding)
    {
        if (what.challenge)
            return client_ ? told(client_->next(*what.challenge)) : cannot("no login has begun");
        place_.binding = binding;
        auto made = make_sasl_client(what.mechanism, settings_, place_);
        client_.reset();
        if (!made)
            return cannot(std::move(made.error()));
        client_ = *std::move(made);
        return told(client_->first());
    }

private:
    AuthSettings settings_;
    SaslPlace place_;
    std::unique_ptr<SaslClient> client_;
};

} // namespace

std::function<Response(const Respond&, const std::optional<ChannelBinding>&)>
login_at(const Endpoint& endpoint, const AuthSettings& settings)
{
    SaslPlace place{endpoint.host.empty() ? endpoint.address.text() : endpoint.host, endpoint.port};
    const auto own = login_at_host(settings, login_host(endpoint));
    auto login = std::make_shared<Login>(own ? *own : settings, std::move(place));
    return [login](const Respond& what, const std::optional<ChannelBinding>& binding) {
        return login->respond(what, binding);
    };
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
// Input: the first byte chooses the mechanism, the rest is challenges, each behind two octets of its length.
#include <memory>
#include <string>
#include <string_view>

#include "property.hpp"
#include "sasl/sasl_client.hpp"
#include "smtp/auth_mechanisms.hpp"

using namespace smtpprobe;

namespace {

constexpr std::string_view kPassword = "correct-horse-battery";
constexpr int kMostChallenges = 8;

AuthSettings settings_with_password()
{
    AuthSettings settings;
    settings.wanted = true;
    settings.user = "user";
    settings.realm = "realm";
    settings.password = Secret(std::string(kPassword));
    return settings;
}

bool tells_password(const std::string& text) { return text.find(kPassword) != std::string::npos; }

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const AuthSettings settings = settings_with_password();
    std::string_view bytes = as_text(data, size);
    if (bytes.empty())
        return 0;
    const auto mechanisms = auth_mechanisms();
    const auto& mechanism = mechanisms[static_cast<unsigned char>(bytes[0]) % mechanisms.size()];
    if (mechanism.name == "GSSAPI") // it asks the system for tickets
        return 0;
    bytes.remove_prefix(1);
    SaslPlace place{"mx.example.net", 587};
    place.binding = ChannelBinding{"tls-exporter", "0123456789"};
    const auto client = make_sasl_client(mechanism.name, settings, place);
    require(client.has_value(), "each mechanism of the table has a client");
    (*client)->first();
    for (int i = 0; i < kMostChallenges && bytes.size() >= 2; ++i) {
        const auto length =
            std::size_t{static_cast<unsigned char>(bytes[0])} << 8 | static_cast<unsigned char>(bytes[1]);
        bytes.remove_prefix(2);
        const auto challenge = bytes.substr(0, length);
        bytes.remove_prefix(challenge.size());
        const auto answer = (*client)->next(challenge);
        require(answer.bytes.has_value() != answer.stop.has_value(), "an answer, or a reason for none");
        require(answer.stop.has_value() == !answer.why_not.empty(), "the reason has words");
        const bool echoed = challenge.find(kPassword) != std::string_view::npos;
        require(echoed || (!tells_password(answer.shown) && !tells_password(answer.challenge_shown)),
                "secrets are masked");
        require(!tells_password(answer.why_not), "no reason tells a secret");
    }
    return 0;
}

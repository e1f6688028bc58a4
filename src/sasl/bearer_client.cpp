// SPDX-License-Identifier: Apache-2.0
#include "sasl/bearer_client.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "sasl/sasl_words.hpp"

namespace smtpprobe {
namespace {

constexpr char kSeparator = '\x01';

std::string status_words(const std::string& status)
{
    if (status == "invalid_token" || status == "401")
        return " (the token is expired, revoked or not for this server)";
    if (status == "invalid_request" || status == "400")
        return " (the token or the user name is malformed, or they do not belong together)";
    if (status == "insufficient_scope" || status == "403")
        return " (the token does not allow to send mail)";
    return {};
}

std::string text_of(const nlohmann::json& value)
{
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// A name in gs2-header: `,` and `=` have another meaning there (RFC 5801 section 4).
std::string saslname(std::string_view name)
{
    std::string text;
    for (const char character : name) {
        if (character == ',')
            text += "=2C";
        else if (character == '=')
            text += "=3D";
        else
            text += character;
    }
    return text;
}

class BearerClient : public SaslClient {
public:
    BearerClient(bool google, const AuthSettings& settings, SaslPlace place)
        : google_(google), settings_(settings), place_(std::move(place))
    {
    }

    SaslAnswer first() override
    {
        const auto& token = settings_.password.reveal();
        SaslAnswer answer;
        std::string bytes;
        if (google_) {
            bytes = "user=" + settings_.user + kSeparator;
        } else {
            bytes = "n,a=" + saslname(settings_.user) + ',' + kSeparator;
            bytes += "host=" + place_.host + kSeparator;
            bytes += "port=" + std::to_string(place_.port) + kSeparator;
        }
        bytes += "auth=Bearer " + token + kSeparator + kSeparator;
        answer.bytes = std::move(bytes);
        answer.shown = "user " + settings_.user;
        if (!google_)
            answer.shown += ", host " + place_.host + ", port " + std::to_string(place_.port);
        answer.shown += ", token " + masked(token, settings_.show_secrets);
        return answer;
    }

    /// A challenge is the error of a token that was refused: it must be answered before the server says 535.
    SaslAnswer next(std::string_view challenge) override
    {
        SaslAnswer answer;
        answer.challenge_shown = bearer_error_words(challenge);
        if (std::exchange(refused_, true)) {
            answer.stop = AuthStop::unreadable;
            answer.why_not = "the server goes on asking though it has refused the token";
            return answer;
        }
        answer.bytes = google_ ? "" : std::string(1, kSeparator);
        answer.shown = "nothing: the error was read";
        return answer;
    }

private:
    bool google_;
    const AuthSettings& settings_;
    SaslPlace place_;
    bool refused_ = false;
};

bool has_control(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

} // namespace

std::string bearer_error_words(std::string_view json)
{
    const auto value = nlohmann::json::parse(json, nullptr, false);
    if (!value.is_object())
        return std::string(json);
    std::string words = "the token is refused:";
    std::string separator = " ";
    for (const auto& [name, field] : value.items()) {
        const auto text = text_of(field);
        words.append(separator).append(name).append(" ").append(text);
        if (name == "status")
            words += status_words(text);
        separator = ", ";
    }
    return words;
}

Expected<std::unique_ptr<SaslClient>, std::string>
make_bearer_client(std::string_view mechanism, const AuthSettings& settings, SaslPlace place)
{
    if (has_control(settings.password.reveal()) || has_control(settings.user))
        return Unexpected<std::string>("the user or the token holds a control character, which " +
                                       std::string(mechanism) + " cannot say");
    return std::make_unique<BearerClient>(mechanism == "XOAUTH2", settings, std::move(place));
}

} // namespace smtpprobe

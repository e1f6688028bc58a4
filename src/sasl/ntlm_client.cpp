// SPDX-License-Identifier: Apache-2.0
#include "sasl/ntlm_client.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <openssl/rand.h>

#include "sasl/ntlm_hash.hpp"
#include "sasl/ntlm_message.hpp"

namespace smtpprobe {
namespace {

/// The seconds from FILETIME's 1601 to 1970, in tenths of microseconds.
constexpr std::uint64_t kUnixEpoch = 116'444'736'000'000'000;

class NtlmClient : public SaslClient {
public:
    NtlmClient(const AuthSettings& settings, NtlmMoment moment)
        : settings_(settings), moment_(std::move(moment))
    {
    }

    SaslAnswer first() override
    {
        SaslAnswer answer;
        answer.bytes = ntlm_negotiate();
        answer.shown = ntlm_words(*answer.bytes, settings_.show_secrets);
        return answer;
    }

    SaslAnswer next(std::string_view challenge) override
    {
        SaslAnswer answer;
        answer.challenge_shown = ntlm_words(challenge, settings_.show_secrets);
        if (answer.challenge_shown.empty())
            answer.challenge_shown = std::string(challenge);
        const auto message = read_ntlm(challenge);
        if (!message || message->type != 2 || std::exchange(answered_, true)) {
            answer.stop = AuthStop::unreadable;
            answer.why_not = "the server's challenge is none of NTLM";
            return answer;
        }
        answer_challenge(*message, answer);
        return answer;
    }

private:
    void answer_challenge(const NtlmMessage& challenge, SaslAnswer& answer)
    {
        NtlmAuthenticate last;
        last.user = settings_.user;
        last.domain = settings_.realm;
        if (const auto slash = last.user.find('\\'); slash != std::string::npos && last.domain.empty()) {
            last.domain = last.user.substr(0, slash);
            last.user.erase(0, slash + 1);
        }
        // A server that tells nothing of itself is older than version 2, or Exim. Its answer is weaker: but
        // whoever would ask for it to get the password may as well offer PLAIN.
        const bool old = challenge.target_info.empty() && (challenge.flags & ntlm::kExtendedSecurity) == 0;
        if (!(old ? answer_v1(challenge, last) : answer_v2(challenge, last))) {
            answer.stop = AuthStop::own_side;
            answer.why_not = old ? "this machine's OpenSSL forbids DES, which NTLMv1 needs"
                                 : "this machine's OpenSSL forbids MD5, which NTLM needs";
            return;
        }
        constexpr auto kOurs = ntlm::kUnicode | ntlm::kOem | ntlm::kRequestTarget | ntlm::kNtlm |
                               ntlm::kAlwaysSign | ntlm::kExtendedSecurity | ntlm::kTargetInfo;
        last.flags = challenge.flags & kOurs;
        answer.bytes = ntlm_authenticate(last);
        answer.proof = last.nt_response;
        answer.shown = ntlm_words(*answer.bytes, settings_.show_secrets);
    }

    bool answer_v1(const NtlmMessage& challenge, NtlmAuthenticate& last) const
    {
        auto response = ntlm_v1_response(settings_.password.reveal(), challenge.challenge);
        if (!response)
            return false;
        // In the place of the LM response, whose hash falls in seconds, stands this one (MS-NLMP 3.3.1).
        last.lm_response = *response;
        last.nt_response = *std::move(response);
        return true;
    }

    bool answer_v2(const NtlmMessage& challenge, NtlmAuthenticate& last) const
    {
        // With the server's own time in its challenge, the old response is left out (MS-NLMP 3.1.5.1.2).
        std::string time = moment_.time;
        bool servers_time = false;
        for (const auto& pair : challenge.pairs) {
            if (pair.id != ntlm::kAvTimestamp || pair.value.size() != 8)
                continue;
            time = pair.value;
            servers_time = true;
        }
        auto proof = ntlm_proof(last.user, last.domain, settings_.password.reveal(), challenge.challenge,
                                moment_.client_challenge, time, challenge.target_info);
        if (!proof)
            return false;
        last.lm_response = servers_time ? std::string(24, '\0') : proof->lm_response;
        last.nt_response = std::move(proof->nt_response);
        return true;
    }

    const AuthSettings& settings_;
    NtlmMoment moment_;
    bool answered_ = false;
};

} // namespace

NtlmMoment ntlm_moment()
{
    NtlmMoment moment;
    unsigned char random[8] = {};
    if (RAND_bytes(random, sizeof random) != 1)
        throw std::runtime_error("this machine gives no random numbers");
    moment.client_challenge.assign(std::begin(random), std::end(random));
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
    const auto ticks = static_cast<std::uint64_t>(micros) * 10 + kUnixEpoch;
    for (int i = 0; i < 8; ++i)
        moment.time += static_cast<char>(ticks >> (8 * i) & 0xff);
    return moment;
}

std::unique_ptr<SaslClient> make_ntlm_client(const AuthSettings& settings, NtlmMoment moment)
{
    return std::make_unique<NtlmClient>(settings, std::move(moment));
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "sasl/gsasl_client.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "sasl/gsasl_library.hpp"
#include "sasl/kerberos_reason.hpp"
#include "sasl/sasl_words.hpp"

namespace smtpprobe {
namespace {

struct Free {
    void operator()(char* text) const { gsasl_library()->free(text); }
};
struct Finish {
    void operator()(Gsasl_session* session) const { gsasl_library()->finish(session); }
};

/// What libgsasl asks for while a login is under way. The realm is asked for behind the challenge: a realm
/// that is set before would be replaced by the server's.
int provide(Gsasl*, Gsasl_session* session, Gsasl_property property)
{
    const auto& library = *gsasl_library();
    const auto* settings = static_cast<const AuthSettings*>(library.hook_get(session));
    if (property != GSASL_REALM || settings == nullptr || settings->realm.empty())
        return GSASL_NO_CALLBACK;
    return library.property_set(session, property, settings->realm.c_str());
}

bool is_scram(std::string_view mechanism) { return mechanism.starts_with("SCRAM-"); }

/// Also where the count has more digits than any number here: libgsasl would take what is left of it.
bool wants_too_many_iterations(std::string_view challenge)
{
    const auto count = scram_attribute(challenge, 'i');
    if (!count || count->empty() || !std::all_of(count->begin(), count->end(), is_digit))
        return false;
    const auto number = scram_iterations(challenge);
    return !number || *number > kMaxIterations;
}

class GsaslClient : public SaslClient {
public:
    GsaslClient(const AuthMechanism& mechanism, const AuthSettings& settings, const SaslPlace& place,
                Gsasl_session* session)
        : mechanism_(mechanism), settings_(settings), service_(place.service), host_(place.host),
          session_(session)
    {
    }

    SaslAnswer first() override
    {
        if (mechanism_.client_first)
            return step({}, true);
        SaslAnswer answer;
        answer.proof_due = mechanism_.proves_server;
        return answer;
    }

    SaslAnswer next(std::string_view challenge) override
    {
        if (over_) { // libgsasl would start anew, or repeat the password
            if (!challenge.empty())
                return stop(AuthStop::unreadable, "the server asks for more though the login is complete",
                            challenge);
            SaslAnswer answer;
            answer.bytes.emplace();
            answer.shown = "nothing";
            return answer;
        }
        if (is_scram(mechanism_.name) && wants_too_many_iterations(challenge))
            return stop(AuthStop::too_many_iterations,
                        "the server wants the password hashed " +
                            scram_attribute(challenge, 'i').value_or("") + " times; more than " +
                            std::to_string(kMaxIterations) + " are refused here",
                        challenge);
        return step(challenge, false);
    }

private:
    SaslAnswer step(std::string_view challenge, bool initial)
    {
        const auto& library = *gsasl_library();
        char* bytes = nullptr;
        std::size_t size = 0;
        ++steps_;
        // libgsasl reads on to a NUL in some mechanisms, whatever length it is told.
        const std::string ended(challenge);
        const int code =
            library.step(session_.get(), initial ? nullptr : ended.c_str(), ended.size(), &bytes, &size);
        const std::unique_ptr<char, Free> owned(bytes);
        over_ = code != GSASL_NEEDS_MORE;
        if (code != GSASL_OK && code != GSASL_NEEDS_MORE)
            return failed(code, challenge);
        SaslAnswer answer;
        answer.bytes.emplace(owned ? std::string(owned.get(), size) : std::string());
        answer.shown = answer_words(*answer.bytes);
        answer.proof = proof_in(mechanism_.name, *answer.bytes);
        answer.challenge_shown = challenge_words(challenge);
        answer.proof_due = mechanism_.proves_server && !over_;
        return answer;
    }

    SaslAnswer failed(int code, std::string_view challenge)
    {
        const bool proof = mechanism_.proves_server && steps_ > 1;
        if (code == GSASL_AUTHENTICATION_ERROR && proof)
            return stop(AuthStop::wrong_proof, "the server did not prove that it knows the password",
                        challenge);
        if (code == GSASL_MECHANISM_PARSE_ERROR || code == GSASL_AUTHENTICATION_ERROR ||
            code == GSASL_MECHANISM_CALLED_TOO_MANY_TIMES)
            return stop(AuthStop::unreadable,
                        "the server's challenge is none of " + std::string(mechanism_.name), challenge);
        if (mechanism_.name == "GSSAPI" && steps_ > 1)
            return stop(AuthStop::unreadable, "the server's Kerberos token does not hold", challenge);
        if (mechanism_.name == "GSSAPI")
            return stop(AuthStop::own_side, kerberos_reason(service_, host_), challenge);
        return stop(AuthStop::own_side, std::string(mechanism_.name) + ": " + gsasl_library()->strerror(code),
                    challenge);
    }

    SaslAnswer stop(AuthStop why, std::string words, std::string_view challenge)
    {
        over_ = true;
        SaslAnswer answer;
        answer.stop = why;
        answer.why_not = std::move(words);
        answer.challenge_shown = challenge_words(challenge);
        return answer;
    }

    std::string answer_words(const std::string& bytes) const
    {
        const bool show = settings_.show_secrets;
        const auto name = mechanism_.name;
        if (bytes.empty())
            return name == "EXTERNAL" ? "nothing: as whom the connection shows us" : "nothing";
        if (name == "PLAIN")
            return plain_words(bytes, show);
        if (name == "LOGIN")
            return steps_ == 1 ? "user " + bytes : "password " + masked(bytes, show);
        if (name == "CRAM-MD5")
            return cram_md5_words(bytes, show);
        if (name == "DIGEST-MD5")
            return digest_md5_words(bytes, show);
        if (is_scram(name))
            return scram_words(bytes, show);
        if (name == "GSSAPI")
            return "a Kerberos token of " + std::to_string(bytes.size()) + " octets";
        return "as " + bytes;
    }

    std::string challenge_words(std::string_view challenge) const
    {
        if (mechanism_.name == "DIGEST-MD5")
            return digest_md5_words(challenge, true);
        if (is_scram(mechanism_.name))
            return scram_words(challenge, true);
        if (mechanism_.name == "GSSAPI" && !challenge.empty())
            return "a Kerberos token of " + std::to_string(challenge.size()) + " octets";
        return std::string(challenge);
    }

    const AuthMechanism& mechanism_;
    const AuthSettings& settings_;
    std::string service_;
    std::string host_;
    std::unique_ptr<Gsasl_session, Finish> session_;
    int steps_ = 0;
    bool over_ = false;
};

/// Only what there is: an authorization identity of no letters would be sent as one.
void set(Gsasl_session* session, Gsasl_property property, const std::string& value)
{
    if (!value.empty())
        gsasl_library()->property_set(session, property, value.c_str());
}

} // namespace

Expected<std::unique_ptr<SaslClient>, std::string>
make_gsasl_client(const AuthMechanism& mechanism, const AuthSettings& settings, SaslPlace place)
{
    const auto& library = gsasl_library();
    if (!library)
        return Unexpected<std::string>(library.error());
    const std::string name(mechanism.name);
    Gsasl_session* session = nullptr;
    if (library->start(library->context, name.c_str(), &session) != GSASL_OK)
        return Unexpected<std::string>("libgsasl does not speak " + name + " on this machine");
    library->callback_set(library->context, provide);
    // libgsasl hands the hook back as it is, and provide() reads it only.
    library->hook_set(session, const_cast<AuthSettings*>(&settings)); // NOLINT
    auto client = std::make_unique<GsaslClient>(mechanism, settings, place, session);
    set(session, GSASL_AUTHID, settings.user);
    set(session, GSASL_AUTHZID, settings.authorize_as);
    set(session, GSASL_PASSWORD, settings.password.reveal());
    set(session, GSASL_SERVICE, place.service);
    set(session, GSASL_HOSTNAME, place.host);
    set(session, GSASL_ANONYMOUS_TOKEN, settings.user.empty() ? "smtpprobe" : settings.user);
    if (mechanism.binds_channel) {
        if (!place.binding)
            return Unexpected<std::string>(name + " ties the login to TLS, and there is no TLS");
        const bool exported = place.binding->kind == "tls-exporter";
        set(session, exported ? GSASL_CB_TLS_EXPORTER : GSASL_CB_TLS_UNIQUE, to_base64(place.binding->bytes));
    }
    return client;
}

} // namespace smtpprobe

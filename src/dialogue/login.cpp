// SPDX-License-Identifier: Apache-2.0
// AUTH (RFC 4954): which mechanism, and its exchange. What is answered is the driver's.
#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "dialogue/dialogue.hpp"

namespace smtpprobe {
namespace {

// RFC 4954 section 4: a longer AUTH command goes without its initial response; no line of an exchange is
// longer than 12288 octets.
constexpr std::size_t kAuthCommand = 510;
constexpr std::size_t kAuthLine = 12286;
constexpr std::size_t kMaxChallenges = 16;

bool offers(const Capabilities& offered, std::string_view mechanism)
{
    const auto* auth = offered.find("AUTH");
    return auth != nullptr &&
           std::any_of(auth->parameters.begin(), auth->parameters.end(),
                       [&](const std::string& one) { return equal_ignoring_case(one, mechanism); });
}

/// RFC 4954 section 6: the mechanism is not for us, or too weak; another one may be.
bool is_about_mechanism(const Reply& reply) { return reply.code() == 504 || reply.code() == 534; }

} // namespace

/// False where there is nothing to log in for, or it is done.
bool Dialogue::log_in(Duration now)
{
    if (!plan_.auth || login_.done || over_after(Step::tls))
        return false;
    if (!plan_.auth->why_not.empty()) {
        transcript_.push_back({now, Skipped{Step::auth, SkipReason::not_asked, plan_.auth->why_not}});
        end_login(false, now);
        return true;
    }
    if (!verified_ && !plan_.auth->insecure) {
        skip(Step::auth, secured_ ? SkipReason::unverified : SkipReason::insecure, now);
        end_login(false, now);
        return true;
    }
    if (!begin_mechanism()) {
        skip(Step::auth, SkipReason::not_offered, now);
        end_login(false, now);
    }
    return true;
}

/// Asks for the first answer of the next mechanism on offer; false where there is none.
bool Dialogue::begin_mechanism()
{
    const auto& wanted = plan_.auth->mechanisms;
    while (login_.next < wanted.size()) {
        const auto& mechanism = wanted[login_.next++];
        if (!offers(capabilities_, mechanism) && !plan_.envelope.unoffered)
            continue;
        login_.mechanism = mechanism;
        login_.challenges = 0;
        login_.begun = login_.cancelled = login_.bare = login_.proof_due = false;
        login_.held.reset();
        respond(std::nullopt);
        return true;
    }
    return false;
}

void Dialogue::responded(Response response, Duration now)
{
    if (!waiting_ || !std::holds_alternative<Respond>(*waiting_) || !spend_call(now))
        return;
    waiting_.reset();
    if (!std::exchange(login_.begun, true))
        return begin_exchange(std::move(response), now);
    plan_.hidden.hide(response.proof);
    tell_challenge(response.challenge_shown);
    login_.proof_due = response.proof_due;
    if (!response.bytes)
        return cancel_login(response.stop.value_or(AuthStop::own_side), std::move(response.why_not));
    if (to_base64(*response.bytes).size() > kAuthLine)
        return cancel_login(AuthStop::own_side, "the answer is longer than a line of AUTH may be");
    answer(*response.bytes, std::move(response.shown));
}

/// The AUTH command, with the first answer where that may go with it.
void Dialogue::begin_exchange(Response response, Duration now)
{
    if (response.kept_back) {
        transcript_.push_back({now, Skipped{Step::auth, *response.kept_back, std::move(response.why_not)}});
        return end_login(false, now);
    }
    if (!response.bytes && !response.why_not.empty()) {
        login_.why_not = std::move(response.why_not);
        if (begin_mechanism())
            return;
        transcript_.push_back({now, Skipped{Step::auth, SkipReason::not_asked, login_.why_not}});
        return end_login(false, now);
    }
    plan_.hidden.hide(response.proof);
    login_.proof_due = response.proof_due;
    login_.with_first = false;
    std::string line = "AUTH " + login_.mechanism;
    std::string shown = line;
    if (response.bytes && plan_.auth->initial_response && !login_.bare) {
        // RFC 4954: an empty one is spelt "=", or it would be taken for none.
        const auto bytes = response.bytes->empty() ? "=" : to_base64(*response.bytes);
        if (line.size() + 1 + bytes.size() <= kAuthCommand) {
            shown += ' ' + (response.bytes->empty() ? "=" : std::string(kMask));
            line += ' ' + bytes;
            plan_.hidden.hide_base64(bytes);
            login_.with_first = true;
            response.bytes.reset();
        }
    }
    const bool held = response.bytes.has_value();
    auto decoded = held ? std::string() : response.shown;
    if (held)
        login_.held = std::move(response);
    if (auto command = Command::secret(line, shown))
        say(Step::auth, *std::move(command), std::move(decoded));
}

void Dialogue::answer(const std::string& bytes, std::string shown)
{
    const auto line = to_base64(bytes);
    plan_.hidden.hide_base64(line);
    if (auto command = Command::secret(line, line.empty() ? std::string_view() : kMask))
        say(Step::auth, *std::move(command), std::move(shown));
}

/// RFC 4954 section 4: a lone `*`.
void Dialogue::cancel_login(AuthStop stop, std::string why)
{
    login_.cancelled = true;
    if (auto command = Command::from_line("*"))
        say(Step::auth, *std::move(command), std::move(why), stop);
}

/// RFC 4954 section 4 lets a server refuse a first answer with the command; many want it behind it.
bool Dialogue::repeat_bare(const Reply& reply)
{
    if (reply.code() != 501 || !login_.with_first || login_.bare || login_.challenges > 0)
        return false;
    login_.bare = true;
    login_.begun = false;
    respond(std::nullopt);
    return true;
}

void Dialogue::logged_in(Duration now)
{
    if (!login_.proof_due)
        return end_login(true, now);
    // Whoever takes any password is not the server that knows ours: it gets no mail.
    login_.done = true;
    skip_rest(SkipReason::refused, now);
    say(Step::quit, Command::quit(), "the server did not prove that it knows the password",
        AuthStop::missing_proof);
}

void Dialogue::after_auth(const Reply& reply, Duration now)
{
    if (reply.code_class() != 3) {
        if (reply.code_class() == 2 && !login_.cancelled)
            return logged_in(now);
        if ((is_about_mechanism(reply) && begin_mechanism()) || repeat_bare(reply))
            return;
        return end_login(false, now);
    }
    if (login_.cancelled) // it does not take no for an answer
        return quit_skipping(SkipReason::refused, now);
    if (++login_.challenges > kMaxChallenges)
        return cancel_login(AuthStop::too_many,
                            "more than " + std::to_string(kMaxChallenges) + " challenges");
    const auto text = trimmed(reply.lines().front());
    auto challenge = from_base64(text);
    if (auto held = std::exchange(login_.held, std::nullopt)) {
        // Whatever the prompt is ("Username:", "ntlm supported"), the first answer is what it waits for.
        tell_challenge(challenge.value_or(std::string()));
        return answer(*held->bytes, std::move(held->shown));
    }
    if (reply.lines().size() > 1 || text.size() > kAuthLine)
        return cancel_login(AuthStop::too_long, "the challenge is longer than a line of AUTH may be");
    if (!challenge)
        return cancel_login(AuthStop::bad_base64, "the challenge is not Base64");
    respond(std::move(challenge));
}

/// What the challenge that was answered just now says, in words.
void Dialogue::tell_challenge(const std::string& words)
{
    for (auto event = transcript_.rbegin(); event != transcript_.rend(); ++event)
        if (auto* received = std::get_if<Received>(&event->what); received && received->step == Step::auth) {
            received->decoded = plan_.hidden.masked(words);
            return;
        }
}

void Dialogue::end_login(bool logged_in, Duration now)
{
    login_.done = true;
    if (!logged_in && plan_.auth->required)
        quit_skipping(SkipReason::refused, now);
    else
        go_on(now);
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
// How a Dialogue begins: greeting, EHLO, STARTTLS, and whom it speaks for (XCLIENT, XFORWARD).
#include <utility>

#include "base/ascii.hpp"
#include "dialogue/dialogue.hpp"
#include "smtp/xtext.hpp"

namespace smtpprobe {
namespace {

/// As many of them as fit into a line, and at least one; they are taken away.
std::string line_of(std::string_view verb, std::vector<std::string>& attributes)
{
    std::string line(verb);
    std::size_t taken = 0;
    for (; taken < attributes.size(); ++taken) {
        const auto next = ' ' + attribute_in_xtext(attributes[taken]);
        if (taken > 0 && line.size() + next.size() > kLongestCommand)
            break;
        line += next;
    }
    attributes.erase(attributes.begin(), attributes.begin() + static_cast<std::ptrdiff_t>(taken));
    return line;
}

std::string xclient_line(const std::vector<std::string>& attributes)
{
    std::string line = "XCLIENT";
    for (const auto& attribute : attributes)
        line += ' ' + attribute_in_xtext(attribute);
    return line;
}

} // namespace

void Dialogue::begin(Duration now)
{
    begun_ = true;
    if (over_after(Step::connect)) {
        skip_rest(SkipReason::quit_after, now);
        hang_up();
    } else if (plan_.tls == TlsMode::implicit) {
        encrypt();
    } else {
        listen(Step::greeting);
    }
}

void Dialogue::hello()
{
    if (plan_.protocol == Protocol::lmtp)
        say(Step::lhlo, Command::lhlo(helo_name()));
    else
        say(Step::ehlo, Command::ehlo(helo_name()));
}

void Dialogue::after_greeting(Duration now)
{
    const bool tls_was_all = plan_.tls == TlsMode::implicit && plan_.quit_after && over_after(Step::tls) &&
                             !over_after(Step::ehlo);
    if (over_after(Step::greeting) || tls_was_all)
        quit_skipping(SkipReason::quit_after, now);
    else
        hello();
}

void Dialogue::after_hello(Step step, const Reply& reply, Duration now)
{
    // RFC 5321 3.2: a server that does not know EHLO is tried with HELO. Inside TLS it did know it.
    if (step == Step::ehlo && reply.code_class() == 5 && !secured_)
        return say(Step::helo, Command::helo(helo_name()));
    if (reply.code_class() != 2)
        return quit_skipping(SkipReason::refused, now);
    capabilities_ = step == Step::helo ? Capabilities{} : parse_capabilities(reply);
    if (secured_ || std::exchange(tls_settled_, true) || over_after(Step::ehlo) || !start_tls(now))
        go_on(now);
}

/// True where something follows from it: STARTTLS, or the end.
bool Dialogue::start_tls(Duration now)
{
    const bool offered = capabilities_.has("STARTTLS") || plan_.starttls_unoffered;
    if (plan_.tls == TlsMode::none) {
        if (offered)
            skip(Step::starttls, SkipReason::not_asked, now);
        return false;
    }
    starttls_open_ = false;
    if (offered) {
        say(Step::starttls, Command::starttls());
        return true;
    }
    skip(Step::starttls, SkipReason::not_offered, now);
    if (plan_.tls != TlsMode::require)
        return false;
    quit_skipping(SkipReason::not_offered, now);
    return true;
}

void Dialogue::after_starttls(const Reply& reply, Duration now)
{
    if (reply.code_class() == 2)
        encrypt();
    else if (plan_.tls == TlsMode::require || reply.code_class() == 3)
        quit_skipping(SkipReason::refused, now);
    else
        go_on(now);
}

/// XCLIENT: the server answers with a greeting, and wants EHLO again (Postfix XCLIENT_README).
bool Dialogue::introduce(Duration now)
{
    if (!std::exchange(xclient_open_, false))
        return false;
    if (!capabilities_.has("XCLIENT") && !plan_.envelope.unoffered) {
        // Without it the answers would be about somebody else than was asked for.
        skip(Step::xclient, SkipReason::not_offered, now);
        quit_skipping(SkipReason::refused, now);
        return true;
    }
    // One command, whatever its length: a second one would begin the session anew.
    const auto line = Command::from_line(xclient_line(plan_.xclient));
    if (!line)
        return false;
    say(Step::xclient, *line);
    return true;
}

bool Dialogue::forward(Duration now)
{
    if (plan_.xforward.empty())
        return false;
    const bool first = std::exchange(xforward_open_, false);
    if (!capabilities_.has("XFORWARD") && !plan_.envelope.unoffered) {
        if (first)
            skip(Step::xforward, SkipReason::not_offered, now);
        return false;
    }
    const auto line = Command::from_line(line_of("XFORWARD", plan_.xforward));
    if (!line)
        return false;
    say(Step::xforward, *line);
    return true;
}

std::string Dialogue::helo_name() const
{
    if (!plan_.helo.empty())
        return plan_.helo;
    const auto here = local_.value_or(IpAddress());
    // Our end of a socket or a command has no address; whoever listens there is this machine, too.
    return '[' + (here == IpAddress() ? IpAddress::v4({127, 0, 0, 1}) : here).smtp_literal() + ']';
}

} // namespace smtpprobe

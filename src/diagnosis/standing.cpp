// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/standing.hpp"

#include <algorithm>

namespace smtpprobe {
namespace {

/// Causes that one trouble can show itself by: a server that is gone is a lookup that fails today and
/// was a delivery that expired yesterday.
enum class Kin : std::uint8_t {
    success,
    recipient,
    full,
    destination,
    message,
    sender,
    client,
    rule,
    pace,
    server,
    unknown
};

Kin kin_of(Cause cause)
{
    switch (cause) {
    case Cause::success: return Kin::success;
    case Cause::user_unknown:
    case Cause::filtered:
    case Cause::has_moved:
    case Cause::suspend: return Kin::recipient;
    case Cause::mailbox_full: return Kin::full;
    case Cause::host_unknown:
    case Cause::not_accept:
    case Cause::network:
    case Cause::expired: return Kin::destination;
    case Cause::message_too_big:
    case Cause::exceed_limit:
    case Cause::content_error:
    case Cause::not_compliant:
    case Cause::spam:
    case Cause::virus: return Kin::message;
    case Cause::rejected:
    case Cause::auth_failure: return Kin::sender;
    case Cause::blocked:
    case Cause::bad_reputation:
    case Cause::require_ptr: return Kin::client;
    case Cause::policy:
    case Cause::security:
    case Cause::no_relaying:
    case Cause::starttls_required: return Kin::rule;
    case Cause::rate_limited:
    case Cause::too_many:
    case Cause::greylisted: return Kin::pace;
    case Cause::system:
    case Cause::system_full:
    case Cause::mailer:
    case Cause::syntax: return Kin::server;
    case Cause::unknown: return Kin::unknown;
    }
    return Kin::unknown;
}

/// Why a probe that gets through proves nothing about this cause; empty where it does.
std::string_view out_of_sight(Kin kin)
{
    switch (kin) {
    case Kin::message: return "it was about the message, and a probe sends none";
    case Kin::sender: return "it was about the sender, and the probe used another one; say --from";
    case Kin::client: return "it was about the sending server, and the probe came from this machine";
    case Kin::unknown: return "the reason in the bounce is not known";
    case Kin::success:
    case Kin::recipient:
    case Kin::full:
    case Kin::destination:
    case Kin::rule:
    case Kin::pace:
    case Kin::server: return "";
    }
    return "";
}

bool accepts(const Report& report)
{
    return report.diagnosis.verdict == Verdict::accepts ||
           report.diagnosis.verdict == Verdict::accepts_with_problems;
}

} // namespace

Judgement judge_standing(const Explanation& then, const Report& now)
{
    const Kin kin = kin_of(then.kind);
    const auto& findings = now.diagnosis.findings;
    const auto same = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
        const Explanation* entry = find_explanation(finding.id);
        return finding.severity != Severity::note && entry != nullptr && kin != Kin::unknown &&
               kin_of(entry->kind) == kin;
    });
    if (same != findings.end())
        return {Standing::stands,
                "It still stands: the probe met the same kind of trouble (" + same->title + ")."};
    if (accepts(now)) {
        if (const auto why = out_of_sight(kin); !why.empty())
            return {Standing::untold,
                    "The way is open now. Whether the cause still stands a probe cannot tell: " +
                        std::string(why) + "."};
        return {Standing::gone,
                "It no longer stands: the server takes mail for this recipient now. Send the message again."};
    }
    if (now.diagnosis.verdict == Verdict::inconclusive)
        return {Standing::untold, "Whether it still stands could not be found out."};
    return {Standing::changed, "What the probe met is another trouble than the one in the bounce."};
}

} // namespace smtpprobe

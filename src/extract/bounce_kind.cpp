// SPDX-License-Identifier: Apache-2.0
#include "extract/bounce_kind.hpp"

#include <algorithm>
#include <span>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostLines = 80;

constexpr std::string_view kSenders[] = {"mailer-daemon",      "postmaster",          "mail delivery",
                                         "mail system",        "mailerdaemon",        "mail deliver",
                                         "mailadmin",          "mail administrator",  "mdaemon",
                                         "delivery subsystem", "system administrator"};

constexpr std::string_view kSubjects[] = {
    "undeliver",
    "delivery status",
    "returned mail",
    "failure notice",
    "delivery fail",
    "mail delivery",
    "not be delivered",
    "mail system error",
    "delivery notif",
    "not delivered",
    "delivery report",
    "non-deliver",
    "nondeliver",
    "non delivery",
    "delivery problem",
    "returning message",
    "could not send",
    "returned to sender",
    "delivery has failed",
    "message delayed",
    "delayed ",
    "failed mail",
    "mail failure",
    "cannot be delivered",
    "message status",
    "delivery error",
    "mail status",
    "delivery delay",
    "bounced",
    "mail could not",
    "message you sent blocked",
    "unzustellbar",
    "nicht zustellbar",
    "non remis",
    "message non distribu",
    "no se puede entregar",
    "impossibile recapitare",
    "recapito",
    "returned message",
    "failed to deliver",
    "email failure",
    "error mail",
    "mail error",
    "rejected",
    "not member article",
};

constexpr std::string_view kWords[] = {
    "not be delivered",
    "couldn't be delivered",
    "unable to deliver",
    "wasn't able to deliver",
    "undeliverable",
    "failed permanently",
    "permanent fatal errors",
    "delivery problems",
    "delivery errors",
    "did not reach",
    "delivery has failed",
    "error delivering",
    "was not delivered",
    "wasn't delivered",
    "cannot be delivered",
    "delivery failed",
    "error has occurred while attempting to deliver",
    "transcript of session",
    "was undeliverable",
    "cannot deliver",
    "could not deliver",
    "couldn't deliver",
    "has not been delivered",
    "delivery to the following",
    "is delayed",
    "rejected your message",
    "mail could not be",
    "failed to deliver",
    "delivery failure",
    "problem delivering",
    "returned to you",
    "non-delivered",
    "was rejected by",
    "trouble delivering",
    "could not be sent",
    "failed to send",
    "transient non-fatal",
    "not been delivered",
    "mailbox exceeds",
    "delivery attempt",
    "remote host said",
    "failure reasons",
    "diagnostic information for administrators",
    "diagnostic-code:",
    "final-recipient:",
    "not able to deliver",
    "unable to be delivered",
    "message was rejected",
    "mail was rejected",
    "not accepted",
    "not allowed to post",
    "members only",
    "account is disabled",
    "no valid recipients",
    "following addresses failed",
    "delivery unsuccessful",
    "not delivered to",
    "returned mail",
    "temporarily deferred",
    "not yet been delivered",
    "could not be completed",
};

bool has_one_of(std::string_view text, std::span<const std::string_view> phrases)
{
    return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) {
        return find_ignoring_case(text, phrase) != std::string_view::npos;
    });
}

std::string beginning_of(const std::vector<std::string>& lines)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(lines.size(), kMostLines); ++i) {
        text += trimmed(lines[i]);
        text += ' ';
    }
    return text;
}

bool is_auto_reply(const MessagePart& message)
{
    const std::string_view submitted = message.header("Auto-Submitted");
    if (starts_with_ignoring_case(submitted, "auto-replied") ||
        starts_with_ignoring_case(submitted, "auto-generated (vacation") ||
        !message.header("X-Autoreply").empty() || !message.header("X-Autorespond").empty() ||
        !message.header("X-Autoresponder").empty() ||
        find_ignoring_case(message.header("Precedence"), "auto_reply") != std::string_view::npos ||
        find_ignoring_case(message.header("X-Auto-Response-Suppress"), "all") != std::string_view::npos)
        return true;
    const std::string_view subject = message.header("Subject");
    for (const std::string_view beginning :
         {"auto:", "auto re:", "auto-reply", "autoreply", "automatic reply", "automatic response",
          "out of office", "out of the office", "vacation", "auto response", "autoresponse", "abwesen"})
        if (starts_with_ignoring_case(subject, beginning))
            return true;
    return find_ignoring_case(subject, "out of office") != std::string_view::npos;
}

bool has_recipient_field(const BounceView& view)
{
    return std::any_of(view.status_parts.begin(), view.status_parts.end(), [](const std::string& text) {
        return find_ignoring_case(text, "recipient:") != std::string_view::npos;
    });
}

/// How much speaks for a bounce. Any single sign stands in ordinary messages too.
int signs_of_bounce(const BounceView& view, bool words)
{
    const MessagePart& message = *view.root;
    const std::string_view return_path = trimmed(message.header("Return-Path"));
    int signs = words ? 2 : 0;
    if (has_one_of(message.header("From"), kSenders))
        ++signs;
    if (return_path == "<>" || find_ignoring_case(return_path, "mailer-daemon") != std::string_view::npos)
        ++signs;
    if (has_one_of(message.header("Subject"), kSubjects))
        signs += 2;
    if (view.has_returned)
        ++signs;
    if (message.type == "multipart/report")
        signs += 2;
    return signs;
}

} // namespace

BounceKind kind_of(const BounceView& view)
{
    const MessagePart& message = *view.root;
    if (has_part(message, "message/feedback-report"))
        return BounceKind::feedback_report;
    if (has_recipient_field(view) || !view.failed.empty())
        return BounceKind::bounce;
    if (has_part(message, "message/disposition-notification"))
        return BounceKind::none;
    const std::string beginning = beginning_of(view.report);
    if (beginning.find("\"complainedRecipients\"") != std::string::npos)
        return BounceKind::feedback_report;
    if (beginning.find("\"bouncedRecipients\"") != std::string::npos)
        return BounceKind::bounce;
    const bool words = has_one_of(beginning, kWords);
    // Text without any header: somebody pasted a report to have it explained.
    if (message.headers.empty())
        return words ? BounceKind::bounce : BounceKind::none;
    const int signs = signs_of_bounce(view, words);
    if (is_auto_reply(message) && signs < 5)
        return BounceKind::auto_reply;
    return signs >= 3 ? BounceKind::bounce : BounceKind::none;
}

} // namespace smtpprobe

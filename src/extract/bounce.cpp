// SPDX-License-Identifier: Apache-2.0
#include "extract/bounce.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "extract/bounce_kind.hpp"
#include "extract/bounce_view.hpp"
#include "extract/delivery_status.hpp"
#include "extract/exchange_ndr.hpp"
#include "extract/service_notice.hpp"
#include "extract/text_report.hpp"

namespace smtpprobe {
namespace {

constexpr int kMostForwards = 3;

/// Whatever else the report speaks of. The reply's code counts before a status.
bool refused_for_good(const Mention& mention)
{
    return mention.evidence.code != 0 ? mention.evidence.code / 100 == 5 : mention.status.starts_with('5');
}

std::vector<Mention> read_text(const BounceView& view, const TextReport& report)
{
    const MailAction action = report.tells_of_delay() ? MailAction::delayed : MailAction::failed;
    std::vector<Mention> mentions;
    for (const std::string& recipient : report.recipients()) {
        Mention mention;
        mention.recipient = recipient;
        mention.sender = view.sender;
        mention.action = action;
        settle(mention, report.about(recipient, true));
        if (mention.action == MailAction::delayed && refused_for_good(mention))
            mention.action = MailAction::failed;
        mentions.push_back(std::move(mention));
    }
    return mentions;
}

std::vector<Mention> read_recipients(const BounceView& view)
{
    std::vector<Mention> mentions = read_service_notice(view);
    if (!mentions.empty())
        return mentions;
    const TextReport report(view);
    mentions = read_delivery_status(view, report);
    if (mentions.empty())
        mentions = read_exchange_ndr(view);
    if (mentions.empty())
        mentions = read_text(view, report);
    return mentions;
}

Bounce read_at(const MessagePart& message, int depth);

/// A bounce that somebody sends on as an attachment.
Bounce read_forwarded(const MessagePart& part, int depth)
{
    for (const MessagePart& child : part.children) {
        Bounce inner =
            part.type == "message/rfc822" ? read_at(child, depth + 1) : read_forwarded(child, depth);
        if (inner.kind == BounceKind::bounce)
            return inner;
    }
    return {};
}

Bounce read_at(const MessagePart& message, int depth)
{
    const BounceView view = view_of(message);
    Bounce bounce;
    bounce.kind = kind_of(view);
    if (bounce.kind == BounceKind::bounce)
        bounce.mentions = read_recipients(view);
    if (bounce.kind == BounceKind::none && depth < kMostForwards)
        return read_forwarded(message, depth);
    return bounce;
}

} // namespace

Bounce read_bounce(const MessagePart& message) { return read_at(message, 0); }

} // namespace smtpprobe

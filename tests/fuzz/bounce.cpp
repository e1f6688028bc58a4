// SPDX-License-Identifier: Apache-2.0
// Any bytes are a message, and any message a bounce or none; what is read from it is bounded.
#include <cstdio>

#include "extract/bounce.hpp"
#include "mime/message_bounds.hpp"
#include "mime/read_message.hpp"
#include "property.hpp"

namespace {

using namespace smtpprobe;

std::size_t check_part(const MessagePart& part, int depth)
{
    require(depth <= kMostDepth + 1, "parts within parts end");
    require(part.headers.size() <= 2 * kMostHeaders, "the number of headers has bounds");
    // An unknown charset's byte may become three.
    require(part.text.size() <= 3 * kMostPartBytes, "a text has bounds");
    require(part.text.find('\0') == std::string::npos, "a text holds no NUL");
    std::size_t parts = 1;
    for (const MessagePart& child : part.children)
        parts += check_part(child, depth + 1);
    return parts;
}

void check_mention(const Mention& mention)
{
    require(mention.recipient.size() <= 8192, "a recipient has bounds");
    require(mention.status.empty() || EnhancedStatus::parse(mention.status), "a status is one");
    require(mention.action != MailAction::expanded || mention.evidence.code < 600, "a code is one");
    require(explain(mention.evidence).entry != nullptr, "what was said is explained");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto message = read_message(as_text(data, size));
    if (!message) {
        std::fprintf(stderr, "%s\n", message.error().c_str());
        require(false, "GMime is installed where this runs");
    }
    require(check_part(*message, 0) <= kMostParts + 1, "the number of parts has bounds");
    const Bounce bounce = read_bounce(*message);
    require(bounce.mentions.empty() || bounce.kind == BounceKind::bounce, "only bounces mention recipients");
    require(bounce.mentions.size() <= 1000, "the number of recipients has bounds");
    for (const Mention& mention : bounce.mentions)
        check_mention(mention);
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "mime/outgoing_message.hpp"

#include <utility>

#include "base/printable.hpp"
#include "mime/compose_message.hpp"
#include "mime/message_content.hpp"

namespace smtpprobe {
namespace {

class Prepared : public OutgoingMessage {
public:
    Prepared(std::shared_ptr<const MessageContent> content, MessageFacts facts)
        : content_(std::move(content)), facts_(std::move(facts))
    {
    }

    const MessageFacts& facts() const override { return facts_; }
    std::unique_ptr<MessageSource> open() const override
    {
        return std::make_unique<ContentSource>(content_, facts_);
    }

private:
    std::shared_ptr<const MessageContent> content_;
    MessageFacts facts_;
};

Expected<MessageContent, std::string> content_of(const MessageSettings& settings, const MessageMarks& marks)
{
    if (settings.file.empty())
        return compose_message(settings, marks);
    auto file = open_message_file(settings.file);
    if (!file)
        return Unexpected<std::string>("--message " + printable(settings.file, 200) + ": " + file.error());
    MessageContent content;
    content.file = std::move(*file);
    return content;
}

} // namespace

Expected<std::shared_ptr<const OutgoingMessage>, std::string> prepare_message(const MessageSettings& settings,
                                                                              const MessageMarks& marks)
{
    auto content = content_of(settings, marks);
    if (!content)
        return Unexpected<std::string>(content.error());
    auto facts = measure(*content);
    if (!facts)
        return Unexpected<std::string>("--message " + printable(settings.file, 200) + ": " + facts.error());
    if (settings.size && settings.file.empty()) {
        if (*settings.size < facts->octets)
            return Unexpected<std::string>("--size " + std::to_string(*settings.size) +
                                           " is less than the message has without filler; say " +
                                           std::to_string(facts->octets) + " or more");
        content->filler = *settings.size - facts->octets;
        // The shortest line is an empty one.
        content->filler += content->filler == 1 ? 1u : 0u;
        facts->octets += content->filler;
    }
    return std::make_shared<const Prepared>(std::make_shared<const MessageContent>(std::move(*content)),
                                            std::move(*facts));
}

} // namespace smtpprobe

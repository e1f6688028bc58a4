// SPDX-License-Identifier: Apache-2.0
// Whatever bytes come, and however they are cut, the reader gives the same well-formed replies.
#include <vector>

#include "property.hpp"
#include "smtp/limits.hpp"
#include "smtp/reply_reader.hpp"

namespace {

using namespace smtpprobe;

struct Reading {
    std::vector<HeardReply> replies;
    std::optional<Unreadable> end;
};

void take_all(ReplyReader& reader, Reading& reading)
{
    while (!reading.end) {
        auto next = reader.next();
        if (!next)
            break;
        if (auto* heard = std::get_if<HeardReply>(&*next))
            reading.replies.push_back(std::move(*heard));
        else
            reading.end = std::get<Unreadable>(*std::move(next));
    }
}

Reading read(std::string_view bytes, std::size_t piece)
{
    ReplyReader reader;
    Reading reading;
    for (; !bytes.empty() && !reading.end; bytes.remove_prefix(std::min(piece, bytes.size()))) {
        reader.feed(bytes.substr(0, piece));
        take_all(reader, reading);
    }
    require(reader.pending().size() <= kMaxEvidence, "what is pending is bounded");
    if (reading.end) {
        reader.feed("250 ok\r\n");
        const auto again = reader.next();
        require(again && std::holds_alternative<Unreadable>(*again), "unreadable is for ever");
        require(std::get<Unreadable>(*again) == *reading.end, "and the same for ever");
    }
    return reading;
}

void check(const HeardReply& heard)
{
    const auto& reply = heard.reply;
    require(Reply::make(reply.code(), reply.lines()) == reply, "a reply is well-formed");
    require(reply.lines().size() <= kMaxReplyLines && reply.text().size() <= 2 * kMaxReplyBytes,
            "a reply is bounded");
    for (std::size_t i = 1; i < heard.breaches.size(); ++i)
        require(heard.breaches[i - 1] < heard.breaches[i], "each breach once, in order");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto bytes = as_text(data, size);
    const auto whole = read(bytes, bytes.size() + 1);
    for (const auto& heard : whole.replies)
        check(heard);
    for (const std::size_t piece : {1u, 2u, 7u}) {
        const auto cut = read(bytes, piece);
        require(cut.end == whole.end, "cuts do not change how it ends");
        require(cut.replies.size() == whole.replies.size(), "cuts do not change how many replies");
        for (std::size_t i = 0; i < cut.replies.size(); ++i)
            require(cut.replies[i].reply == whole.replies[i].reply &&
                        cut.replies[i].breaches == whole.replies[i].breaches,
                    "cuts do not change a reply");
    }
    return 0;
}

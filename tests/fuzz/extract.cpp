// SPDX-License-Identifier: Apache-2.0
// Any bytes are read as replies, as a session and as a log: bounded Mentions come of it, on lines that exist,
// and never what a client sent in AUTH.
#include <algorithm>
#include <string>

#include "extract/log.hpp"
#include "extract/reading.hpp"
#include "extract/recognise.hpp"
#include "extract/session.hpp"
#include "property.hpp"

namespace {

using namespace smtpprobe;

constexpr std::string_view kSecret = "c2VjcmV0bWFya2Vy";

void check(const Mention& mention, std::size_t lines)
{
    require(mention.line >= 1 && mention.line <= lines, "a Mention stands on a line of the input");
    require(mention.text.size() <= kMaxLine + 1 && mention.evidence.words.size() <= kMaxLine + 1,
            "a Mention's text is bounded");
    require(mention.recipient.size() <= kMaxName && mention.sender.size() <= kMaxName &&
                mention.host.size() <= 2 * kMaxName + 2 && mention.client.size() <= 2 * kMaxName + 2,
            "names are bounded");
    require(mention.evidence.code == 0 || (mention.evidence.code >= 200 && mention.evidence.code <= 599),
            "a code is one of SMTP, or none");
}

bool tells(const Mention& mention, std::string_view secret)
{
    const std::string* const texts[] = {&mention.text,      &mention.evidence.words, &mention.sender,
                                        &mention.recipient, &mention.host,           &mention.status};
    return std::any_of(std::begin(texts), std::end(texts),
                       [&](const std::string* text) { return text->find(secret) != std::string::npos; });
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = as_text(data, size);
    recognise(text, true);
    recognise(text, false);
    is_one_reply(text);

    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    for (const Mention& mention : read_session(text))
        check(mention, lines);

    LogReader reader;
    for_each_line(text, [&](std::string_view line, std::size_t) {
        for (const Mention& mention : reader.read(line))
            check(mention, lines);
    });
    for (const Mention& mention : reader.end())
        check(mention, lines);

    if (text.find(kSecret) != std::string_view::npos)
        return 0;
    std::string session = "220 mx\nEHLO a\n250 AUTH\nAUTH PLAIN ";
    session += kSecret;
    session += '\n';
    session += text;
    for (const Mention& mention : read_session(session))
        require(!tells(mention, kSecret), "a secret of AUTH is kept");
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Prints explanations as JSON, one a line: of every entry's example, and of bytes that nobody expects.
#include <cstdio>
#include <string>

#include "render/explanation.hpp"

using namespace smtpprobe;

namespace {

void print(const Mention& mention)
{
    std::fputs(explanation_json(mention, explain(mention.evidence)).c_str(), stdout);
}

Mention mention_of(std::string_view text)
{
    Mention mention;
    mention.line = 1;
    mention.text = text;
    mention.evidence = ReplyEvidence::parse(text);
    return mention;
}

} // namespace

int main()
{
    for (const Explanation* entry : all_explanations())
        print(mention_of(entry->example));
    std::string bytes = "550 5.1.1 ";
    for (int c = 0; c < 256; ++c)
        bytes += static_cast<char>(c);
    Mention hostile = mention_of(bytes);
    hostile.recipient = hostile.sender = hostile.host = hostile.when = bytes;
    hostile.action = MailAction::failed;
    hostile.status = "5.1.1";
    print(hostile);
    print(mention_of(""));
}

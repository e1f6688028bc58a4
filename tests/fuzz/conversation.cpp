// SPDX-License-Identifier: Apache-2.0
// Any text is a conversation or gives an error of one printable line; matching ends.
#include "dialogue/conversation.hpp"
#include "base/printable.hpp"
#include "property.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtpprobe;
    const auto text = as_text(data, size);
    const auto conversation = parse_conversation(text);
    if (!conversation) {
        require(conversation.error().starts_with("line ") && conversation.error().size() < 200,
                "an error names its line and is short");
        require(is_free_of_control_bytes(conversation.error(), false), "an error is printable");
        return 0;
    }
    int last = 0;
    for (const auto& line : conversation->lines) {
        require(line.number > last, "lines are in order");
        last = line.number;
        if (line.kind == LineKind::client) {
            matches_client_line(line.text, text.substr(0, 4096));
            if (line.text.find('*') == std::string::npos)
                require(matches_client_line(line.text, line.text), "a line without stars matches itself");
        }
    }
    return 0;
}

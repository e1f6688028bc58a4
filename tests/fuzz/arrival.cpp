// SPDX-License-Identifier: Apache-2.0
// Whatever a mailbox holds: the header of a message and the answer of an IMAP server are read within bounds,
// and the lines of a message that is sent end where we end it.
#include <string>

#include "arrival/expected_place.hpp"
#include "arrival/imap_mailbox.hpp"
#include "extract/received_path.hpp"
#include "property.hpp"
#include "smtp/message_lines.hpp"

using namespace smtpprobe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto bytes = as_text(data, size);

    auto path = read_received_path(bytes);
    require(path.hops.size() <= kMostReceivedFields, "a bounded number of hops");
    measure_delays(path.hops, Instant());
    for (const auto& hop : path.hops)
        require(hop.from.size() + hop.by.size() + hop.with.size() + hop.id.size() <= 2048, "bounded texts");
    const auto id = message_id_of(bytes);
    require(id.empty() || (id.front() == '<' && id.back() == '>'), "a Message-ID has its brackets");

    require(uids_in(bytes).size() <= 1000, "a bounded number of messages");
    if (const auto quoted = imap_quoted(bytes))
        require(quoted->find('\n') == std::string::npos, "one line");
    if (const auto place = parse_expected_place(bytes))
        require(!place->maildir.empty() || !place->host.empty(), "a place is somewhere");

    MessageLines lines;
    DotStuffing stuffing;
    std::string out;
    std::string sent = "\r\n";
    const auto half = bytes.size() / 2;
    for (const auto part : {bytes.substr(0, half), bytes.substr(half)}) {
        lines.take(part, out);
        stuffing.take(out, sent);
        out.clear();
    }
    lines.finish(out);
    stuffing.take(out, sent);
    require(sent.ends_with("\r\n"), "whole lines");
    require(sent.find("\r\n.\r\n") == std::string::npos, "no end within the message");
    for (std::size_t at = 0; at < sent.size(); ++at)
        require(sent[at] != '\r' || sent[at + 1] == '\n', "no CR alone");
    for (std::size_t at = 1; at < sent.size(); ++at)
        require(sent[at] != '\n' || sent[at - 1] == '\r', "no LF alone");
    return 0;
}

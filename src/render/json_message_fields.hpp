// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "render/json_request_fields.hpp"
#include "smtpprobe/arrival.hpp"
#include "smtpprobe/message_facts.hpp"

// The fields of the message that was sent, and of its arrival; see json_fields.hpp.

namespace smtpprobe::json {

template <class Io> void fields(Io& io, Is<MessageFacts> auto& message)
{
    io.field("id", message.id);
    io.field("octets", message.octets);
    io.field("longest_line", message.longest_line);
    io.sparse("stray_carriage_returns", message.stray_carriage_returns);
    io.field("eight_bit", message.eight_bit);
    io.sparse("utf8_header", message.utf8_header);
    io.sparse("has_nul", message.has_nul);
    io.sparse("unsendable", message.unsendable);
}

template <class Io> void fields(Io& io, Is<ReceivedHop> auto& hop)
{
    io.field("from", hop.from);
    io.field("by", hop.by);
    io.sparse("with", hop.with);
    io.sparse("id", hop.id);
    io.field("at", hop.at);
    io.field("delay", hop.delay);
}

template <class Io> void fields(Io& io, Is<Arrival> auto& arrival)
{
    io.required("outcome", arrival.outcome);
    io.field("where", arrival.where);
    io.sparse("why", arrival.why);
    io.field("sent", arrival.sent);
    io.field("waited", arrival.waited);
    io.field("hops", arrival.hops);
    io.sparse("hops_left_out", arrival.hops_left_out);
}

} // namespace smtpprobe::json

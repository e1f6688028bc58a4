// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <type_traits>

#include "smtpprobe/settings.hpp"

// The fields of what was asked for beside the target; see json_fields.hpp. A Secret has none.

namespace smtpprobe::json {

template <class T, class Fact>
concept Is = std::same_as<std::remove_const_t<T>, Fact>;

template <class Io> void fields(Io& io, Is<AuthSettings> auto& auth)
{
    io.sparse("wanted", auth.wanted);
    io.sparse("mechanisms", auth.mechanisms);
    io.sparse("all", auth.all);
    io.sparse("insecure", auth.insecure);
    io.sparse("initial_response", auth.initial_response, true);
    io.sparse("show_secrets", auth.show_secrets);
    io.sparse("user", auth.user);
    io.sparse("authorize_as", auth.authorize_as);
    io.sparse("realm", auth.realm);
}

template <class Io> void fields(Io& io, Is<EnvelopeSettings> auto& envelope)
{
    io.sparse("pipelining", envelope.pipelining, true);
    io.sparse("unoffered", envelope.unoffered);
    io.field("size", envelope.size);
    io.sparse("body", envelope.body);
    io.sparse("smtputf8", envelope.smtputf8);
    io.sparse("notify", envelope.notify);
    io.sparse("ret", envelope.ret);
    io.sparse("envid", envelope.envid);
    io.sparse("orcpt", envelope.orcpt);
    io.sparse("require_tls", envelope.require_tls);
    io.field("mt_priority", envelope.mt_priority);
    io.sparse("deliver_by", envelope.deliver_by);
    io.field("hold_for", envelope.hold_for);
    io.sparse("hold_until", envelope.hold_until);
    io.field("auth", envelope.auth);
}

template <class Io> void fields(Io& io, Is<MessageSettings> auto& message)
{
    io.sparse("send", message.send);
    io.sparse("transfer", message.transfer);
    io.sparse("file", message.file);
    io.sparse("subject", message.subject);
    io.sparse("body", message.body);
    io.sparse("body_file", message.body_file);
    io.sparse("test_body", message.test_body);
    io.sparse("headers", message.headers);
    io.sparse("attachments", message.attachments);
    io.field("size", message.size);
    io.sparse("expect_in", message.expect_in);
    io.sparse("expect_insecure", message.expect_insecure);
    io.field("expect_timeout", message.expect_timeout);
}

template <class Io> void fields(Io& io, Is<Proxy> auto& proxy)
{
    io.required("kind", proxy.kind);
    io.required("host", proxy.host);
    io.field("address", proxy.address);
    io.required("port", proxy.port);
    io.sparse("user", proxy.user);
    io.sparse("resolves", proxy.resolves);
}

template <class Io> void fields(Io& io, Is<ProxyHeader> auto& header)
{
    io.required("version", header.version);
    io.sparse("local", header.local);
    io.field("source", header.source);
    io.sparse("source_port", header.source_port);
    io.field("destination", header.destination);
    io.sparse("destination_port", header.destination_port);
}

template <class Io> void fields(Io& io, Is<WaySettings> auto& way)
{
    io.sparse("interface", way.interface);
    io.field("proxy", way.proxy);
    io.field("proxy_header", way.proxy_header);
    io.sparse("xclient", way.xclient);
    io.sparse("xforward", way.xforward);
}

template <class Io> void fields(Io& io, Is<ExtraVerb> auto& verb)
{
    io.required("line", verb.line);
    io.required("after", verb.after);
}

} // namespace smtpprobe::json

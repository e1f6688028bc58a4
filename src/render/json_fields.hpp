// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <type_traits>
#include <variant>

#include "render/json_message_fields.hpp"
#include "render/json_request_fields.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe::json {

// The fields of every fact in the JSON report, once for both directions: the writer passes constant
// values, the reader others. `Io` has three ways to treat a field:
//   required   always written; reading fails where it is missing
//   field      always written; keeps its default where it is missing (an older report)
//   sparse     written only where it differs from its default
// `field_if` is `field` where the condition holds, else `sparse`.

/// How transcript events are told apart, in the order of Event::what.
inline constexpr std::string_view kEventNames[] = {"connected", "sent",    "received",
                                                   "secured",   "skipped", "broken"};
static_assert(std::size(kEventNames) == std::variant_size_v<decltype(Event::what)>);

template <class Io> void fields(Io& io, Is<Target> auto& target)
{
    io.required("text", target.text);
    io.required("kind", target.kind);
    io.field("name", target.name);
    io.field("shown_name", target.shown_name);
    io.sparse("mailbox", target.mailbox);
    io.field_if(target.kind == TargetKind::address, "address", target.address);
    io.field("port", target.port);
    io.field("protocol", target.protocol);
    io.field("tls", target.tls);
    io.sparse("path", target.path);
}

template <class Io> void fields(Io& io, Is<NameServer> auto& server)
{
    io.required("address", server.address);
    io.field("port", server.port);
}

template <class Io> void fields(Io& io, Is<ControlTarget> auto& control)
{
    io.field("host", control.host);
    io.field("address", control.address);
    io.field("port", control.port);
}

template <class Io> void fields(Io& io, Is<Settings> auto& settings)
{
    io.field("use_mx", settings.use_mx);
    io.field("families", settings.families);
    io.field("port", settings.port);
    io.field("source", settings.source);
    io.field("helo", settings.helo);
    io.field("from", settings.from);
    io.field("to", settings.to);
    io.field("tls", settings.tls);
    io.field("tls_name", settings.tls_name);
    io.field("ca_file", settings.ca_file);
    io.field("ca_path", settings.ca_path);
    io.sparse("tls_cert", settings.tls_cert);
    io.sparse("tls_key", settings.tls_key);
    io.field("connect_timeout", settings.connect_timeout);
    io.field("step_timeout", settings.step_timeout);
    io.field("deadline", settings.deadline);
    io.field("first", settings.first);
    io.field("quit_after", settings.quit_after);
    io.field("allow_loopback", settings.allow_loopback);
    io.field("name_servers", settings.name_servers);
    io.sparse("experiments", settings.experiments, true);
    io.sparse("controls", settings.controls, true);
    io.sparse("control_targets", settings.control_targets);
    io.sparse("trace", settings.trace);
    io.sparse("retry_greylist", settings.retry_greylist);
    io.field("block_lists", settings.block_lists);
    io.sparse("as", settings.as);
    io.sparse("addresses", settings.addresses);
    io.sparse("auth", settings.auth);
    io.sparse("envelope", settings.envelope);
    io.sparse("message", settings.message);
    io.sparse("way", settings.way);
    io.sparse("verbs", settings.verbs);
    io.sparse("checks", settings.checks);
    io.sparse("owns_server", settings.owns_server);
}

template <class Io> void fields(Io& io, Is<Record> auto& record)
{
    io.required("type", record.type);
    const auto type = record.type;
    const bool mx = type == RecordType::mx;
    const bool has_address = type == RecordType::a || type == RecordType::aaaa;
    const bool has_data = type == RecordType::txt || type == RecordType::tlsa || type == RecordType::ds ||
                          type == RecordType::dnskey || type == RecordType::rrsig;
    io.field("owner", record.owner);
    io.field("ttl", record.ttl);
    io.field_if(has_address, "address", record.address);
    io.field_if(mx, "preference", record.preference);
    io.field_if(!has_address && !has_data, "name", record.name);
    io.field_if(has_data, "data", record.data);
}

template <class Io> void fields(Io& io, Is<Lookup> auto& lookup)
{
    io.required("name", lookup.name);
    io.required("type", lookup.type);
    io.required("outcome", lookup.outcome);
    io.sparse("failure", lookup.failure);
    io.sparse("rcode", lookup.rcode);
    io.field("records", lookup.records);
    io.field("aliases", lookup.aliases);
    io.field("ttl", lookup.ttl);
    io.field("authenticated", lookup.authenticated);
    io.field("over_tcp", lookup.over_tcp);
    io.field("from_hosts_file", lookup.from_hosts_file);
    io.field("server", lookup.server);
    io.field("asked_at", lookup.asked_at);
    io.field("took", lookup.took);
    io.field("attempts", lookup.attempts);
    io.sparse("direct", lookup.direct);
    io.sparse("checking_disabled", lookup.checking_disabled);
    io.sparse("authoritative", lookup.authoritative);
    io.sparse("edns_refused", lookup.edns_refused);
    io.sparse("extended_error", lookup.extended_error, -1);
    io.sparse("extended_text", lookup.extended_text);
    io.sparse("referral", lookup.referral);
    io.sparse("signatures", lookup.signatures);
}

template <class Io> void fields(Io& io, Is<Endpoint> auto& endpoint)
{
    io.field("host", endpoint.host);
    io.required("address", endpoint.address);
    io.required("port", endpoint.port);
    io.field("protocol", endpoint.protocol);
    io.field("tls", endpoint.tls);
    io.field("preference", endpoint.preference);
    io.sparse("carrier", endpoint.carrier);
    io.sparse("path", endpoint.path);
}

template <class Io> void fields(Io& io, Is<MailHost> auto& host)
{
    io.required("name", host.name);
    io.field("preference", host.preference);
    io.field("addresses", host.addresses);
}

template <class Io> void fields(Io& io, Is<RouteNote> auto& note)
{
    io.required("kind", note.kind);
    io.field("host", note.host);
    io.field("detail", note.detail);
}

/// The route lies flat in the report: `route` itself is the list of endpoints.
template <class Io> void fields(Io& io, Is<Route> auto& route)
{
    io.field("route_kind", route.kind);
    io.field("route_domain", route.domain);
    io.field("mail_hosts", route.hosts);
    io.field("route", route.endpoints);
    io.field("route_notes", route.notes);
}

template <class Io> void fields(Io& io, Is<Certificate> auto& certificate)
{
    io.field("subject", certificate.subject);
    io.field("issuer", certificate.issuer);
    io.field("common_name", certificate.common_name);
    io.field("dns_names", certificate.dns_names);
    io.field("ip_addresses", certificate.ip_addresses);
    io.field("serial", certificate.serial);
    io.field("key_type", certificate.key_type);
    io.field("key_bits", certificate.key_bits);
    io.field("signature_algorithm", certificate.signature_algorithm);
    io.field("not_before", certificate.not_before);
    io.field("not_after", certificate.not_after);
    io.field("sha256", certificate.sha256);
    io.field("self_signed", certificate.self_signed);
}

template <class Io> void fields(Io& io, Is<TlsFacts> auto& tls)
{
    io.field("version", tls.version);
    io.field("cipher", tls.cipher);
    io.field("cipher_bits", tls.cipher_bits);
    io.field("group", tls.group);
    io.field("server_name", tls.server_name);
    io.field("chain_verdict", tls.chain_verdict);
    io.sparse("chain_detail", tls.chain_detail);
    io.field("name_verdict", tls.name_verdict);
    io.field("name_checked", tls.name_checked);
    io.field("date_verdict", tls.date_verdict);
    io.field("client_certificate_requested", tls.client_certificate_requested);
    io.sparse("client_certificate_sent", tls.client_certificate_sent);
    io.field("chain", tls.chain);
}

template <class Io> void fields(Io& io, Is<IcmpError> auto& icmp)
{
    io.required("from", icmp.from);
    io.required("type", icmp.type);
    io.required("code", icmp.code);
}

template <class Io> void fields(Io& io, Is<Fault> auto& fault)
{
    io.required("kind", fault.kind);
    io.sparse("detail", fault.detail);
    io.sparse("system_error", fault.system_error);
    io.sparse("tls_alert", fault.tls_alert, -1);
    io.field("icmp", fault.icmp);
}

template <class Io> void fields(Io& io, Is<Connected> auto& connected) { io.field("local", connected.local); }

template <class Io> void fields(Io& io, Is<Sent> auto& sent)
{
    io.required("step", sent.step);
    io.required("text", sent.text);
    io.sparse("decoded", sent.decoded);
    io.sparse("octets", sent.octets);
    io.field("stop", sent.stop);
}

template <class Io> void fields(Io& io, Is<Received> auto& received)
{
    io.required("step", received.step);
    io.reply(received.reply); // code, status, lines
    io.field("breaches", received.breaches);
    io.field("first_byte_at", received.first_byte_at);
    io.sparse("decoded", received.decoded);
}

/// The facts themselves stand in the session's `tls`.
template <class Io> void fields(Io& io, Is<Secured> auto& secured) { io.secured(secured.tls); }

template <class Io> void fields(Io& io, Is<Skipped> auto& skipped)
{
    io.required("step", skipped.step);
    io.required("because", skipped.because);
    io.sparse("why", skipped.why);
}

template <class Io> void fields(Io& io, Is<Broken> auto& broken)
{
    io.required("step", broken.step);
    io.required("fault", broken.fault);
    io.sparse("partial", broken.partial);
}

/// Without what follows from the transcript, and without it.
template <class Io> void fields(Io& io, Is<Session> auto& session)
{
    io.required("endpoint", session.endpoint);
    io.field("not_tried", session.not_tried);
    io.field("began", session.began);
    io.field("took", session.took);
}

template <class Io> void fields(Io& io, Is<Contact> auto& contact)
{
    io.field("host", contact.host);
    io.required("address", contact.address);
    io.required("port", contact.port);
    io.field("local", contact.local);
    io.field("connected_after", contact.connected_after);
    io.field("fault", contact.fault);
    io.sparse("greeting", contact.greeting);
}

template <class Io> void fields(Io& io, Is<Hop> auto& hop)
{
    io.required("ttl", hop.ttl);
    io.required("answer", hop.answer);
    io.field("from", hop.from);
    io.field("icmp", hop.icmp);
    io.field("took", hop.took);
}

template <class Io> void fields(Io& io, Is<Trace> auto& trace)
{
    io.required("address", trace.address);
    io.required("port", trace.port);
    io.field("hops", trace.hops);
}

template <class Io> void fields(Io& io, Is<PolicyNote> auto& note)
{
    io.required("flaw", note.flaw);
    io.field("domain", note.domain);
    io.sparse("detail", note.detail);
}

template <class Io> void fields(Io& io, Is<PolicyCheck> auto& check)
{
    io.required("domain", check.domain);
    io.field("sender", check.sender);
    io.field("address", check.address);
    io.required("result", check.result);
    io.field("record", check.record);
    io.sparse("matched", check.matched);
    io.sparse("explained", check.explained);
    io.field("notes", check.notes);
    io.field("lookups", check.lookups);
    io.field("voids", check.voids);
}

/// What came of an experiment stands under its kind.
inline constexpr std::string_view kExperimentNames[] = {"contact", "trace", "lookup", "session", "policy"};
static_assert(std::size(kExperimentNames) == std::variant_size_v<decltype(Experiment::what)>);

template <class Io> void fields(Io& io, Is<Experiment> auto& experiment)
{
    io.required("purpose", experiment.purpose);
    io.field("began", experiment.began);
    io.field("took", experiment.took);
    io.experiment(experiment.what);
}

template <class Io> void head_fields(Io& io, Is<Facts> auto& facts)
{
    io.field("smtpprobe", facts.version);
    io.field("started", facts.started);
    io.field("seconds", facts.took);
    io.required("target", facts.target);
}

template <class Io> void tail_fields(Io& io, Is<Facts> auto& facts)
{
    io.field("interrupted", facts.interrupted);
    io.field("settings", facts.settings);
    io.field("lookups", facts.lookups);
    fields(io, facts.route);
    io.field("sessions", facts.sessions);
    io.field("experiments", facts.experiments);
    io.sparse("own_addresses", facts.own_addresses);
    io.field("clock_synchronised", facts.clock_synchronised);
    io.field("message", facts.message);
    io.field("arrival", facts.arrival);
}

} // namespace smtpprobe::json

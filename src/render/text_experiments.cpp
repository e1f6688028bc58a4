// SPDX-License-Identifier: Apache-2.0
// What was tried beyond the route and its conversations, a line each.
#include <algorithm>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "render/endpoint_result.hpp"
#include "render/text_parts.hpp"
#include "render/words.hpp"
#include "smtp/odd_end.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kTimeWidth = 9;
constexpr std::size_t kWhyLimit = 300;

std::string place(const IpAddress& address, std::uint16_t port)
{
    Endpoint endpoint;
    endpoint.address = address;
    endpoint.port = port;
    return endpoint.text();
}

std::string family_of(const IcmpError& icmp)
{
    return icmp.from.family() == Family::ipv6 ? "ICMPv6" : "ICMP";
}

std::string fault_text(Step step, const Fault& fault)
{
    auto text = fault_words(step, fault.kind);
    if (fault.icmp)
        text += ", says " + fault.icmp->from.text() + " (" + family_of(*fault.icmp) + " type " +
                std::to_string(fault.icmp->type) + " code " + std::to_string(fault.icmp->code) + ')';
    return text;
}

/// What was done, and what came of it; raw.
struct Line {
    Purpose purpose;

    std::string operator()(const Contact& contact) const
    {
        const bool control = purpose == Purpose::control;
        auto text = std::string(control ? "control " : "the same host on ") +
                    (control && !contact.host.empty() ? contact.host + ' ' : std::string()) +
                    place(contact.address, contact.port) + ": ";
        if (contact.fault)
            return text + fault_text(Step::connect, *contact.fault) + " after " +
                   duration_text(contact.connected_after);
        text += "connected in " + duration_text(contact.connected_after);
        return contact.greeting.empty() ? text : text + ", says \"" + contact.greeting + '"';
    }

    std::string operator()(const Trace& trace) const
    {
        auto text = "traced to " + place(trace.address, trace.port) + ": ";
        if (trace.hops.empty())
            return text + "nothing was learnt";
        const auto& last = trace.hops.back();
        if (last.answer == HopAnswer::connected || last.answer == HopAnswer::refused)
            return text + "there after " + std::to_string(last.ttl) + (last.ttl == 1 ? " hop" : " hops");
        const auto heard = std::find_if(trace.hops.rbegin(), trace.hops.rend(),
                                        [](const Hop& hop) { return hop.answer != HopAnswer::silent; });
        if (heard == trace.hops.rend())
            return text + "no router answered";
        text += (heard->answer == HopAnswer::expired ? "last heard of at hop " : "turned away at hop ") +
                std::to_string(heard->ttl);
        return heard->from ? text + ", " + heard->from->text() : text;
    }

    std::string operator()(const Lookup& lookup) const
    {
        auto text =
            std::string(name(lookup.type)) + " of " + (lookup.name.empty() ? "the root" : lookup.name);
        if (lookup.direct)
            text += ", asked of its server " + lookup.server;
        else if (lookup.checking_disabled)
            text += ", without DNSSEC checks";
        else if (purpose == Purpose::over_tcp)
            text += " over TCP";
        return text + ": " + lookup_words(lookup);
    }

    std::string operator()(const Session& session) const
    {
        if (purpose == Purpose::each_mechanism)
            return login_words(session);
        if (purpose == Purpose::check_smuggling)
            return smuggling_words(session);
        return std::string(manner()) + session.endpoint.text() + ": " + summarise(session).words;
    }

    std::string operator()(const PolicyCheck& check) const
    {
        auto text = "SPF of " + check.domain;
        if (check.address != IpAddress())
            text += " for " + check.address.text() + ": " + std::string(name(check.result));
        else
            text += ": " + (check.record.empty() ? "no record" : '"' + check.record + '"');
        return check.matched.empty() ? text : text + ", by " + check.matched;
    }

private:
    /// Which mechanism, and what came of it.
    static std::string login_words(const Session& session)
    {
        std::string said = "AUTH";
        const Reply* answer = nullptr;
        std::string missing;
        for (const auto& event : session.transcript) {
            const auto* sent = std::get_if<Sent>(&event.what);
            if (sent != nullptr && sent->step == Step::auth && sent->text.starts_with("AUTH "))
                said = sent->text.substr(0, sent->text.find(' ', 5));
            const auto* received = std::get_if<Received>(&event.what);
            if (received != nullptr && received->step == Step::auth)
                answer = &received->reply;
            const auto* skipped = std::get_if<Skipped>(&event.what);
            if (skipped != nullptr && skipped->step == Step::auth)
                missing = printable(skipped->why, kWhyLimit);
        }
        said += " at " + session.endpoint.text() + ": ";
        if (answer == nullptr)
            return said + (missing.empty() ? summarise(session).words : missing);
        said += std::to_string(answer->code());
        return answer->status() ? said + ' ' + answer->status()->text() : said;
    }

    /// Which odd end, and what was answered from there on.
    std::string smuggling_words(const Session& session) const
    {
        std::string_view odd;
        std::string answers;
        for (const auto& event : session.transcript) {
            const auto* sent = std::get_if<Sent>(&event.what);
            if (sent != nullptr && sent->step == Step::message)
                for (const auto each : kOddEnds)
                    odd = sent->text == shown_ending(each) ? spelled(each) : odd;
            const auto* received = std::get_if<Received>(&event.what);
            if (received != nullptr && !odd.empty())
                answers += (answers.empty() ? "" : ", ") + std::to_string(received->reply.code());
        }
        if (answers.empty())
            return std::string(manner()) + session.endpoint.text() + ": " + summarise(session).words;
        return "a message with " + std::string(odd) + " in it, to " + session.endpoint.text() +
               ": answered by " + answers;
    }

    std::string_view manner() const
    {
        switch (purpose) {
        case Purpose::implicit_tls: return "TLS from the first byte with ";
        case Purpose::without_tls: return "plain SMTP with ";
        case Purpose::proxy_header: return "a PROXY header first, to ";
        case Purpose::small_segments: return "small packets only, with ";
        case Purpose::lhlo: return "LHLO to ";
        case Purpose::starttls_unoffered: return "STARTTLS though it is not offered, to ";
        case Purpose::postmaster: return "RCPT postmaster at ";
        case Purpose::check_relay: return "relaying asked of ";
        case Purpose::check_vrfy: return "VRFY and EXPN at ";
        case Purpose::check_catch_all: return "RCPT of nobody at ";
        case Purpose::check_postmaster: return "RCPT postmaster and abuse at ";
        case Purpose::check_null_sender: return "MAIL FROM:<> at ";
        case Purpose::check_smuggling: return "a strange end of a message, to ";
        case Purpose::check_starttls: return "without STARTTLS, ";
        case Purpose::check_size: return "SIZE above the limit, to ";
        case Purpose::control: return "asked where it sees us come from, ";
        default: return "once more, ";
        }
    }
};

/// The resolver knows the root, and denies what cannot exist.
bool is_as_it_should_be(const Experiment& experiment)
{
    const auto* lookup = std::get_if<Lookup>(&experiment.what);
    if (lookup == nullptr || experiment.purpose != Purpose::resolver_check)
        return false;
    return lookup->name.empty()
               ? lookup->outcome == LookupOutcome::found || lookup->outcome == LookupOutcome::no_records
               : lookup->outcome == LookupOutcome::no_such_domain;
}

/// Records that are looked up for every domain, or every sender, go into the full report only.
bool is_routine(const Facts& facts, const Experiment& experiment)
{
    if (facts.target.kind == TargetKind::self)
        return !std::holds_alternative<Session>(experiment.what);
    return !std::holds_alternative<Session>(experiment.what) &&
           (experiment.purpose == Purpose::domain_policy || experiment.purpose == Purpose::domain_dmarc ||
            experiment.purpose == Purpose::host_name || experiment.purpose == Purpose::host_address ||
            experiment.purpose == Purpose::control_lookup || is_as_it_should_be(experiment));
}

} // namespace

void print_experiments(Page& page, const Facts& facts, bool all)
{
    bool begun = false;
    std::size_t left_out = 0;
    for (const auto& experiment : facts.experiments) {
        if (!all && is_routine(facts, experiment)) {
            ++left_out;
            continue;
        }
        if (!begun) {
            page.gap();
            page.line(painted("Also tried", Tone::strong, page.colour()) + " (after, for)");
            begun = true;
        }
        const auto times = padded_left(duration_text(experiment.began), kTimeWidth) + ' ' +
                           padded_left(duration_text(experiment.took), kTimeWidth) + "  ";
        page.item(times, Tone::faint, printable(std::visit(Line{experiment.purpose}, experiment.what)));
    }
    if (begun && left_out > 0)
        page.item(std::string(2 * kTimeWidth + 3, ' '), Tone::faint,
                  "and " + std::to_string(left_out) + " routine " + (left_out == 1 ? "lookup" : "lookups") +
                      ": -v shows them");
}

} // namespace smtpprobe

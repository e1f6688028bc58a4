// SPDX-License-Identifier: Apache-2.0
#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "base/timestamp.hpp"
#include "render/text_parts.hpp"
#include "render/words.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kTimeWidth = 9;

/// Prints events one below the other: time, mark, text.
class Scroll {
public:
    explicit Scroll(Page& page) : page_(page) {}

    void at(Duration time) { time_ = duration_text(time); }
    /// `C:` and `S:` are the wire's own lines; `*` says what happened, `=>` what it means, `!!` what
    /// is wrong with it.
    void line(std::string_view mark, std::string_view text, Tone tone = Tone::plain)
    {
        page_.item(padded_left(time_, kTimeWidth) + "  " + padded(mark, 3), Tone::faint, printable(text),
                   tone);
        time_.clear();
    }

private:
    Page& page_;
    std::string time_;
};

void print_certificates(Scroll& scroll, const TlsFacts& tls)
{
    for (const auto& certificate : tls.chain) {
        scroll.line("*", "certificate " + certificate.subject);
        scroll.line("", "issued by " + certificate.issuer);
        scroll.line("", "from " + date_text(certificate.not_before) + " to " +
                            date_text(certificate.not_after) + ", " + certificate.key_type + ", " +
                            std::to_string(certificate.key_bits) + " bits, " +
                            certificate.signature_algorithm);
        if (!certificate.dns_names.empty())
            scroll.line("", "for " + joined(certificate.dns_names, ", "));
    }
}

class EventPrinter {
public:
    explicit EventPrinter(Scroll& scroll) : scroll_(scroll) {}

    void operator()(const Connected& connected)
    {
        const bool has_address = connected.local != IpAddress(); // a socket and a command have none
        scroll_.line("*", has_address ? "connected from " + connected.local.text() : "connected");
    }

    void operator()(const Sent& sent)
    {
        scroll_.line("C:", sent.text);
        decoded(sent.decoded, sent.stop ? Tone::caution : Tone::plain);
        gave_up_ = sent.stop.has_value();
    }

    void operator()(const Received& received)
    {
        const auto text = received.reply.text();
        for (const auto line : split(text, '\n'))
            scroll_.line("S:", line, received.reply.positive() ? Tone::plain : Tone::strong);
        decoded(received.decoded, Tone::plain);
        for (const auto breach : received.breaches)
            scroll_.line("!!", breach_words(breach), Tone::caution);
        // What answers our own `*` is no news.
        if (!received.reply.positive() && !gave_up_)
            scroll_.line("=>", explain(received.step, received.reply).entry->title, Tone::strong);
    }

    void operator()(const Secured& secured)
    {
        const auto& tls = secured.tls;
        auto line = tls.version + ", " + tls.cipher;
        if (!tls.group.empty())
            line += ", " + tls.group;
        scroll_.line("*", line);
        print_certificates(scroll_, tls);
        auto verdict = certificate_words(tls);
        if (!tls.name_checked.empty())
            verdict += "; checked for " + tls.name_checked;
        if (!tls.chain_detail.empty())
            verdict += "; OpenSSL: " + tls.chain_detail;
        scroll_.line(certificate_holds(tls) ? "*" : "!!", verdict,
                     certificate_holds(tls) ? Tone::plain : Tone::caution);
        if (tls.client_certificate_requested)
            scroll_.line("*", tls.client_certificate_sent
                                  ? "the server asked for a client certificate; yours was sent"
                                  : "the server asked for a client certificate; none was sent");
    }

    void operator()(const Skipped& skipped)
    {
        scroll_.line("*", std::string(step_words(skipped.step)) + " left out: " +
                              (skipped.why.empty() ? std::string(skip_words(skipped.because)) : skipped.why));
    }

    void operator()(const Broken& broken)
    {
        auto line = fault_words(broken.step, broken.fault.kind);
        if (!broken.fault.detail.empty())
            line += ": " + broken.fault.detail;
        if (broken.fault.tls_alert >= 0)
            line += " (TLS alert " + std::to_string(broken.fault.tls_alert) + ')';
        scroll_.line("!!", line, Tone::bad);
        if (!broken.partial.empty() && broken.fault.detail.find(broken.partial) == std::string::npos)
            scroll_.line("", "it had sent: " + broken.partial);
        scroll_.line("=>", explain(broken.step, broken.fault).entry->title, Tone::strong);
    }

private:
    /// What a line of AUTH says behind its Base64.
    void decoded(const std::string& words, Tone tone)
    {
        if (!words.empty())
            scroll_.line("", "= " + words, tone);
    }

    Scroll& scroll_;
    bool gave_up_ = false; ///< the line that was said last gave a login up
};

std::string origin_words(const Lookup& lookup)
{
    std::string words;
    if (lookup.from_hosts_file)
        words += ", from the hosts file";
    if (!lookup.server.empty())
        words += ", from " + lookup.server;
    if (lookup.over_tcp)
        words += " over TCP";
    if (lookup.authenticated)
        words += ", DNSSEC ok";
    return words;
}

void print_lookups(Page& page, const std::vector<Lookup>& lookups)
{
    if (lookups.empty())
        return;
    page.gap();
    page.line(painted("DNS", Tone::strong, page.colour()));
    Scroll scroll(page);
    for (const auto& lookup : lookups) {
        scroll.at(lookup.took);
        scroll.line("*", std::string(name(lookup.type)) + ' ' + lookup.name + ": " + lookup_words(lookup) +
                             origin_words(lookup));
        for (const auto& record : lookup.aliases)
            scroll.line("", record.owner + " is an alias of " + record.name);
        for (const auto& record : lookup.records) {
            const bool has_address = record.type == RecordType::a || record.type == RecordType::aaaa;
            const auto preference =
                record.type == RecordType::mx ? std::to_string(record.preference) + ' ' : "";
            scroll.line("", has_address ? record.address.text() : preference + record.name + record.data);
        }
    }
}

} // namespace

void print_transcripts(Page& page, const Facts& facts)
{
    print_lookups(page, facts.lookups);
    for (const auto& session : facts.sessions) {
        if (session.transcript.empty())
            continue;
        page.gap();
        page.item("", Tone::plain, session.endpoint.text(), Tone::strong);
        Scroll scroll(page);
        EventPrinter printer(scroll);
        for (const auto& event : session.transcript) {
            scroll.at(event.at);
            std::visit(printer, event.what);
        }
    }
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/checks.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

/// Nobody's, for good (RFC 2606), and takes no mail (null MX).
constexpr std::string_view kElsewhere = "example.org";

bool is_over(const Attempt& attempt)
{
    return attempt.main.session->not_tried != NotTried::tried ||
           attempt.main.state != EndpointState::unfinished || attempt.main.broken != nullptr;
}

bool same_host(const Endpoint& a, const Endpoint& b)
{
    return a.address == b.address || (!a.host.empty() && a.host == b.host);
}

std::string domain_of(std::string_view mailbox)
{
    const auto at = mailbox.rfind('@');
    return at == std::string_view::npos ? std::string() : to_lower(mailbox.substr(at + 1));
}

/// Is it that domain, or a host in it?
bool belongs_to(std::string_view name, std::string_view domain)
{
    return name == domain || (name.size() > domain.size() && name.ends_with(domain) &&
                              name[name.size() - domain.size() - 1] == '.');
}

/// Somebody whose mail the server has no business with: the user's own address where it is one.
std::string outsider(const Facts& facts, const SessionView& server)
{
    const auto own = domain_of(facts.settings.from.value_or(std::string()));
    const auto& host = server.session->endpoint.host;
    const auto domain = checked_domain(facts);
    const bool at_home = own.empty() || own.front() == '[' ||
                         (!domain.empty() && (belongs_to(own, domain) || belongs_to(domain, own))) ||
                         belongs_to(to_lower(host), own);
    return at_home ? "relay-test@" + std::string(kElsewhere) : *facts.settings.from;
}

/// What the server calls itself: the first word of its EHLO reply.
std::string name_of(const SessionView& server)
{
    if (!server.session->endpoint.host.empty())
        return to_lower(server.session->endpoint.host);
    const auto& line = server.hello->reply.lines().front();
    auto name = to_lower(line.substr(0, line.find(' ')));
    const bool plain =
        name.find('.') != std::string::npos && name.size() <= 253 &&
        std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
    return plain ? name : std::string();
}

} // namespace

Purpose purpose_of(Check check)
{
    switch (check) {
    case Check::relay: return Purpose::check_relay;
    case Check::vrfy: return Purpose::check_vrfy;
    case Check::catch_all: return Purpose::check_catch_all;
    case Check::postmaster: return Purpose::check_postmaster;
    case Check::null_sender: return Purpose::check_null_sender;
    case Check::smuggling: return Purpose::check_smuggling;
    case Check::starttls_enforced: return Purpose::check_starttls;
    case Check::size: return Purpose::check_size;
    }
    return {};
}

std::vector<SessionView> checked_servers(const Assessment& assessment)
{
    std::vector<SessionView> servers;
    if (!std::all_of(assessment.attempts.begin(), assessment.attempts.end(), is_over))
        return servers;
    for (const auto& attempt : assessment.attempts) {
        const auto& view = attempt.at_first();
        const bool known = std::any_of(servers.begin(), servers.end(), [&](const SessionView& other) {
            return same_host(other.session->endpoint, view.session->endpoint);
        });
        const bool answers = view.hello != nullptr && view.hello->reply.positive() && view.broken == nullptr;
        if (answers && !known && servers.size() < kMostCheckedHosts)
            servers.push_back(view);
    }
    return servers;
}

std::vector<const Session*> check_sessions(const Facts& facts, Check check, const Endpoint& endpoint)
{
    std::vector<const Session*> held;
    for (const auto& experiment : facts.experiments) {
        const auto* session = std::get_if<Session>(&experiment.what);
        if (experiment.purpose == purpose_of(check) && session != nullptr &&
            session->endpoint.address == endpoint.address && session->endpoint.port == endpoint.port &&
            session->endpoint.host == endpoint.host)
            held.push_back(session);
    }
    return held;
}

std::string checked_domain(const Facts& facts)
{
    if (!facts.target.mailbox.empty())
        return domain_of(facts.target.mailbox);
    if (!facts.route.domain.empty())
        return facts.route.domain;
    return facts.settings.to.empty() ? std::string() : domain_of(facts.settings.to.front());
}

std::string unlikely_name(const Facts& facts)
{
    // FNV-1a over what is different in every probe, and the same when it is judged again.
    std::uint64_t hash = 14695981039346656037U;
    const auto mix = [&hash](std::string_view bytes) {
        for (const char c : bytes)
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    };
    mix(std::to_string(facts.started.time_since_epoch().count()));
    mix(facts.target.text);
    static constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz0123456789";
    std::string text = "smtpprobe-";
    for (int i = 0; i < 10; ++i, hash /= kLetters.size())
        text += kLetters[hash % kLetters.size()];
    return text;
}

std::vector<RelayForm> relay_forms(const Facts& facts, const SessionView& server)
{
    const auto plain = outsider(facts, server);
    const auto at = plain.rfind('@');
    const auto user = plain.substr(0, at);
    const auto domain = plain.substr(at + 1);
    const auto literal = '[' + server.session->endpoint.address.smtp_literal() + ']';
    const auto host = name_of(server);
    const auto from_literal = "postmaster@" + literal;

    std::vector<RelayForm> forms{{"", {plain}}, {plain, {plain}}};
    if (!host.empty())
        forms.push_back({"postmaster@" + host, {plain}});
    forms.push_back({from_literal,
                     {plain, user + '%' + domain + '@' + literal, '"' + plain + '"',
                      '"' + user + '%' + domain + '"', plain + '@' + literal}});
    forms.push_back({from_literal,
                     {'"' + plain + "\"@" + literal, '@' + literal + ':' + plain, domain + '!' + user,
                      domain + '!' + user + '@' + literal}});
    if (!host.empty())
        forms.push_back({from_literal,
                         {user + '%' + domain + '@' + host, plain + '@' + host, '@' + host + ':' + plain,
                          domain + '!' + user + '@' + host}});
    return forms;
}

std::string own_recipient(const Facts& facts, const SessionView& server)
{
    if (!facts.settings.owns_server || !facts.settings.message.send)
        return {};
    for (const auto& recipient : server.recipients)
        if (recipient.answer != nullptr && recipient.answer->reply.code_class() == 2)
            return recipient.mailbox;
    return {};
}

const Received* message_answer(const Session& session)
{
    for (const auto& event : session.transcript)
        if (const auto* received = std::get_if<Received>(&event.what);
            received != nullptr && received->step == Step::message)
            return received;
    return nullptr;
}

bool offers_starttls(const SessionView& server)
{
    return server.before_tls && server.before_tls->has("STARTTLS");
}

std::uint64_t announced_size(const SessionView& server)
{
    const auto& offered = server.after_tls ? server.after_tls : server.before_tls;
    const auto* size = offered ? offered->find("SIZE") : nullptr;
    if (size == nullptr || size->parameters.empty())
        return 0;
    return parse_number<std::uint64_t>(size->parameters.front()).value_or(0);
}

std::vector<Exchange> exchanges(const Session& session)
{
    std::vector<Exchange> held;
    std::size_t next = 0; // the first that has no answer yet
    for (const auto& event : session.transcript) {
        if (const auto* sent = std::get_if<Sent>(&event.what)) {
            held.push_back({sent, nullptr});
        } else if (const auto* received = std::get_if<Received>(&event.what)) {
            if (next < held.size() && received->step == held[next].sent->step)
                held[next++].answer = received;
        }
    }
    return held;
}

bool says(const Sent& sent, std::string_view verb)
{
    return sent.text.size() >= verb.size() &&
           equal_ignoring_case(std::string_view(sent.text).substr(0, verb.size()), verb) &&
           (sent.text.size() == verb.size() || sent.text[verb.size()] == ' ');
}

TrySession session_of_check(Check check, const Endpoint& endpoint)
{
    TrySession session;
    session.endpoint = endpoint;
    session.quit_after = Step::rcpt;
    // Who is logged in may relay, and the rest is asked as strangers ask it.
    session.login = check == Check::size;
    return session;
}

} // namespace smtpprobe

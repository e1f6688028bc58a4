// SPDX-License-Identifier: Apache-2.0
// Whatever a server says: the dialogue ends, it is diagnosed and rendered, and no control byte of the
// server comes out.
//
// The input's first line is the plan, in words: `require lmtp from rcpt rcpt utf8 tls-fails mail` (a step is
// --quit-after), `login send send-by-bdat dsn unoffered one-by-one be-someone tell-of-someone verb more
// message-breaks`. The rest is what the server says. Byte 0x01 cuts it apart: what follows comes later.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "dialogue/dialogue.hpp"
#include "property.hpp"
#include "smtpprobe/render.hpp"
#include "smtpprobe/report.hpp"

namespace {

using namespace smtpprobe;

constexpr std::size_t kMaxRecipients = 8;
constexpr int kMaxActions = 2000;
constexpr int kMaxChunks = 5;

struct Input {
    Plan plan;
    bool tls_fails = false;
    bool message_breaks = false;
    std::string_view server;
};

void read_more(Input& input, std::string_view word)
{
    auto& plan = input.plan;
    if (word == "login")
        plan.auth = PlannedAuth{{"SCRAM-SHA-256", "PLAIN", "LOGIN"}, true, true, false, {}};
    else if (word == "send" || word == "send-by-bdat")
        plan.message.emplace().transfer = word == "send" ? Transfer::data : Transfer::bdat;
    else if (word == "odd-end")
        plan.message.emplace().odd_end = OddEnd::crlf_nul_dot_crlf;
    else if (word == "burl" && plan.verbs.size() < kMaxRecipients)
        plan.verbs.push_back({"BURL imap://x/;uid=1 LAST", Step::rcpt});
    else if (word == "dsn")
        plan.envelope.notify = "NEVER";
    else if (word == "unoffered")
        plan.envelope.unoffered = true;
    else if (word == "one-by-one")
        plan.envelope.pipelining = false;
    else if (word == "be-someone")
        plan.xclient = {"NAME=x.example", "ADDR=192.0.2.9"};
    else if (word == "tell-of-someone")
        plan.xforward = {"NAME=x.example"};
    else if (word == "more")
        plan.envelopes = {{"", {"other@example.com"}}};
    else if (word == "verb" && plan.verbs.size() < kMaxRecipients)
        plan.verbs.push_back({"SOML FROM:<>", plan.verbs.size() % 2 == 0 ? Step::ehlo : Step::rcpt});
    else if (word == "message-breaks")
        input.message_breaks = true;
}

Input read_input(std::string_view text)
{
    Input input;
    const auto end = std::min(text.find('\n'), text.size());
    for (const auto word : words_of(text.substr(0, std::min<std::size_t>(end, 200)))) {
        if (const auto mode = from_name<TlsMode>(word))
            input.plan.tls = *mode;
        else if (const auto step = from_name<Step>(word); step && word != "rcpt")
            input.plan.quit_after = step;
        else if (word == "lmtp")
            input.plan.protocol = Protocol::lmtp;
        else if (word == "from")
            input.plan.from = "sender@example.net";
        else if (word == "rcpt" && input.plan.to.size() < kMaxRecipients)
            input.plan.to.emplace_back("user@example.com");
        else if (word == "utf8")
            input.plan.to.emplace_back("j\xc3\xb6rg@example.com");
        else if (word == "tls-fails")
            input.tls_fails = true;
        else
            read_more(input, word);
    }
    if (!input.plan.to.empty() && !input.plan.from)
        input.plan.from = "";
    if (!input.plan.from)
        input.plan.envelopes.clear();
    input.plan.to.resize(std::min(input.plan.to.size(), kMaxRecipients));
    input.server = text.substr(std::min(end + 1, text.size()));
    return input;
}

class Server {
public:
    explicit Server(const Input& input) : input_(input), left_(input.server) {}

    Transcript converse()
    {
        Dialogue dialogue(input_.plan);
        dialogue.connected(IpAddress::v4({198, 51, 100, 7}), now_);
        int actions = 0;
        for (;; ++actions) {
            require(actions < kMaxActions, "the dialogue ends");
            now_ += std::chrono::milliseconds(1);
            const auto action = dialogue.next(now_);
            if (const auto* said = std::get_if<Say>(&action))
                check(*said);
            else if (const auto* listening = std::get_if<Listen>(&action))
                listen(dialogue, *listening);
            else if (std::holds_alternative<Encrypt>(action))
                encrypt(dialogue);
            else if (const auto* responding = std::get_if<Respond>(&action))
                respond(dialogue, *responding);
            else if (const auto* streaming = std::get_if<Stream>(&action))
                stream(dialogue, *streaming);
            else
                break;
        }
        require(dialogue.concluded(), "at its end a dialogue is concluded");
        require(dialogue.transcript().size() < 800, "a transcript is bounded");
        return dialogue.transcript();
    }

private:
    void check(const Say& said)
    {
        require(is_free_of_control_bytes(said.command.wire(), false), "a command is one line");
        require(secured_ || input_.plan.tls != TlsMode::require || said.step != Step::mail,
                "no envelope in the clear where TLS is required");
        reader_.command_sent();
    }

    void respond(Dialogue& dialogue, const Respond& responding)
    {
        Response response;
        if (responding.mechanism != "LOGIN" || responding.challenge)
            response.bytes = responding.challenge ? *responding.challenge : "first";
        response.challenge_shown = "said";
        dialogue.responded(std::move(response), now_);
    }

    void stream(Dialogue& dialogue, const Stream& streaming)
    {
        require(accepted_ > 0, "no message where nobody was accepted");
        require(streaming.limit > Duration(0), "every write has a limit");
        reader_.command_sent();
        if (input_.message_breaks)
            return dialogue.failed({FaultKind::reset, {}}, {}, now_);
        dialogue.streamed({10, ++chunks_ == kMaxChunks}, now_);
    }

    void listen(Dialogue& dialogue, const Listen& listening)
    {
        require(listening.limit > Duration(0), "every wait has a limit");
        reader_.challenge_may_come(listening.step == Step::auth);
        for (;;) {
            if (auto next = reader_.next()) {
                if (auto* heard = std::get_if<HeardReply>(&*next)) {
                    accepted_ += listening.step == Step::rcpt && heard->reply.code_class() == 2 ? 1 : 0;
                    return dialogue.heard(std::move(*heard), now_);
                }
                const auto& unreadable = std::get<Unreadable>(*next);
                return dialogue.failed({unreadable.kind, unreadable.why}, unreadable.bytes, now_);
            }
            if (left_.empty()) {
                now_ += listening.limit;
                return dialogue.failed({FaultKind::timed_out, {}}, reader_.pending(), now_);
            }
            const auto cut = std::min(left_.find('\x01'), left_.size());
            reader_.feed(left_.substr(0, cut));
            left_.remove_prefix(std::min(cut + 1, left_.size()));
        }
    }

    void encrypt(Dialogue& dialogue)
    {
        if (input_.tls_fails)
            return dialogue.failed({FaultKind::handshake, "alert \x1b[31m", 0, 40}, {}, now_);
        if (!reader_.empty())
            return dialogue.failed({FaultKind::injected, reader_.pending()}, {}, now_);
        secured_ = true;
        TlsFacts facts;
        facts.version = "TLSv1.3";
        facts.chain_detail = input_.server.substr(0, 64); // a certificate's texts are the server's, too
        dialogue.encrypted(std::move(facts), now_);
    }

    const Input& input_;
    std::string_view left_;
    ReplyReader reader_;
    Duration now_{};
    int accepted_ = 0;
    int chunks_ = 0;
    bool secured_ = false;
};

Facts facts_of(const Input& input, Transcript transcript)
{
    Facts facts;
    facts.target.text = facts.target.name = facts.target.shown_name = "example.com";
    facts.settings.to = input.plan.to;
    facts.settings.from = input.plan.from;
    facts.settings.tls = input.plan.tls;
    facts.settings.quit_after = input.plan.quit_after;
    Endpoint endpoint;
    endpoint.host = "mx.example.com";
    endpoint.address = IpAddress::v4({192, 0, 2, 1});
    endpoint.protocol = input.plan.protocol;
    endpoint.tls = input.plan.tls;
    facts.route.kind = RouteKind::mx;
    facts.route.domain = "example.com";
    facts.route.hosts = {{endpoint.host, 10, {endpoint.address}}};
    facts.route.endpoints = {endpoint};
    facts.sessions.push_back({endpoint, NotTried::tried, {}, {}, std::move(transcript)});
    return facts;
}

/// Nothing that printable() would have to escape: no control bytes, no text that turns its direction.
bool is_safe(std::string_view text)
{
    for (const auto line : split(text, '\n'))
        if (printable(line) != line)
            return false;
    return true;
}

/// Our own colours are the only escape sequences that may come out: ESC [ digits and semicolons m.
std::string without_colour(std::string_view text)
{
    std::string plain;
    while (!text.empty()) {
        const auto end = text.starts_with("\x1b[") ? text.find_first_not_of("0123456789;", 2) : 0;
        if (end != 0 && end != std::string_view::npos && text[end] == 'm') {
            text.remove_prefix(end + 1);
            continue;
        }
        plain += text.front();
        text.remove_prefix(1);
    }
    return plain;
}

void check_rendering(const Report& report)
{
    for (const auto& style : {TextStyle{80, false, 1}, TextStyle{24, false, 0}})
        require(is_safe(to_text(report, style)), "text is safe to print");
    require(is_safe(without_colour(to_text(report, {80, true, -1}))), "so it is with colours");
    const auto json = to_json(report);
    require(is_safe(json), "JSON is safe to print");
    const auto again = from_json(json);
    require(again.has_value(), "JSON that was written can be read");
    require(again->sessions == report.facts.sessions, "JSON keeps what was seen");
    require(diagnose(*again) == report.diagnosis, "a saved report is diagnosed as it was");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto input = read_input(as_text(data, size));
    auto facts = facts_of(input, Server(input).converse());
    auto diagnosis = diagnose(facts);
    require(!diagnosis.findings.empty(), "there is always a finding");
    require(is_safe(diagnosis.headline), "a headline is safe to print");
    for (const auto& finding : diagnosis.findings)
        require(is_safe(finding.seen) && is_safe(finding.means), "a finding is safe to print");
    check_rendering({std::move(facts), std::move(diagnosis)});
    return 0;
}

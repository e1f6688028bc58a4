// SPDX-License-Identifier: Apache-2.0
#include "player.hpp"

#include "base/printable.hpp"

namespace smtpprobe {
namespace {

constexpr Duration kRoundTrip = std::chrono::milliseconds(10);
constexpr int kEnoughActions = 10'000;

/// What a header says, or what is so when it says nothing.
template <class Enum> Enum header_value(const Conversation& script, std::string_view key, Enum otherwise)
{
    return from_name<Enum>(script.header(key)).value_or(otherwise);
}

bool is_server_line(const ConversationLine& line)
{
    return line.kind == LineKind::server || line.kind == LineKind::server_raw;
}

} // namespace

std::string Player::play(Dialogue& dialogue)
{
    if (const auto fault = script_.header("connect"); !fault.empty())
        fail(dialogue, from_name<FaultKind>(fault).value_or(FaultKind::local));
    else
        dialogue.connected(IpAddress::v4({198, 51, 100, 7}), now_);

    for (int i = 0; i < kEnoughActions && complaint_.empty(); ++i) {
        const auto action = dialogue.next(now_);
        if (const auto* said = std::get_if<Say>(&action))
            say(*said);
        else if (const auto* listening = std::get_if<Listen>(&action))
            listen(dialogue, *listening);
        else if (const auto* encrypting = std::get_if<Encrypt>(&action))
            encrypt(dialogue, *encrypting);
        else if (const auto* streaming = std::get_if<Stream>(&action))
            stream(dialogue, *streaming);
        else
            break;
    }
    if (complaint_.empty() && !dialogue.concluded())
        complain("the dialogue does not end");
    // A server closes behind its last reply; whether a script says so does not matter.
    if (!done() && line().kind == LineKind::close)
        ++at_;
    if (complaint_.empty() && !done())
        complain("the client hung up before this");
    return complaint_;
}

void Player::say(const Say& said) { send(said.command.wire()); }

void Player::send(std::string said)
{
    // What comes before a group was sent without being asked for.
    while (awaiting_ && !done() && (line().kind == LineKind::pause || is_server_line(line())))
        if (!feed())
            now_ += script_.lines[at_++].pause;
    if (awaiting_)
        reader_.command_sent();
    awaiting_ = false;
    outgoing_.push_back(std::move(said));
    while (take_command()) {
    }
}

/// The server reads a line, if it is its turn to.
bool Player::take_command()
{
    if (outgoing_.empty() || !complaint_.empty())
        return false;
    if (done()) {
        complain("the script is over, but the client said: " + printable(outgoing_.front()));
        return false;
    }
    if (line().kind == LineKind::close || line().kind == LineKind::reset)
        outgoing_.clear(); // nobody is there to hear it; the next Listen finds that out
    if (line().kind == LineKind::tls)
        complain("the client said: " + printable(outgoing_.front()));
    if (line().kind != LineKind::client || !complaint_.empty())
        return false;
    if (!matches_client_line(line().text, outgoing_.front()))
        complain("the client said: " + printable(outgoing_.front()));
    outgoing_.erase(outgoing_.begin());
    ++at_;
    return true;
}

void Player::stream(Dialogue& dialogue, const Stream& streaming)
{
    std::uint64_t octets = 0;
    for (const auto text : kMessage)
        octets += text.size() + 2;
    const bool chunk = streaming.step == Step::bdat;
    if (chunk)
        send(Command::bdat(octets, true).wire());
    for (const auto text : kMessage)
        send((!chunk && text.starts_with('.') ? "." : "") + std::string(text));
    if (!chunk)
        send(".");
    dialogue.streamed({octets, true}, now_);
}

void Player::listen(Dialogue& dialogue, const Listen& listening)
{
    const auto until = now_ + listening.limit;
    auto first_byte_at = now_;
    awaiting_ = true;
    for (;;) {
        if (auto next = reader_.next()) {
            if (auto* heard = std::get_if<HeardReply>(&*next)) {
                heard->first_byte_at = first_byte_at;
                return dialogue.heard(std::move(*heard), now_);
            }
            auto& unreadable = std::get<Unreadable>(*next);
            return dialogue.failed({unreadable.kind, unreadable.why}, unreadable.bytes, now_);
        }
        if (take_command())
            continue;
        if (!complaint_.empty())
            return;
        if (done())
            return complain("the script is over, but the client still waits for a reply");
        const bool nothing_yet = reader_.empty();
        if (feed()) {
            now_ += kRoundTrip;
            if (nothing_yet)
                first_byte_at = now_;
            continue;
        }
        const auto& event = script_.lines[at_++];
        switch (event.kind) {
        case LineKind::pause: now_ += event.pause; break;
        case LineKind::timeout: now_ = until; break;
        case LineKind::close: return fail(dialogue, FaultKind::closed);
        case LineKind::reset: return fail(dialogue, FaultKind::reset);
        case LineKind::server:
        case LineKind::server_raw:
        case LineKind::client:
        case LineKind::tls:
        case LineKind::alert:
            --at_;
            return complain("the client still waits for the reply to " + std::string(name(listening.step)));
        }
        if (now_ >= until)
            return fail(dialogue, FaultKind::timed_out);
    }
}

void Player::encrypt(Dialogue& dialogue, const Encrypt& encrypting)
{
    if (!reader_.empty())
        return fail(dialogue, FaultKind::injected, reader_.pending());
    if (done())
        return complain("the script is over, but the client wants a handshake");
    if (feed())
        return fail(dialogue, FaultKind::not_tls, reader_.pending());
    const auto& event = script_.lines[at_++];
    switch (event.kind) {
    case LineKind::tls:
        now_ += 2 * kRoundTrip;
        reader_.clear();
        return dialogue.encrypted(tls_facts(), now_);
    case LineKind::alert:
        now_ += kRoundTrip;
        return dialogue.failed({FaultKind::handshake, "tlsv1 alert", 0, event.alert}, {}, now_);
    case LineKind::timeout: now_ += encrypting.limit; return fail(dialogue, FaultKind::timed_out);
    case LineKind::close: return fail(dialogue, FaultKind::closed);
    case LineKind::reset: return fail(dialogue, FaultKind::reset);
    case LineKind::pause: now_ += event.pause; return; // asked again
    case LineKind::server:
    case LineKind::server_raw:
    case LineKind::client: --at_; return complain("the client wants a handshake");
    }
}

void Player::fail(Dialogue& dialogue, FaultKind kind, std::string detail)
{
    dialogue.failed({kind, std::move(detail)}, reader_.pending(), now_);
}

/// Server lines that follow one another come as one segment.
bool Player::feed()
{
    const auto begin = at_;
    std::string segment;
    for (; !done() && is_server_line(line()); ++at_)
        segment += line().text;
    reader_.feed(segment);
    return at_ != begin;
}

TlsFacts Player::tls_facts() const
{
    TlsFacts facts;
    facts.version = "TLSv1.3";
    facts.cipher = "TLS_AES_256_GCM_SHA384";
    facts.cipher_bits = 256;
    facts.group = "X25519";
    facts.server_name = facts.name_checked = "mx.example.com";
    facts.chain_verdict = header_value(script_, "tls-chain", ChainVerdict::trusted);
    facts.name_verdict = header_value(script_, "tls-name", NameVerdict::matches);
    facts.date_verdict = header_value(script_, "tls-dates", DateVerdict::valid);
    Certificate own;
    own.subject = "CN=mx.example.com";
    own.issuer = facts.chain_verdict == ChainVerdict::self_signed ? own.subject : "CN=Test CA";
    own.common_name = "mx.example.com";
    own.dns_names = {"mx.example.com"};
    own.key_type = "EC prime256v1";
    own.key_bits = 256;
    own.signature_algorithm = "ecdsa-with-SHA256";
    own.not_before = Instant(std::chrono::hours(24) * 365 * 50);
    own.not_after = Instant(std::chrono::hours(24) * 365 * 100);
    own.self_signed = facts.chain_verdict == ChainVerdict::self_signed;
    facts.chain.push_back(std::move(own));
    return facts;
}

void Player::complain(const std::string& what)
{
    if (!complaint_.empty())
        return;
    complaint_ = done() ? "at the end: " : "line " + std::to_string(line().number) + ": ";
    complaint_ += what;
}

} // namespace smtpprobe

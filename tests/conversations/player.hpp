// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialogue/conversation.hpp"
#include "dialogue/dialogue.hpp"

namespace smtpprobe {

/// The message of scripts, in lines.
inline constexpr std::string_view kMessage[] = {"Subject: a test", "", ".It begins with a dot"};

/// Plays the server's part of a conversation to a Dialogue, without a network: bytes pass a
/// ReplyReader as they would from a wire, time passes as the script says. The server reads the commands of
/// a group one after the other, so `C:` and `S:` lines may alternate though the client does not wait.
/// Header `send: data` or `send: bdat`: the client sends kMessage, whose lines are `C:` lines like others.
class Player {
public:
    explicit Player(const Conversation& conversation) : script_(conversation) {}

    /// Plays to the end. The error says where client and script part ways; empty when they do not.
    std::string play(Dialogue& dialogue);
    Duration now() const { return now_; }

private:
    void say(const Say& said);
    void send(std::string line);
    bool take_command();
    void stream(Dialogue& dialogue, const Stream& streaming);
    void listen(Dialogue& dialogue, const Listen& listening);
    void encrypt(Dialogue& dialogue, const Encrypt& encrypting);
    void fail(Dialogue& dialogue, FaultKind kind, std::string detail = {});
    bool feed();
    bool done() const { return at_ == script_.lines.size(); }
    const ConversationLine& line() const { return script_.lines[at_]; }
    TlsFacts tls_facts() const;
    void complain(const std::string& what);

    const Conversation& script_;
    ReplyReader reader_;
    std::vector<std::string> outgoing_; ///< lines that the server has not read yet
    bool awaiting_ = true;              ///< a reply: what is said next begins a group
    std::size_t at_ = 0;
    Duration now_ = std::chrono::milliseconds(10);
    std::string complaint_;
};

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "dialogue/conversation.hpp"
#include "dialogue/dialogue.hpp"

namespace smtpprobe {

/// Plays the server's part of a conversation to a Dialogue, without a network: bytes pass a
/// ReplyReader as they would from a wire, time passes as the script says.
class Player {
public:
    explicit Player(const Conversation& conversation) : script_(conversation) {}

    /// Plays to the end. The error says where client and script part ways; empty when they do not.
    std::string play(Dialogue& dialogue);
    Duration now() const { return now_; }

private:
    void say(const Say& said);
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
    std::size_t at_ = 0;
    Duration now_ = std::chrono::milliseconds(10);
    std::string complaint_;
};

} // namespace smtpprobe

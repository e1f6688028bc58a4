// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace smtpprobe {

/// A client that sends what it is told and shows what came, by blocking calls. Nothing that it waits
/// for takes longer than ten seconds; what came till then is the answer.
class RawClient {
public:
    RawClient(const std::string& address, std::uint16_t port);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view bytes);
    /// Sends the line and reads one reply, to the line that has no hyphen behind its code.
    std::string say(std::string_view line);
    std::string reply();
    /// All that comes until the server ends the connection.
    std::string rest();
    /// So many bytes, or fewer where the connection ended.
    std::string take(std::size_t count);

    /// Did the handshake succeed?
    bool start_tls();
    /// The last alert that the server sent, or -1.
    int alert() const { return alert_; }
    /// The names in the server's certificate's subject: its common name.
    std::string peer_name() const;
    /// Did the connection end by an RST?
    bool was_reset() const { return reset_; }

private:
    std::size_t read(char* into, std::size_t size);
    std::string line();

    int fd_ = -1;
    bool reset_ = false;
    int alert_ = -1;
    std::shared_ptr<ssl_ctx_st> context_;
    std::shared_ptr<ssl_st> ssl_;
};

} // namespace smtpprobe

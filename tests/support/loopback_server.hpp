// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

struct ssl_ctx_st;
struct ssl_st;

namespace smtpprobe {

/// The server's end of one connection, in a thread of its own. Everything blocks, ten seconds at
/// most; where the other side has gone, what follows does nothing.
class Peer {
public:
    explicit Peer(int descriptor) : descriptor_(descriptor) {}
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    void say(std::string_view bytes);
    /// The next line without its CRLF; empty at the end.
    std::string line();
    /// Whether the handshake went through.
    bool start_tls(const std::shared_ptr<ssl_ctx_st>& context);
    /// What has come, at least one byte: a ClientHello, say.
    std::string some();
    /// What comes within that time, perhaps nothing.
    std::string heard_within(std::chrono::milliseconds wait);
    /// Until the other side closes; what it still said.
    std::string rest();
    /// Waits that long at most. Has the other side closed?
    bool gone(std::chrono::milliseconds wait);
    void close();
    /// Closes with a RST.
    void reset();

    /// Did the other side end TLS by close_notify?
    bool was_shut() const;
    /// The most that TCP sends to the other side at once, as that side wants it.
    int segment() const;
    /// Has a RST come, as the answer to what was said last, say?
    bool was_reset() const;

private:
    std::size_t read(char* bytes, std::size_t size);

    int descriptor_;
    ssl_st* ssl_ = nullptr;
};

/// A listening socket on loopback that plays a script to the first connection.
class LoopbackServer {
public:
    explicit LoopbackServer(std::function<void(Peer&)> script, const std::string& address = "127.0.0.1");
    /// Waits for the script's end.
    ~LoopbackServer();
    std::uint16_t port() const { return port_; }
    /// Waits for the script's end, so that what it noted can be looked at.
    void join();

private:
    std::uint16_t port_ = 0; // before the descriptor: binding that fills it in
    int listener_;
    std::thread thread_;
};

/// A port of 127.0.0.1 where nobody listens, and nobody else will while this lives.
class ClosedPort {
public:
    ClosedPort();
    ~ClosedPort();
    std::uint16_t port() const { return port_; }

private:
    std::uint16_t port_ = 0;
    int descriptor_;
};

/// A port of 127.0.0.1 that answers no SYN: its queue is full.
class SilentPort {
public:
    SilentPort();
    ~SilentPort();
    std::uint16_t port() const { return port_; }

private:
    std::uint16_t port_ = 0;
    int listener_;
    int queued_;
};

} // namespace smtpprobe

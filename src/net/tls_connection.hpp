// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/channel_binding.hpp"
#include "net/trust_state.hpp"
#include "net/wire_bio.hpp"
#include "smtpprobe/fault.hpp"
#include "smtpprobe/tls_facts.hpp"

namespace smtpprobe {

/// What became of one attempt on a descriptor that does not block.
enum class TlsProgress { done, wants_read, wants_write, failed };

/// The client's side of TLS on a connected descriptor. Never waits: whoever drives it waits for what
/// it wants and calls again. What the server did wrong is kept for the connection's life, because
/// TLS 1.3 tells of a refused handshake only when something is read.
class TlsConnection {
public:
    /// `server_name` is sent as SNI unless it is empty. `show_certificate`: the one of `trust`, where the
    /// server asks for one.
    TlsConnection(Trust& trust, int descriptor, const std::string& server_name,
                  bool show_certificate = false);
    TlsConnection(const TlsConnection&) = delete;
    TlsConnection& operator=(const TlsConnection&) = delete;

    TlsProgress handshake();
    /// Appends to `into`, at most one TLS record.
    TlsProgress read(std::string& into);
    /// Takes off `bytes` what was written.
    TlsProgress write(std::string_view& bytes);
    /// Are there bytes that no event on the descriptor will tell of?
    bool pending() const;
    /// Sends close_notify, if that can be done without waiting.
    void shut();

    /// Of the last call that gave `failed`.
    const Fault& fault() const { return fault_; }

    /// After the handshake. `name` is what the certificate should be for: a host name or an address.
    TlsFacts facts(const std::string& name) const;
    /// What a login can be tied to: tls-exporter from TLS 1.3 on, tls-unique before, as RFC 9266 has it.
    std::optional<ChannelBinding> channel_binding() const;

    /// Has the handshakes of a context tell their TlsConnection what they see.
    static void observe(SSL_CTX* context);

private:
    void begin();
    TlsProgress progress(int result);
    Fault explain(int ssl_error) const;
    static void see(const SSL* ssl, int where, int value);
    static int answer_certificate_request(SSL* ssl, void* unused);

    Trust& trust_;
    Wire wire_;
    std::unique_ptr<SSL, Trust::State::Free<SSL_free>> ssl_;
    std::string server_name_;
    Fault fault_;
    int alert_ = -1; ///< that the server sent and that ended the connection
    bool established_ = false;
    bool broken_ = false;
    bool show_certificate_;
    bool client_certificate_requested_ = false;
};

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "net/tls_connection.hpp"

#include <array>
#include <new>
#include <utility>

#include <sys/socket.h>

#include <openssl/err.h>

#include "base/tls_alerts.hpp"
#include "net/judge.hpp"
#include "net/system_fault.hpp"

namespace smtpprobe {
namespace {

/// How much of a plaintext answer is kept as evidence.
constexpr std::size_t kPlaintextKept = 256;

bool begins_tls_record(std::string_view bytes)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if (!bytes.empty() && (byte(0) < 20 || byte(0) > 24)) // change_cipher_spec … heartbeat
        return false;
    return bytes.size() < 2 || byte(1) == 3;
}

std::string first_openssl_error()
{
    const unsigned long error = ERR_peek_error();
    if (error == 0)
        return "TLS failed";
    const char* reason = ERR_reason_error_string(error);
    return reason ? reason : "OpenSSL error " + std::to_string(ERR_GET_REASON(error));
}

Fault of_kind(FaultKind kind, std::string detail)
{
    Fault fault;
    fault.kind = kind;
    fault.detail = std::move(detail);
    return fault;
}

} // namespace

TlsConnection::TlsConnection(Trust& trust, int descriptor, const std::string& server_name,
                             bool show_certificate)
    : trust_(trust), ssl_(SSL_new(trust.state().context.get())), server_name_(server_name),
      show_certificate_(show_certificate)
{
    wire_.descriptor = descriptor;
    BIO* bio = ssl_ ? make_wire_bio(trust.state().wire_method.get(), wire_) : nullptr;
    if (!bio)
        throw std::bad_alloc();
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_app_data(ssl_.get(), this);
    // What SSL_set_tlsext_host_name does; that macro has a cast of C's.
    if (!server_name_.empty() && SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                                          server_name_.data()) != 1)
        server_name_.clear(); // too long for SNI
    ERR_clear_error();
}

void TlsConnection::observe(SSL_CTX* context)
{
    SSL_CTX_set_info_callback(context, &TlsConnection::see);
    SSL_CTX_set_cert_cb(context, &TlsConnection::answer_certificate_request, nullptr);
}

void TlsConnection::see(const SSL* ssl, int where, int value)
{
    if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT)
        return;
    const int level = value >> 8;
    const int alert = value & 0xff;
    // A warning ends nothing before TLS 1.3, which has no warnings but two.
    const bool ends =
        level == SSL3_AL_FATAL || (SSL_version(ssl) >= TLS1_3_VERSION && alert != SSL_AD_USER_CANCELLED);
    if (ends && alert != SSL_AD_CLOSE_NOTIFY)
        static_cast<TlsConnection*>(SSL_get_app_data(ssl))->alert_ = alert;
}

int TlsConnection::answer_certificate_request(SSL* ssl, void*)
{
    auto& self = *static_cast<TlsConnection*>(SSL_get_app_data(ssl));
    self.client_certificate_requested_ = true;
    if (self.show_certificate_)
        self.trust_.state().identity.use_for(ssl);
    return 1; // the handshake goes on, with an empty certificate where none was set
}

void TlsConnection::begin()
{
    ERR_clear_error(); // the queue is the thread's: other sessions' errors are in it
    wire_.may_read = Wire::kReadAtOnce;
}

TlsProgress TlsConnection::handshake()
{
    begin();
    const int result = SSL_connect(ssl_.get());
    established_ = result == 1;
    return progress(result);
}

TlsProgress TlsConnection::read(std::string& into)
{
    char buffer[16 * 1024];
    std::size_t size = 0;
    begin();
    const int result = SSL_read_ex(ssl_.get(), buffer, sizeof buffer, &size);
    if (result == 1)
        into.append(buffer, size);
    return progress(result);
}

TlsProgress TlsConnection::write(std::string_view& bytes)
{
    std::size_t written = 0;
    begin();
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
    if (result == 1)
        bytes.remove_prefix(written);
    return progress(result);
}

bool TlsConnection::pending() const { return SSL_has_pending(ssl_.get()) == 1; }

void TlsConnection::shut()
{
    if (!established_ || broken_)
        return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

TlsProgress TlsConnection::progress(int result)
{
    if (result == 1)
        return TlsProgress::done;
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ)
        return TlsProgress::wants_read;
    if (error == SSL_ERROR_WANT_WRITE)
        return TlsProgress::wants_write;
    broken_ = error != SSL_ERROR_ZERO_RETURN;
    fault_ = explain(error);
    ERR_clear_error();
    return TlsProgress::failed;
}

Fault TlsConnection::explain(int ssl_error) const
{
    if (alert_ >= 0) {
        const auto known = alert_name(alert_);
        Fault fault = of_kind(FaultKind::handshake, "the server sent the alert ");
        fault.detail +=
            known.empty() ? std::to_string(alert_) : std::string(known) + " (" + std::to_string(alert_) + ")";
        fault.tls_alert = alert_;
        return fault;
    }
    if (!established_ && !begins_tls_record(wire_.first_bytes)) {
        // OpenSSL has read a record's head; what follows it still lies in the socket.
        char more[kPlaintextKept];
        Fault fault = of_kind(FaultKind::not_tls, wire_.first_bytes);
        const auto size = ::recv(wire_.descriptor, more, sizeof more, MSG_DONTWAIT);
        if (size > 0)
            fault.detail.append(more, static_cast<std::size_t>(size));
        return fault;
    }
    if (wire_.error != 0)
        return system_fault(wire_.error);
    if (ssl_error == SSL_ERROR_ZERO_RETURN)
        return of_kind(FaultKind::closed, "the server ended TLS with close_notify");
    if (wire_.ended)
        return of_kind(FaultKind::closed, "the server ended the connection without close_notify");
    return of_kind(FaultKind::handshake, first_openssl_error());
}

TlsFacts TlsConnection::facts(const std::string& name) const
{
    TlsFacts facts = read_tls_facts(ssl_.get());
    facts.server_name = server_name_;
    facts.client_certificate_requested = client_certificate_requested_;
    // OpenSSL leaves it out where the server takes no signature that the key can make.
    int signature = 0;
    facts.client_certificate_sent =
        client_certificate_requested_ && SSL_get_signature_nid(ssl_.get(), &signature) == 1;
    judge(ssl_.get(), trust_.state(), name, facts);
    return facts;
}

std::optional<ChannelBinding> TlsConnection::channel_binding() const
{
    if (!established_)
        return std::nullopt;
    if (SSL_version(ssl_.get()) >= TLS1_3_VERSION) {
        constexpr std::string_view kLabel = "EXPORTER-Channel-Binding";
        std::array<unsigned char, 32> bytes{};
        if (SSL_export_keying_material(ssl_.get(), bytes.data(), bytes.size(), kLabel.data(), kLabel.size(),
                                       nullptr, 0, 1) != 1)
            return std::nullopt;
        return ChannelBinding{"tls-exporter", {bytes.begin(), bytes.end()}};
    }
    // The first Finished is the client's, since no session is resumed here.
    std::array<char, 64> bytes{};
    const auto size = SSL_get_finished(ssl_.get(), bytes.data(), bytes.size());
    if (size == 0 || size > bytes.size())
        return std::nullopt;
    return ChannelBinding{"tls-unique", {bytes.data(), size}};
}

} // namespace smtpprobe

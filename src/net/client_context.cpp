// SPDX-License-Identifier: Apache-2.0
#include "net/tls_connection.hpp"
#include "net/trust_state.hpp"

namespace smtpprobe {
namespace {

// Everything that the library still speaks, best first, so that old servers are reached and can be
// reported. Anonymous key exchange comes last: a server without a certificate is a finding, but one
// that has a certificate shall send it. PSK and SRP need a secret that we do not have. ARIA, Camellia
// and CCM are left out because no server has only those and Windows 2003 reads 64 suites at most.
constexpr const char* kCiphers = "ALL:!PSK:!SRP:!ARIA:!CAMELLIA:!AESCCM:+aNULL:@SECLEVEL=0";

/// The longest certificate message that is read. The longest honest chains take some 20 kB.
constexpr long kMaxChainBytes = 100L * 1024;

// The chain is judged after the handshake, with time, name and trust apart; verifying here as well
// would cost as much again.
int accept_any_chain(X509_STORE_CTX* chain, void*)
{
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
}

} // namespace

SSL_CTX* make_client_context()
{
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    if (!context)
        return nullptr;
    // These undo the system's policy (Debian: TLS 1.2, level 2): what is refused cannot be reported.
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, 0);
    if (SSL_CTX_set_cipher_list(context, kCiphers) != 1) {
        SSL_CTX_free(context);
        return nullptr;
    }
    SSL_CTX_set_options(context, SSL_OP_ALL | SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_TICKET |
                                     SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(context, kMaxChainBytes);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_cert_verify_callback(context, accept_any_chain, nullptr);
    TlsConnection::observe(context);
    return context;
}

} // namespace smtpprobe

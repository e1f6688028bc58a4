// SPDX-License-Identifier: Apache-2.0
#include "net/judge.hpp"

#include <ctime>
#include <memory>
#include <optional>
#include <string_view>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "smtpprobe/address.hpp"

namespace smtpprobe {
namespace {

/// RSA under 2048 bits, SHA-1 and the like (112 bits of security): what Debian's and OpenSSL 3.2's
/// own clients refuse. Level 1 would still let RSA of 1024 bits pass.
constexpr int kAuthLevel = 2;

using StoreContext = std::unique_ptr<X509_STORE_CTX, Trust::State::Free<X509_STORE_CTX_free>>;

/// A finished verification, or nothing where memory ran out.
StoreContext verify(STACK_OF(X509) * chain, const Trust::State& trust, unsigned long flags)
{
    StoreContext context(X509_STORE_CTX_new());
    X509* leaf = sk_X509_value(chain, 0);
    if (!context || X509_STORE_CTX_init(context.get(), trust.store.get(), leaf, chain) != 1)
        return nullptr;
    X509_STORE_CTX_set_default(context.get(), "ssl_server");
    X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_auth_level(rules, kAuthLevel);
    // An intermediate that the user names in --ca-file is trusted for itself.
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN | flags);
    X509_verify_cert(context.get());
    ERR_clear_error();
    return context;
}

bool is_about_time(int error)
{
    return error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID ||
           error == X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD ||
           error == X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD;
}

bool ends_at_a_stranger(int error)
{
    return error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT || error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
           error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
           error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
           error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

/// Does the certificate say where its issuer's certificate can be fetched? Public authorities must
/// say it (CA/Browser Forum, 7.1.2.7.7); those that people make for themselves hardly ever do.
bool names_its_issuers_place(X509* certificate)
{
    auto* places =
        static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr));
    bool found = false;
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(places); ++i)
        found |= OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(places, i)->method) == NID_ad_ca_issuers;
    AUTHORITY_INFO_ACCESS_free(places);
    return found;
}

ChainVerdict verdict_of(X509_STORE_CTX* context)
{
    switch (X509_STORE_CTX_get_error(context)) {
    case X509_V_OK: return ChainVerdict::trusted;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return ChainVerdict::self_signed;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        // Roots need not be sent, so a chain that ends below an unknown root looks like one with a
        // gap. Only a leaf alone whose authority is a public one must have an intermediate above it.
        return X509_STORE_CTX_get_error_depth(context) == 0 &&
                       names_its_issuers_place(X509_STORE_CTX_get0_cert(context))
                   ? ChainVerdict::incomplete
                   : ChainVerdict::unknown_issuer;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED: return ChainVerdict::unknown_issuer;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK: return ChainVerdict::weak;
    case X509_V_ERR_INVALID_PURPOSE:
        return X509_STORE_CTX_get_error_depth(context) == 0 ? ChainVerdict::wrong_purpose
                                                            : ChainVerdict::invalid;
    default: return ChainVerdict::invalid;
    }
}

std::string detail_of(X509_STORE_CTX* context)
{
    const int error = X509_STORE_CTX_get_error(context);
    if (error == X509_V_OK)
        return {};
    std::string detail = X509_verify_cert_error_string(error);
    if (X509* certificate = X509_STORE_CTX_get_current_cert(context)) {
        const Certificate read = read_certificate(certificate);
        const bool about_issuer = error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
                                  error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
                                  error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
        detail += ": " + (about_issuer ? read.issuer : read.subject);
    }
    return detail;
}

DateVerdict judge_dates(STACK_OF(X509) * chain)
{
    std::time_t now = std::time(nullptr);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        const X509* certificate = sk_X509_value(chain, i);
        if (X509_cmp_time(X509_get0_notAfter(certificate), &now) <= 0)
            return DateVerdict::expired;
        if (X509_cmp_time(X509_get0_notBefore(certificate), &now) > 0)
            return DateVerdict::not_yet_valid;
    }
    return DateVerdict::valid;
}

void judge_chain(STACK_OF(X509) * chain, Trust::State& trust, TlsFacts& facts)
{
    facts.date_verdict = judge_dates(chain);
    if (!trust.store_usable) {
        facts.chain_verdict = ChainVerdict::no_store;
        facts.chain_detail = "no trusted certificates were found on this machine";
        return;
    }
    auto context = verify(chain, trust, 0);
    if (context && ends_at_a_stranger(X509_STORE_CTX_get_error(context.get())) && trust.read_rest())
        context = verify(chain, trust, 0);
    if (context && X509_STORE_CTX_get_error(context.get()) == X509_V_OK)
        // A certificate that was sent and expired but that no client needs (a cross-signed root).
        facts.date_verdict = DateVerdict::valid;
    else if (context && is_about_time(X509_STORE_CTX_get_error(context.get())))
        context = verify(chain, trust, X509_V_FLAG_NO_CHECK_TIME);
    if (!context) {
        facts.chain_verdict = ChainVerdict::invalid;
        facts.chain_detail = "out of memory";
        return;
    }
    facts.chain_verdict = verdict_of(context.get());
    facts.chain_detail = detail_of(context.get());
}

NameVerdict judge_name(X509* leaf, const std::string& name)
{
    if (name.empty())
        return NameVerdict::not_checked;
    if (const auto address = IpAddress::parse(name)) {
        const std::size_t size = address->family() == Family::ipv4 ? 4 : 16;
        const bool matches = X509_check_ip(leaf, address->bytes().data(), size, 0) == 1;
        return matches ? NameVerdict::matches : NameVerdict::mismatch;
    }
    // RFC 9525 6.3: a wildcard is a whole label.
    constexpr unsigned int kRules = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    const auto check = [&](unsigned int flags) {
        return X509_check_host(leaf, name.data(), name.size(), kRules | flags, nullptr) == 1;
    };
    if (check(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        return NameVerdict::matches;
    // Without more flags the subject counts only where no DNS name stands in subjectAltName.
    return check(0) ? NameVerdict::common_name_only : NameVerdict::mismatch;
}

} // namespace

void judge(const SSL* ssl, Trust::State& trust, const std::string& name, TlsFacts& facts)
{
    STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
    facts.name_checked = name;
    if (sk_X509_num(chain) <= 0)
        return; // anonymous key exchange: there is nothing to judge
    judge_chain(chain, trust, facts);
    facts.name_verdict = judge_name(sk_X509_value(chain, 0), name);
    ERR_clear_error();
}

} // namespace smtpprobe

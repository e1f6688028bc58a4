// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "smtpprobe/time.hpp"
#include "unit/net/tls_fixture.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

Credential named_authority(const char* name)
{
    CertificateSpec spec;
    spec.common_name = name;
    spec.authority = true;
    return make_self_signed(spec);
}

Credential intermediate_of(const Credential& authority)
{
    CertificateSpec spec;
    spec.common_name = "Test Intermediate";
    spec.authority = true;
    return issue(authority, spec);
}

} // namespace

TEST_CASE("a sound certificate passes all three verdicts")
{
    const auto facts = facts_of_chain({issue(test_authority(), host_certificate())});
    CHECK(facts.chain_verdict == ChainVerdict::trusted);
    CHECK(facts.chain_detail.empty());
    CHECK(facts.name_verdict == NameVerdict::matches);
    CHECK(facts.name_checked == "mx.example.com");
    CHECK(facts.date_verdict == DateVerdict::valid);
}

TEST_CASE("a certificate is told as it was sent")
{
    CertificateSpec spec = host_certificate();
    spec.dns_names = {"mx.example.com", "*.example.org"};
    spec.ip_addresses = {"192.0.2.1", "2001:db8::1"};
    const auto facts = facts_of_chain({issue(test_authority(), spec), test_authority()});
    REQUIRE(facts.chain.size() == 2);
    const auto& leaf = facts.chain[0];
    CHECK(leaf.subject == "CN=mx.example.com");
    CHECK(leaf.issuer == "CN=Test Root");
    CHECK(leaf.common_name == "mx.example.com");
    CHECK(leaf.dns_names == std::vector<std::string>{"mx.example.com", "*.example.org"});
    CHECK(leaf.ip_addresses == std::vector<std::string>{"192.0.2.1", "2001:db8::1"});
    CHECK(leaf.serial.size() == 16);
    CHECK(leaf.key_type == "EC prime256v1");
    CHECK(leaf.key_bits == 256);
    CHECK(leaf.signature_algorithm == "ecdsa-with-SHA256");
    CHECK(leaf.sha256.size() == 64);
    CHECK_FALSE(leaf.self_signed);
    CHECK(leaf.not_after - leaf.not_before == 30 * 24h + 1h);
    const auto now = std::chrono::system_clock::now();
    CHECK(leaf.not_before < now);
    CHECK(leaf.not_after > now + 29 * 24h);
    CHECK(facts.chain[1].self_signed);
    CHECK(facts.chain[1].subject == "CN=Test Root");
}

TEST_CASE("keys and signatures have their names")
{
    struct Row {
        KeyKind key;
        const char* type;
        int bits;
        const char* signed_by_itself;
    };
    constexpr Row kRows[] = {{KeyKind::ec_p384, "EC secp384r1", 384, "ecdsa-with-SHA256"},
                             {KeyKind::rsa_2048, "RSA", 2048, "sha256WithRSAEncryption"},
                             {KeyKind::ed25519, "ED25519", 256, "ED25519"}};
    for (const auto& row : kRows) {
        CAPTURE(row.type);
        CertificateSpec spec = host_certificate();
        spec.key = row.key;
        const auto facts = facts_of_chain({make_self_signed(spec)});
        REQUIRE(facts.chain.size() == 1);
        CHECK(facts.chain[0].key_type == row.type);
        CHECK(facts.chain[0].key_bits == row.bits);
        CHECK(facts.chain[0].signature_algorithm == row.signed_by_itself);
        CHECK(facts.chain_verdict == ChainVerdict::self_signed);
    }
}

TEST_CASE("an expired certificate of a known authority is expired and nothing else")
{
    CertificateSpec spec = host_certificate();
    spec.valid_from = -48h;
    spec.valid_until = -24h;
    const auto facts = facts_of_chain({issue(test_authority(), spec)});
    CHECK(facts.date_verdict == DateVerdict::expired);
    CHECK(facts.chain_verdict == ChainVerdict::trusted);
    CHECK(facts.name_verdict == NameVerdict::matches);
}

TEST_CASE("a certificate that is not valid yet is that and nothing else")
{
    CertificateSpec spec = host_certificate();
    spec.valid_from = 24h;
    const auto facts = facts_of_chain({issue(test_authority(), spec)});
    CHECK(facts.date_verdict == DateVerdict::not_yet_valid);
    CHECK(facts.chain_verdict == ChainVerdict::trusted);
}

TEST_CASE("an expired intermediate makes the chain expired")
{
    CertificateSpec spec;
    spec.common_name = "Expired Intermediate";
    spec.authority = true;
    spec.valid_from = -48h;
    spec.valid_until = -24h;
    const auto intermediate = issue(test_authority(), spec);
    const auto facts = facts_of_chain({issue(intermediate, host_certificate()), intermediate});
    CHECK(facts.date_verdict == DateVerdict::expired);
    CHECK(facts.chain_verdict == ChainVerdict::trusted);
}

TEST_CASE("an expired certificate that was sent but that nobody needs is no fault")
{
    CertificateSpec spec;
    spec.common_name = "Old Cross-Signed Root";
    spec.authority = true;
    spec.valid_from = -48h;
    spec.valid_until = -24h;
    const auto needless = make_self_signed(spec);
    const auto facts = facts_of_chain({issue(test_authority(), host_certificate()), needless});
    CHECK(facts.date_verdict == DateVerdict::valid);
    CHECK(facts.chain_verdict == ChainVerdict::trusted);
    CHECK(facts.chain.size() == 2);
}

TEST_CASE("a certificate that signs itself is told from one of an unknown authority")
{
    const auto alone = facts_of_chain({make_self_signed(host_certificate())});
    CHECK(alone.chain_verdict == ChainVerdict::self_signed);
    CHECK(alone.chain[0].self_signed);
    CHECK(alone.name_verdict == NameVerdict::matches);

    const auto stranger = named_authority("Nobody's Root");
    const auto with_root = facts_of_chain({issue(stranger, host_certificate()), stranger});
    CHECK(with_root.chain_verdict == ChainVerdict::unknown_issuer);
    const auto without_root = facts_of_chain({issue(stranger, host_certificate())});
    CHECK(without_root.chain_verdict == ChainVerdict::unknown_issuer);
    CHECK(without_root.chain_detail == "unable to get local issuer certificate: CN=Nobody's Root");
}

TEST_CASE("an authority of the same name but another key is no known one")
{
    const auto impostor = named_authority("Test Root");
    const auto facts = facts_of_chain({issue(impostor, host_certificate())});
    CHECK(facts.chain_verdict != ChainVerdict::trusted);
}

TEST_CASE("an intermediate that was sent completes the chain")
{
    const auto intermediate = intermediate_of(test_authority());
    const auto facts = facts_of_chain({issue(intermediate, host_certificate()), intermediate});
    CHECK(facts.chain_verdict == ChainVerdict::trusted);
}

TEST_CASE("a public authority's certificate without its intermediate is incomplete")
{
    const auto intermediate = intermediate_of(test_authority());
    CertificateSpec spec = host_certificate();
    spec.issuer_url = "http://ca.example/intermediate.der";
    const auto facts = facts_of_chain({issue(intermediate, spec)});
    CHECK(facts.chain_verdict == ChainVerdict::incomplete);
    CHECK(facts.chain_detail == "unable to get local issuer certificate: CN=Test Intermediate");
}

TEST_CASE("an intermediate named in --ca-file is trusted for itself")
{
    const auto stranger = named_authority("Nobody's Root");
    const auto intermediate = intermediate_of(stranger);
    const std::string path = test_authority_file() + ".intermediate";
    save_certificates(path, {intermediate});
    Trust trust(path, "");
    const auto facts =
        facts_of_chain({issue(intermediate, host_certificate())}, ServerTls(), "mx.example.com", &trust);
    std::remove(path.c_str());
    CHECK(facts.chain_verdict == ChainVerdict::trusted);
}

TEST_CASE("keys and signatures that today's clients refuse are weak, and the session goes on")
{
    CertificateSpec small = host_certificate();
    small.key = KeyKind::rsa_1024;
    const auto of_small_key = facts_of_chain({issue(test_authority(), small)});
    CHECK(of_small_key.chain_verdict == ChainVerdict::weak);
    CHECK(of_small_key.chain[0].key_bits == 1024);

    CertificateSpec old = host_certificate();
    old.digest = "SHA1";
    const auto of_old_digest = facts_of_chain({issue(test_authority(), old)});
    CHECK(of_old_digest.chain_verdict == ChainVerdict::weak);
    CHECK(of_old_digest.chain[0].signature_algorithm == "ecdsa-with-SHA1");
}

TEST_CASE("a weak certificate that has expired too gets both verdicts")
{
    CertificateSpec spec = host_certificate();
    spec.key = KeyKind::rsa_1024;
    spec.valid_from = -48h;
    spec.valid_until = -24h;
    const auto facts = facts_of_chain({issue(test_authority(), spec)});
    CHECK(facts.chain_verdict == ChainVerdict::weak);
    CHECK(facts.date_verdict == DateVerdict::expired);
}

TEST_CASE("a certificate for clients is of the wrong purpose")
{
    CertificateSpec spec = host_certificate();
    spec.purpose = "clientAuth";
    CHECK(facts_of_chain({issue(test_authority(), spec)}).chain_verdict == ChainVerdict::wrong_purpose);
}

TEST_CASE("a certificate issued by one that may not issue any is invalid")
{
    CertificateSpec spec;
    spec.common_name = "No Authority";
    const auto no_authority = issue(test_authority(), spec);
    const auto facts = facts_of_chain({issue(no_authority, host_certificate()), no_authority});
    CHECK(facts.chain_verdict == ChainVerdict::invalid);
}

TEST_CASE("names are compared as RFC 9525 says")
{
    struct Row {
        std::vector<std::string> dns_names;
        std::string common_name;
        std::string name;
        NameVerdict verdict;
    };
    const std::string nul("\0", 1);
    const std::vector<Row> rows = {
        {{"mx.example.com"}, "", "mx.example.com", NameVerdict::matches},
        {{"MX.Example.COM"}, "", "mx.example.com", NameVerdict::matches},
        {{"other.example.com"}, "mx.example.com", "mx.example.com", NameVerdict::mismatch},
        {{"*.example.com"}, "", "mx.example.com", NameVerdict::matches},
        {{"*.example.com"}, "", "a.mx.example.com", NameVerdict::mismatch},
        {{"*.example.com"}, "", "example.com", NameVerdict::mismatch},
        {{"m*.example.com"}, "", "mx.example.com", NameVerdict::mismatch},
        {{}, "mx.example.com", "mx.example.com", NameVerdict::common_name_only},
        {{}, "other.example.com", "mx.example.com", NameVerdict::mismatch},
        {{}, "", "mx.example.com", NameVerdict::mismatch},
        {{"mx.example.com" + nul + ".evil.example"}, "", "mx.example.com", NameVerdict::mismatch},
        {{}, "mx.example.com" + nul + ".evil.example", "mx.example.com", NameVerdict::mismatch},
        {{"mx.example.com"}, "", "", NameVerdict::not_checked},
        {{"192.0.2.1"}, "192.0.2.1", "192.0.2.1", NameVerdict::mismatch}, // a DNS name is no address
    };
    for (const auto& row : rows) {
        CAPTURE(row.dns_names, row.common_name, row.name);
        CertificateSpec spec;
        spec.common_name = row.common_name;
        spec.dns_names = row.dns_names;
        const auto facts = facts_of_chain({issue(test_authority(), spec)}, ServerTls(), row.name);
        CHECK(facts.name_verdict == row.verdict);
        CHECK(facts.chain_verdict == ChainVerdict::trusted);
    }
}

TEST_CASE("an address is looked for among the certificate's addresses")
{
    CertificateSpec spec = host_certificate();
    spec.ip_addresses = {"192.0.2.1", "2001:db8::1"};
    const auto leaf = issue(test_authority(), spec);
    CHECK(facts_of_chain({leaf}, ServerTls(), "192.0.2.1").name_verdict == NameVerdict::matches);
    CHECK(facts_of_chain({leaf}, ServerTls(), "2001:db8::1").name_verdict == NameVerdict::matches);
    CHECK(facts_of_chain({leaf}, ServerTls(), "192.0.2.2").name_verdict == NameVerdict::mismatch);
}

TEST_CASE("a NUL within a name is kept, and ends nothing early")
{
    const std::string sly("mx.example.com\0.evil.example", 28);
    CertificateSpec spec;
    spec.common_name = sly;
    spec.dns_names = {sly};
    const auto facts = facts_of_chain({issue(test_authority(), spec)});
    CHECK(facts.chain[0].common_name == sly);
    CHECK(facts.chain[0].dns_names == std::vector<std::string>{sly});
    CHECK(facts.chain[0].subject.find('\0') == std::string::npos);
    CHECK(facts.chain[0].subject == "CN=mx.example.com\\00.evil.example");
}

// SPDX-License-Identifier: Apache-2.0
// Signatures and keys, read from the hex that the dns layer gives.
#include "diagnosis/dnssec.hpp"

#include <catch2/catch.hpp>

#include "dns_facts.hpp"

using namespace smtpprobe;

TEST_CASE("A signature's dates, key and zone are read")
{
    const auto signature = read_signature(test::signature_hex(15, 1000, 2000, 4711));
    REQUIRE(signature);
    CHECK(signature->covered == 15);
    CHECK(signature->algorithm == 13);
    CHECK(signature->inception == 1000);
    CHECK(signature->expiration == 2000);
    CHECK(signature->key_tag == 4711);
    CHECK(signature->signer == "example.com");
}

TEST_CASE("A signature that ends too early is none")
{
    const auto whole = test::signature_hex(15, 1000, 2000);
    const auto needed = whole.size() - 6; // what follows the signer's name
    for (std::size_t size = 0; size < needed; ++size) {
        INFO(size);
        CHECK_FALSE(read_signature(whole.substr(0, size)));
    }
    CHECK(read_signature(whole.substr(0, needed)));
    CHECK_FALSE(read_signature("000f0d02" + std::string(2000, 'f'))); // a name without end
}

TEST_CASE("The tag of a key is that of RFC 4034")
{
    // Section 5.4: dskey.example.com, key id = 60485.
    CHECK(key_tag("0100030501039e8a247418e318903b215a848acfd5f37f026bd4062db26c774c690968d5d56df8bf"
                  "da91e6f36d9a279888f41333357c5e6029990d10fdf5663062a512763326980a615ddbf17a05ddfc"
                  "ce7e5fb3abcca05a31b0957452d4521e83870789063115bf97f6c308ccf57cdc9ce7fe10f6ed1bd0"
                  "cc0660038c50dcdb0feb963c2f17") == 60485);
    CHECK(key_tag("") == 0);
    CHECK(key_tag("0101030d") == 0x0101 + 0x030d);
    // A carry out of 16 bits is added once (appendix B).
    CHECK(key_tag("ffff0002") == 2);
}

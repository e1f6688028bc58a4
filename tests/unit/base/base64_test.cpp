// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;

TEST_CASE("Base64 is written as the test vectors of RFC 4648 section 10 have it")
{
    CHECK(to_base64("") == "");
    CHECK(to_base64("f") == "Zg==");
    CHECK(to_base64("fo") == "Zm8=");
    CHECK(to_base64("foo") == "Zm9v");
    CHECK(to_base64("foob") == "Zm9vYg==");
    CHECK(to_base64("fooba") == "Zm9vYmE=");
    CHECK(to_base64("foobar") == "Zm9vYmFy");
}

TEST_CASE("Base64 is read as the test vectors of RFC 4648 section 10 have it")
{
    CHECK(from_base64("") == "");
    CHECK(from_base64("Zg==") == "f");
    CHECK(from_base64("Zm8=") == "fo");
    CHECK(from_base64("Zm9v") == "foo");
    CHECK(from_base64("Zm9vYg==") == "foob");
    CHECK(from_base64("Zm9vYmE=") == "fooba");
    CHECK(from_base64("Zm9vYmFy") == "foobar");
}

TEST_CASE("All bytes come back out of Base64")
{
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all += static_cast<char>(i);
        CAPTURE(i);
        CHECK(from_base64(to_base64(all)) == all);
    }
}

TEST_CASE("What is not Base64 is not read as such")
{
    for (const auto* text : {"Z", "Zg", "Zg=", "Zm9", "=", "====", "Z===", "Zg==Zg==", "Z=g=", "Zm9v\r\n",
                             "Zm 9", "Zm9v!A==", "-_-_", "Zh==", "Zm9=", "\xc3\xa4\xc3\xa4"}) {
        CAPTURE(text);
        CHECK_FALSE(from_base64(text));
    }
}

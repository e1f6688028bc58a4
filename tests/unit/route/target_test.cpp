// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>

#include "base/printable.hpp"
#include "smtpprobe/target.hpp"

using namespace smtpprobe;

namespace {

/// A target in one line: kind, name or address, then what is set of port, mailbox, TLS, protocol.
std::string text_of(const Target& target)
{
    auto text = std::string(name(target.kind)) + " ";
    text += target.kind == TargetKind::address ? target.address.text() : target.name;
    if (target.port)
        text += " port=" + std::to_string(*target.port);
    if (!target.mailbox.empty())
        text += " mailbox=" + target.mailbox;
    if (target.tls)
        text += " tls=" + std::string(name(*target.tls));
    if (target.protocol != Protocol::smtp)
        text += " " + std::string(name(target.protocol));
    return text;
}

std::string parsed(const std::string& text)
{
    const auto target = parse_target(text);
    return target ? text_of(*target) : "error: " + target.error();
}

struct Row {
    const char* text;
    const char* meaning;
};

constexpr Row kGood[] = {
    {"example.com", "domain example.com"},
    {"EXAMPLE.Com", "domain example.com"},
    {"example.com.", "domain example.com"},
    {"  example.com ", "domain example.com"},
    {"_dmarc.example.com", "domain _dmarc.example.com"},
    {"localhost", "host localhost"},
    {"localhost.", "host localhost"},
    {"mx.example.com:25", "host mx.example.com port=25"},
    {"mx.example.com.:587", "host mx.example.com port=587"},
    {"localhost:65535", "host localhost port=65535"},
    {"user@example.com", "mailbox example.com mailbox=user@example.com"},
    {"User.Name+tag@EXAMPLE.com.", "mailbox example.com mailbox=User.Name+tag@example.com"},
    {"\"quoted local\"@example.com", "mailbox example.com mailbox=\"quoted local\"@example.com"},
    {"\"a@b\"@example.com", "mailbox example.com mailbox=\"a@b\"@example.com"},
    {"\"a\\\"b\"@example.com", "mailbox example.com mailbox=\"a\\\"b\"@example.com"},
    {"\"smtp://\"@example.com", "mailbox example.com mailbox=\"smtp://\"@example.com"},
    {"a..b.@example.com", "mailbox example.com mailbox=a..b.@example.com"},
    {"user@localhost", "mailbox localhost mailbox=user@localhost"},
    {"user@[192.0.2.1]", "address 192.0.2.1 mailbox=user@[192.0.2.1]"},
    {"user@[IPv6:2001:DB8::1]", "address 2001:db8::1 mailbox=user@[IPv6:2001:db8::1]"},
    {"[192.0.2.1]", "address 192.0.2.1"},
    {"[192.0.2.1]:2525", "address 192.0.2.1 port=2525"},
    {"192.0.2.1", "address 192.0.2.1"},
    {"192.0.2.1:587", "address 192.0.2.1 port=587"},
    {"[2001:db8::1]:587", "address 2001:db8::1 port=587"},
    {"[IPv6:2001:db8::1]", "address 2001:db8::1"},
    {"[ipv6:2001:db8::1]:25", "address 2001:db8::1 port=25"},
    {"2001:db8::1", "address 2001:db8::1"},
    {"::1", "address ::1"},
    {"smtp://mx.example.com", "host mx.example.com port=25"},
    {"SMTP://mx.example.com/", "host mx.example.com port=25"},
    {"smtp://mx.example.com:2525/", "host mx.example.com port=2525"},
    {"smtps://mx.example.com", "host mx.example.com port=465 tls=implicit"},
    {"submission://mx.example.com", "host mx.example.com port=587"},
    {"submissions://mx.example.com", "host mx.example.com port=465 tls=implicit"},
    {"lmtp://localhost", "host localhost port=24 lmtp"},
    {"smtp://192.0.2.1", "address 192.0.2.1 port=25"},
    {"smtps://[2001:db8::1]:10465", "address 2001:db8::1 port=10465 tls=implicit"},
    {"b\xc3\xbc"
     "cher.example",
     "domain xn--bcher-kva.example"},
    {"user@b\xc3\xbc"
     "cher.example",
     "mailbox xn--bcher-kva.example mailbox=user@xn--bcher-kva.example"},
    {"m\xc3\xbcller@example.com", "mailbox example.com mailbox=m\xc3\xbcller@example.com"},
    {"b\xc3\xbc"
     "cher.example:25",
     "host xn--bcher-kva.example port=25"},
    // Non-transitional: sharp s and final sigma stay letters of their own.
    {"stra\xc3\x9f"
     "e.example",
     "domain xn--strae-oqa.example"},
    // Not allowed by IDNA 2008, yet registered.
    {"\xe2\x99\xa5.example", "domain xn--g6h.example"},
};

constexpr Row kBad[] = {
    {"", "empty target"},
    {"   ", "empty target"},
    {"example com", "space inside"},
    {"user@exa mple.com", "space inside"},
    {"mx.example.com:70000", "port '70000' is not between 1 and 65535"},
    {"mx.example.com:0", "port '0' is not between 1 and 65535"},
    {"mx.example.com:99999999999999999999", "is not between 1 and 65535"},
    {"mx.example.com:", "a port is missing behind the ':'"},
    {"mx.example.com:smtp", "port 'smtp' is not a number between 1 and 65535"},
    {"mx.example.com:-1", "port '-1' is not a number"},
    {":25", "a host is missing before the ':'"},
    {"2001:db8::1::2", "is no IPv6 address"},
    {"a:b:c", "is no IPv6 address"},
    {"[2001:db8::1", "the ']' is missing"},
    {"[]", "there is no address in the brackets"},
    {"[example.com]", "there is no address in the brackets"},
    {"[IPv6:192.0.2.1]", "there is no address in the brackets"},
    {"[192.0.2.1]587", "only a port can stand behind the ']'"},
    {"192.0.2.256", "neither an address nor a name"},
    {"192.0.2", "neither an address nor a name"},
    {"25", "neither an address nor a name"},
    {".example.com", "empty label"},
    {"example..com", "empty label"},
    {".", "root of all names"},
    {"-example.com", "begins or ends with a hyphen"},
    {"exam!ple.com", "'!' cannot stand in a host name"},
    {"/var/run/lmtp", "'/' cannot stand in a host name"},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", "longer than 63 octets"},
    {"@example.com", "nothing before the '@'"},
    {"user@", "nothing behind the '@'"},
    {"user@@example.com", "'@' before the '@' must stand in double quotes"},
    {"a b@example.com", "' ' before the '@' must stand in double quotes"},
    {"\"a\"b@example.com", "behind the closing quote"},
    {"\"abc", "is no target"},
    {"user@192.0.2.1", "must stand in brackets"},
    {"user@[192.0.2.1", "the ']' must be its end"},
    {"user@example.com:25", "takes no port"},
    {"http://example.com", "unknown scheme 'http'"},
    {"://example.com", "unknown scheme ''"},
    {"smtp://", "names no host"},
    {"smtp:///", "names no host"},
    {"smtp://mx.example.com/path", "this one goes on"},
    {"smtp://mx.example.com?x=1", "this one goes on"},
    {"smtp://user@mx.example.com", "takes no user name"},
    {"b\xfc"
     "cher.example",
     "not valid UTF-8"},
    {"\xcc\x80"
     "a.example",
     "no internationalised name"},
    {"\xe2\x80\x8b.example", "empty label"},
};

} // namespace

TEST_CASE("every form of a target is read")
{
    for (const auto& row : kGood) {
        INFO(row.text);
        CHECK(parsed(row.text) == row.meaning);
    }
}

TEST_CASE("an error says what is wrong, in one printable line")
{
    for (const auto& row : kBad) {
        const auto target = parse_target(row.text);
        INFO(row.text);
        REQUIRE_FALSE(target);
        CHECK_THAT(target.error(), Catch::Contains(row.meaning));
        CHECK(printable(target.error()) == target.error());
    }
}

TEST_CASE("control characters are refused and escaped")
{
    for (const std::string& text : {std::string("exam\x1bple.com"), std::string("a\r\nb@example.com"),
                                    std::string("exam\0ple.com", 12), std::string("\"a\nb\"@example.com")}) {
        const auto target = parse_target(text);
        REQUIRE_FALSE(target);
        CHECK(printable(target.error()) == target.error());
        CHECK(target.error().find('\n') == std::string::npos);
    }
}

TEST_CASE("a very long target is refused, and its error stays short")
{
    for (const auto& text : {std::string(100000, 'a'), std::string(100000, '.'), std::string(100000, '@'),
                             "user@" + std::string(100000, 'b'), "[" + std::string(100000, ':')}) {
        const auto target = parse_target(text);
        REQUIRE_FALSE(target);
        CHECK(target.error().size() < 400);
    }
}

TEST_CASE("an internationalised name is shown in its letters")
{
    CHECK(parse_target("b\xc3\xbc"
                       "cher.example")
              ->shown_name == "b\xc3\xbc"
                              "cher.example");
    CHECK(parse_target("user@xn--bcher-kva.example")->shown_name == "b\xc3\xbc"
                                                                    "cher.example");
    CHECK(parse_target("example.com")->shown_name == "example.com");
    CHECK(parse_target("xn--a.example")->shown_name == "xn--a.example"); // no valid A-label
    CHECK(parse_target("[192.0.2.1]")->shown_name.empty());
}

TEST_CASE("what was typed is kept") { CHECK(parse_target(" Example.COM. ")->text == " Example.COM. "); }

TEST_CASE("a name may have 253 octets and no more")
{
    std::string name;
    while (name.size() < 250)
        name += "a.";
    CHECK(parse_host_name(name + "com").value().size() == 253);
    CHECK_FALSE(parse_host_name("a" + name + "com"));
}

TEST_CASE("an envelope address is taken out of its brackets")
{
    CHECK(parse_mailbox("user@example.com").value() == "user@example.com");
    CHECK(parse_mailbox("<user@EXAMPLE.com>").value() == "user@example.com");
    CHECK(parse_mailbox(" user@example.com ").value() == "user@example.com");
    CHECK(parse_mailbox("<>").value().empty());
    CHECK(parse_mailbox("").value().empty());
    CHECK(parse_mailbox("postmaster").value() == "postmaster");
    CHECK(parse_mailbox("<Postmaster>").value() == "Postmaster");
    CHECK(parse_mailbox("user@[192.0.2.1]").value() == "user@[192.0.2.1]");
    CHECK(parse_mailbox("\"a b\"@example.com").value() == "\"a b\"@example.com");
}

TEST_CASE("what is no envelope address is refused")
{
    for (const char* text :
         {"user", "user@", "@example.com", "<user@example.com", "user@example.com>", "a b@example.com",
          "a@b\r\nRCPT TO:<x@y>", "user@exam ple.com", "<user@example.com> SIZE=1", "\"a@example.com"}) {
        const auto mailbox = parse_mailbox(text);
        INFO(text);
        REQUIRE_FALSE(mailbox);
        CHECK(printable(mailbox.error()) == mailbox.error());
    }
}

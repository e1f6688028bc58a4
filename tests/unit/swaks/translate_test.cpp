// SPDX-License-Identifier: Apache-2.0
#include "swaks/translate.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;

namespace {

Expected<SwaksTranslation, std::string> translate(const std::vector<std::string>& arguments)
{
    const auto choice = read_swaks_options(arguments);
    REQUIRE(choice);
    SwaksWorld world;
    world.user = "me";
    world.host = "here.test";
    world.is_directory = [](const std::string& path) { return path == "/certs"; };
    return translate_swaks(*choice, world);
}

std::string ours(const std::vector<std::string>& arguments)
{
    const auto made = translate(arguments);
    INFO((made ? "" : made.error()));
    REQUIRE(made);
    return shell_words(made->arguments);
}

std::string wrong(const std::vector<std::string>& arguments)
{
    const auto made = translate(arguments);
    REQUIRE_FALSE(made);
    return made.error();
}

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("the plainest call sends a message to the recipient's mail host, as swaks does")
{
    CHECK(ours({"--to", "user@example.com"}) ==
          "--timeout 30s --connect-timeout 30s --deadline 1h --tls none --helo here.test --from me@here.test "
          "--to user@example.com --no-pipelining --send --exit-style swaks --verbose --first example.com");
}

TEST_CASE("a server is named in each of swaks' ways")
{
    const std::vector<std::pair<std::string, std::string>> forms = {
        {"mx.test", "--no-mx mx.test"},
        {"mx.test:587", "--port 587 --no-mx mx.test"},
        {"192.0.2.1/26", "--port 26 --no-mx 192.0.2.1"},
        {"[2001:db8::1]:25", "--port 25 --no-mx '[2001:db8::1]'"},
        {"2001:db8::1", "--no-mx '[2001:db8::1]'"},
    };
    for (const auto& [form, expected] : forms) {
        auto text = ours({"-s", form, "-q", "EHLO"});
        // Brackets need no quotes here.
        std::erase(text, '\'');
        auto wanted = expected;
        std::erase(wanted, '\'');
        CHECK(text.ends_with(wanted));
    }
}

TEST_CASE("a stop leaves out what comes behind it")
{
    CHECK(says(ours({"-s", "mx.test", "-q", "CONNECT"}), "--quit-after greeting"));
    CHECK(says(ours({"-s", "mx.test", "-q", "first-ehlo"}), "--quit-after ehlo"));
    CHECK_FALSE(says(ours({"-s", "mx.test", "-q", "HELO", "-t", "a@b.test"}), "--to"));
    CHECK_FALSE(says(ours({"-s", "mx.test", "-q", "HELO", "-a", "-au", "x"}), "--auth"));
    CHECK(says(ours({"-s", "mx.test", "-q", "AUTH", "-a", "-au", "x"}),
               "--auth --auth-insecure --auth-user x"));
    CHECK(says(ours({"-s", "mx.test", "-q", "MAIL"}), "--from me@here.test"));
    CHECK_FALSE(says(ours({"-s", "mx.test", "-q", "RCPT", "-t", "a@b.test"}), "--send"));
    CHECK(says(wrong({"-s", "mx.test", "-q", "DATA"}), "is no point to stop at"));
}

TEST_CASE("TLS is none unless it is asked for")
{
    const auto tls = [](const std::string& option) { return ours({"-s", "mx.test", "-q", "EHLO", option}); };
    CHECK(says(tls("-tls"), "--tls require"));
    CHECK(says(tls("-tlso"), "--tls may"));
    CHECK(says(tls("-tlsos"), "--tls require")); // nothing in the clear because TLS failed
    CHECK(says(tls("-tlsc"), "--tls implicit"));
    CHECK(says(ours({"-s", "mx.test", "-q", "EHLO", "--protocol", "ESMTPS"}), "--tls require"));
    CHECK(says(ours({"-s", "mx.test", "-q", "EHLO", "--protocol", "LMTP"}), "--lmtp"));
    CHECK(says(ours({"-s", "mx.test", "-q", "EHLO", "--tls-ca-path", "/certs"}), "--ca-path /certs"));
    CHECK(says(ours({"-s", "mx.test", "-tls", "-q", "EHLO", "--tls-cert", "/me.pem", "--tls-key", "/me.key"}),
               "--tls-cert /me.pem --tls-key /me.key"));
    CHECK(says(ours({"-s", "mx.test", "-tls", "-q", "EHLO", "--tls-chain", "/chain.pem"}),
               "--tls-cert /chain.pem"));
}

TEST_CASE("a password does not stand among the arguments")
{
    const auto made =
        translate({"-s", "mx.test", "-t", "a@b.test", "-a", "LOGIN,PLAIN", "-au", "x", "-ap", "secret word"});
    REQUIRE(made);
    CHECK(made->password == "secret word");
    CHECK_FALSE(says(shell_words(made->arguments), "secret"));
    CHECK(says(shell_words(made->arguments), "--auth=LOGIN,PLAIN --auth-insecure --auth-user x"));
}

TEST_CASE("a message is composed as swaks is told to")
{
    const auto text = ours({"-s", "mx.test", "-t", "a@b.test,c@d.test", "--header", "Subject: a b", "--h-X-Y",
                            "z", "--body", "one\\ntwo", "--attach", "@/tmp/file"});
    CHECK(says(text, "--to a@b.test --to c@d.test"));
    CHECK(says(text, "--subject 'a b'"));
    CHECK(says(text, "--header 'X-Y: z'"));
    CHECK(says(text, "--body 'one\ntwo' --attach /tmp/file"));
    CHECK(says(ours({"-s", "mx.test", "-t", "a@b.test", "--data", "@/tmp/m.eml"}), "--message /tmp/m.eml"));
}

TEST_CASE("the PROXY header and XCLIENT go their way")
{
    const auto text =
        ours({"-s", "mx.test", "-q", "EHLO", "--proxy-version", "2", "--proxy-source", "192.0.2.7",
              "--proxy-source-port", "9", "--proxy-dest", "2001:db8::1", "--proxy-dest-port", "25",
              "--xclient-addr", "192.0.2.8", "--xclient", "HELO=x PROTO=SMTP"});
    CHECK(says(text, "--proxy-header v2 --proxy-header-source 192.0.2.7:9"));
    CHECK(says(text, "2001:db8::1"));
    CHECK(says(text, "--xclient ADDR=192.0.2.8 --xclient HELO=x --xclient PROTO=SMTP"));
    CHECK(
        says(ours({"-s", "x.test", "-q", "EHLO", "--proxy", "TCP4 192.0.2.7 192.0.2.1 9 25"}),
             "--proxy-header v1 --proxy-header-source 192.0.2.7:9 --proxy-header-destination 192.0.2.1:25"));
}

TEST_CASE("what is not done is told in one line with its reason")
{
    CHECK(wrong({"-s", "mx.test", "-q", "EHLO", "--tls-cipher", "x"}) ==
          "--tls-cipher is not done: all ciphers are offered, and the report says which was agreed");
    CHECK(wrong({"-s", "mx.test"}) == "no recipient; say --to user@example.com");
    CHECK(says(wrong({"-q", "EHLO"}), "no server and no recipient"));
    CHECK(wrong({"-s", "-q", "EHLO"}) == "-s needs its argument; smtpprobe does not prompt for it");
    CHECK(
        says(wrong({"-s", "x.test", "-t", "a@b.test", "--data", "Subject: x\\n\\ny"}), "--data takes @FILE"));
}

TEST_CASE("each row that says yes or partly is translated without complaint")
{
    const std::vector<std::pair<std::string_view, std::string>> values = {
        {"protocol", "ESMTP"},
        {"quit-after", "RCPT"},
        {"proxy-protocol", "STREAM"},
        {"proxy", "TCP4 1.1.1.1 2.2.2.2 1 2"},
        {"data", "@x"},
        {"attach", "@x"},
        {"auth-extra", "realm=x"},
        {"proxy-version", "1"},
        {"timeout", "5s"},
        {"xclient", "ADDR=1.1.1.1"}};
    for (const auto& option : swaks_options()) {
        if (option.coverage == Coverage::no)
            continue;
        std::vector<std::string> arguments{"-s", "mx.test", "-t", "a@b.test",
                                           "--" + std::string(option.names[0])};
        std::string value = "value";
        for (const auto& [name, fitting] : values)
            if (option.names[0] == name)
                value = fitting;
        if (option.argument == Argument::wanted)
            arguments.push_back(value);
        INFO(option.names[0]);
        CHECK(translate(arguments));
    }
}

TEST_CASE("words for a shell are quoted where they must be")
{
    CHECK(shell_words({"a", "b c", "", "it's", "user@example.com"}) ==
          "a 'b c' '' 'it'\\''s' user@example.com");
}

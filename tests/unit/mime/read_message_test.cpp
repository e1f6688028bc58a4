// SPDX-License-Identifier: Apache-2.0
// Messages as bytes become parts: encodings, charsets, line ends, and what servers get wrong.
#include <catch2/catch.hpp>

#include <string>

#include "mime/charset.hpp"
#include "mime/read_message.hpp"

using namespace smtpprobe;

namespace {

MessagePart read(const std::string& bytes)
{
    const auto message = read_message(bytes);
    REQUIRE(message);
    return *message;
}

} // namespace

TEST_CASE("A plain message is one part with its headers")
{
    const MessagePart message =
        read("From: Ann <ann@example.org>\nSubject: Hello\nTo: bob@example.com,\n\tcarol@example.com\n"
             "\nHow are you?\n");
    CHECK(message.type == "text/plain");
    CHECK(message.text == "How are you?\n");
    CHECK(message.children.empty());
    CHECK(message.header("subject") == "Hello");
    CHECK(message.header("From") == "Ann <ann@example.org>");
    CHECK(message.header("TO") == "bob@example.com, carol@example.com");
    CHECK(message.header("Cc").empty());
}

TEST_CASE("CRLF, an mbox line, a byte order mark and empty lines at the beginning make no difference")
{
    for (const std::string beginning :
         {"", "From MAILER-DAEMON Mon Mar  2 10:00:00 2026\r\n", "\xEF\xBB\xBF", "\r\n\r\n"}) {
        const MessagePart message =
            read(beginning + "Subject: Hello\r\nFrom: a@example.org\r\n\r\nOne\r\nTwo\r\n");
        CHECK(message.header("Subject") == "Hello");
        CHECK(message.text == "One\nTwo\n");
    }
}

TEST_CASE("A line in the text that looks like mbox's, or like a header with addresses, stays")
{
    const MessagePart message = read("Subject: x\n\nFrom here on it is text.\nFrom ann Mon Mar  2 10:00:00 "
                                     "2026\nTo: bob@example.com\n~To: c\n");
    CHECK(message.text ==
          "From here on it is text.\nFrom ann Mon Mar  2 10:00:00 2026\nTo: bob@example.com\n~To: c\n");
}

TEST_CASE("Text without headers is one text")
{
    const MessagePart message =
        read("Your message did not reach some of the recipients.\n\nbob@example.com\n");
    CHECK(message.headers.empty());
    CHECK(message.text == "Your message did not reach some of the recipients.\n\nbob@example.com\n");
    CHECK(read("").text.empty());
}

TEST_CASE("Quoted-printable and base64 are decoded")
{
    CHECK(read("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
               "a long =\nline, caf=C3=A9\n")
              .text == "a long line, caf\xc3\xa9\n");
    CHECK(read("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nT25lDQpUd28NCg==\n").text ==
          "One\nTwo\n");
}

TEST_CASE("Headers in encoded words are decoded, and stay as they were in raw")
{
    const MessagePart message =
        read("Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\nX-A: =?utf-8?Q?caf=C3=A9?=\n\n");
    CHECK(message.header("Subject") == "\xe6\x97\xa5\xe6\x9c\xac");
    CHECK(message.header("X-A") == "caf\xc3\xa9");
    CHECK(message.headers.at(0).raw.find("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=") != std::string::npos);
}

TEST_CASE("Charsets become UTF-8")
{
    CHECK(to_utf8("caf\xe9", "iso-8859-1") == "caf\xc3\xa9");
    CHECK(to_utf8("\x93quoted\x94", "ISO-8859-1") ==
          "\xe2\x80\x9cquoted\xe2\x80\x9d"); // windows-1252 in truth
    CHECK(to_utf8("\x93\xfa\x96\x7b", "Shift_JIS") == "\xe6\x97\xa5\xe6\x9c\xac");
    CHECK(to_utf8("\x1b$BF|K\\\x1b(B", "iso-2022-jp") == "\xe6\x97\xa5\xe6\x9c\xac");
    CHECK(to_utf8("\xcf\xf0\xe8\xe2\xe5\xf2", "koi8-r") !=
          to_utf8("\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251"));
}

TEST_CASE("A charset that is missing, unknown or wrong still gives text")
{
    CHECK(to_utf8("caf\xc3\xa9", "") == "caf\xc3\xa9");
    CHECK(to_utf8("caf\xc3\xa9", "no-such-charset") == "caf\xc3\xa9");
    CHECK(to_utf8("caf\xe9", "us-ascii") == "caf\xc3\xa9");
    CHECK(to_utf8("caf\xe9!", "utf-8") == "caf\xef\xbf\xbd!");
    CHECK(to_utf8("\x1b$BF|K\\\x1b(B", "us-ascii") == "\xe6\x97\xa5\xe6\x9c\xac");
    CHECK(to_utf8("plain", "UTF-8//TRANSLIT") == "plain");
}

TEST_CASE("A report has its parts as children, and the returned message as a part's only child")
{
    const MessagePart message =
        read("MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n"
             " boundary=\"b\"\n\nfor old readers\n--b\n\nThe text.\n--b\n"
             "Content-Type: Message/Delivery-Status\n\nReporting-MTA: dns; x\n\n"
             "Final-Recipient: rfc822; bob@example.com\n--b\nContent-Type: message/rfc822\n\n"
             "To: bob@example.com\nSubject: Hello\n\nbody\n--b--\n");
    CHECK(message.type == "multipart/report");
    REQUIRE(message.children.size() == 3);
    CHECK(message.children[0].text == "The text.");
    CHECK(message.children[1].type == "message/delivery-status");
    CHECK(message.children[1].text.find("Final-Recipient: rfc822; bob@example.com") != std::string::npos);
    REQUIRE(message.children[2].children.size() == 1);
    CHECK(message.children[2].children[0].header("To") == "bob@example.com");
}

TEST_CASE("A multipart whose boundary never comes keeps its text")
{
    const MessagePart message = read("Content-Type: multipart/report; boundary=lost\n\nStatus: "
                                     "5.1.1\nFinal-Recipient: rfc822; b@example.com\n");
    CHECK(message.children.empty());
    CHECK(message.text.find("Final-Recipient: rfc822; b@example.com") != std::string::npos);
}

TEST_CASE("A part that was cut off in the middle is read as far as it goes")
{
    const MessagePart message =
        read("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhal");
    REQUIRE(message.children.size() == 1);
    CHECK(message.children[0].text == "hal\n");
}

TEST_CASE("Attachments that are no text are not kept")
{
    const MessagePart message =
        read("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n"
             "Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n");
    REQUIRE(message.children.size() == 1);
    CHECK(message.children[0].type == "image/png");
    CHECK(message.children[0].text.empty());
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "base/timestamp.hpp"
#include "mime/compose_message.hpp"
#include "mime/outgoing_message.hpp"
#include "mime/read_message.hpp"
#include "mime/test_bodies.hpp"

using namespace smtpprobe;

namespace {

MessageMarks marks()
{
    return {.from = "probe@here.test",
            .to = {"user@ci.test", "other@ci.test"},
            .user = "root",
            .host = "host.here.test",
            .target = "ci.test",
            .program = "smtpprobe 1.2.3",
            .token = "T0ken",
            .now = *parse_timestamp("2026-11-22T06:20:52Z")};
}

std::shared_ptr<const OutgoingMessage> prepared(const MessageSettings& settings)
{
    auto message = prepare_message(settings, marks());
    if (!message)
        FAIL(message.error());
    return *message;
}

/// What a delivery sends, in pieces of that many octets.
std::string sent(const OutgoingMessage& message, std::size_t piece = 1000)
{
    const auto source = message.open();
    CHECK(source->size == message.facts().octets);
    CHECK(source->eight_bit == message.facts().eight_bit);
    std::string all;
    std::string buffer(piece, '\0');
    for (std::size_t got = 1; got > 0;) {
        got = source->read(buffer.data(), buffer.size());
        all.append(buffer, 0, got);
    }
    CHECK(source->failed() == nullptr);
    CHECK(all.size() == message.facts().octets);
    return all;
}

/// A file of this test, gone at its end.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view bytes)
        : path_((std::filesystem::temp_directory_path() /
                 ("outgoing-message-test-" + std::to_string(++count_) + '-' + std::to_string(::getpid())))
                    .string())
    {
        write(bytes);
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    void write(std::string_view bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }
    const std::string& path() const { return path_; }

private:
    static inline int count_ = 0;
    std::string path_;
};

MessageSettings of_file(const TemporaryFile& file)
{
    MessageSettings settings;
    settings.file = file.path();
    return settings;
}

} // namespace

TEST_CASE("A test message says who sent it, from where, when, and that nobody needs to answer")
{
    const auto message = prepared({});
    const auto text = sent(*message);
    const auto parts = *read_message(text);
    CHECK(parts.header("From") == "probe@here.test");
    CHECK(parts.header("To") == "user@ci.test, other@ci.test");
    CHECK(parts.header("Subject") == "Test of mail to ci.test by smtpprobe 1.2.3 on host.here.test");
    CHECK(parts.header("Date") == "Sun, 22 Nov 2026 06:20:52 +0000");
    CHECK(parts.header("Message-ID") == "<T0ken@host.here.test>");
    CHECK(parts.header("Auto-Submitted") == "auto-generated");
    CHECK(parts.header("X-Mailer") == "smtpprobe 1.2.3");
    CHECK(parts.header("MIME-Version") == "1.0");
    CHECK(parts.text.find("Sent by:     root on host.here.test\n") != std::string::npos);
    CHECK(message->facts().id == "<T0ken@host.here.test>");
    CHECK_FALSE(message->facts().eight_bit);
    CHECK(message->facts().longest_line <= 998);
}

TEST_CASE("Subject, body and header of a message are what the user says, whatever letters they have")
{
    MessageSettings settings;
    settings.subject = "Gr\xc3\xbc\xc3\x9f"
                       "e";
    settings.body = ".dot\n\xc3\xa4" + std::string(1200, 'x') + "\nend";
    settings.headers = {"X-Test: one", "from: \"Other\" <other@here.test>", "X-Test: two"};
    const auto message = prepared(settings);
    CHECK_FALSE(message->facts().eight_bit);
    CHECK(message->facts().longest_line <= 998);
    const auto parts = *read_message(sent(*message));
    CHECK(parts.header("Subject") == settings.subject);
    CHECK(parts.header("From") == "Other <other@here.test>");
    CHECK(parts.header("X-Test") == "one");
    CHECK(std::count_if(parts.headers.begin(), parts.headers.end(),
                        [](const auto& header) { return header.name == "X-Test"; }) == 2);
    CHECK(parts.text == settings.body + "\n");
}

TEST_CASE("A file is attached octet for octet")
{
    std::string bytes;
    for (int i = 0; i < 100'000; ++i)
        bytes += static_cast<char>(i * 7 % 256);
    const TemporaryFile file(bytes);
    MessageSettings settings;
    settings.attachments = {file.path()};
    const auto text = sent(*prepared(settings), 77);
    const auto at = text.find("Content-Transfer-Encoding: base64");
    REQUIRE(at != std::string::npos);
    CHECK(text.find("Content-Disposition: attachment") != std::string::npos);
    const auto begin = text.find("\r\n\r\n", at) + 4;
    std::string base64 = text.substr(begin, text.find("\r\n--", begin) - begin);
    std::erase_if(base64, [](char c) { return c == '\r' || c == '\n'; });
    CHECK(base64.size() == (bytes.size() + 2) / 3 * 4);
    CHECK(base64.substr(0, 8) == "AAcOFRwj"); // 00 07 0e 15 1c 23
}

TEST_CASE("The strings that scanners must find are what they must be")
{
    CHECK(eicar_test_file().size() == 68);
    CHECK(eicar_test_file().substr(0, 8) == "X5O!P%@A");
    CHECK(gtube_line().size() == 68);
    MessageSettings settings;
    settings.test_body = TestBody::gtube;
    CHECK(sent(*prepared(settings)).find("\r\n" + gtube_line() + "\r\n") != std::string::npos);
    settings.test_body = TestBody::eicar;
    CHECK(sent(*prepared(settings)).find("filename=eicar.com") != std::string::npos);
}

TEST_CASE("A message is filled up to the size that is wanted, to the octet")
{
    const auto least = prepared({})->facts().octets;
    MessageSettings settings;
    settings.size = least + GENERATE(range(2u, 240u));
    const auto text = sent(*prepared(settings), 50);
    CHECK(text.size() == *settings.size);
    CHECK(text.ends_with("\r\n"));
    CHECK(text.find("\r\n\r\n\r\n") == std::string::npos);

    settings.size = least - 1;
    CHECK(prepare_message(settings, marks()).error() ==
          "--size " + std::to_string(least - 1) + " is less than the message has without filler; say " +
              std::to_string(least) + " or more");
}

TEST_CASE("A file is sent as it is, but for the ends of its lines")
{
    const auto [given, expected] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"Subject: x\r\n\r\nbody\r\n", "Subject: x\r\n\r\nbody\r\n"},
        {"Subject: x\n\nlast line\xe4", "Subject: x\r\n\r\nlast line\xe4\r\n"},
        {".\n..\n", ".\r\n..\r\n"},
    }));
    const TemporaryFile file(given);
    for (const std::size_t piece : {1U, 7U, 100'000U})
        CHECK(sent(*prepared(of_file(file)), piece) == expected);
}

TEST_CASE("What a server may not take is known of a file before it is sent")
{
    const TemporaryFile file("Message-ID: <in@file>\nSubject: \xc3\xa9\n\n" + std::string(100'000, 'x') +
                             "\n");
    const auto facts = prepared(of_file(file))->facts();
    CHECK(facts.id == "<in@file>");
    CHECK(facts.longest_line == 100'000);
    CHECK(facts.eight_bit);
    CHECK(facts.utf8_header);
    const TemporaryFile other("Subject: plain\n\n\xc3\xa9\nMessage-ID: <in@body>\n");
    CHECK(prepared(of_file(other))->facts().id.empty());
    CHECK_FALSE(prepared(of_file(other))->facts().utf8_header);
}

TEST_CASE("A file that changes while it is sent is half a message, and said to be so")
{
    const TemporaryFile file("Subject: x\n\n" + std::string(50'000, 'a') + "\n");
    const auto message = prepared(of_file(file));
    const auto source = message->open();
    std::filesystem::resize_file(file.path(), 100);
    std::string buffer(100'000, '\0');
    while (source->read(buffer.data(), buffer.size()) > 0) {
    }
    CHECK(source->failed() != nullptr);
}

TEST_CASE("A file that cannot be read is named before anything is sent")
{
    MessageSettings settings;
    settings.file = "/nonexistent/message.eml";
    CHECK(prepare_message(settings, marks()).error() ==
          "--message /nonexistent/message.eml: No such file or directory");
    settings.file = "/tmp";
    CHECK(prepare_message(settings, marks()).error() == "--message /tmp: Is a directory");
    settings = {};
    settings.attachments = {"/nonexistent/a.pdf"};
    CHECK(prepare_message(settings, marks()).error() ==
          "--attach /nonexistent/a.pdf: No such file or directory");
    settings = {};
    settings.body_file = "/nonexistent/body";
    CHECK(prepare_message(settings, marks()).error() ==
          "--body-file /nonexistent/body: No such file or directory");
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <unistd.h>

#include "arrival/arrival_watch.hpp"
#include "arrival/maildir.hpp"

using namespace smtpprobe;
namespace fs = std::filesystem;

namespace {

class TemporaryMaildir {
public:
    TemporaryMaildir() : path_(fs::temp_directory_path() / ("maildir-test-" + std::to_string(::getpid())))
    {
        for (const char* part : {"new", "cur", "tmp"})
            fs::create_directories(path_ / part);
    }
    ~TemporaryMaildir() { fs::remove_all(path_); }
    TemporaryMaildir(const TemporaryMaildir&) = delete;
    TemporaryMaildir& operator=(const TemporaryMaildir&) = delete;

    /// As a delivery agent does: written in tmp, then moved.
    void deliver(const std::string& name, const std::string& message) const
    {
        std::ofstream(path_ / "tmp/writing", std::ios::binary) << message;
        fs::rename(path_ / "tmp/writing", path_ / name);
    }
    std::string path() const { return path_.string(); }

private:
    fs::path path_;
};

constexpr const char* kOurs =
    "Received: by here; Sun, 22 Nov 2026 06:20:52 +0000\nMessage-ID: <ours@x>\n\nbody\n";
constexpr const char* kOther = "Message-ID: <other@x>\n\nMessage-ID: <ours@x>\n";

} // namespace

TEST_CASE("Only what comes after the watch began is our message, in new and in cur")
{
    const TemporaryMaildir maildir;
    const StopFlag stop = false;
    maildir.deliver("new/1.a.host", kOurs);
    Maildir mailbox(maildir.path(), "<ours@x>");
    REQUIRE_FALSE(mailbox.open(stop));
    CHECK_FALSE(mailbox.look(stop, {}).header);
    // A mail program has seen the old one.
    fs::rename(maildir.path() + "/new/1.a.host", maildir.path() + "/cur/1.a.host:2,S");
    CHECK_FALSE(mailbox.look(stop, {}).header);
    maildir.deliver("new/2.b.host", kOther);
    CHECK_FALSE(mailbox.look(stop, {}).header);
    maildir.deliver("cur/3.c.host:2,", kOurs);
    const auto found = mailbox.look(stop, {});
    REQUIRE(found.header);
    CHECK(found.header->find("Received: by here") == 0);
    CHECK(found.header->find("body") == std::string::npos);
    CHECK(found.why_not.empty());
}

TEST_CASE("What is no maildir is named before anything is sent")
{
    const TemporaryMaildir maildir;
    const StopFlag stop = false;
    Maildir missing(maildir.path() + "/tmp", "<ours@x>");
    CHECK(missing.open(stop) == maildir.path() + "/tmp is no maildir: it has no directory new");
    std::ofstream(maildir.path() + "/file") << "x";
    Maildir file(maildir.path() + "/file", "<ours@x>");
    CHECK(file.open(stop) == maildir.path() + "/file/new: Not a directory");
}

TEST_CASE("A watch finds the message beside the loop, and ends when it is cancelled")
{
    const TemporaryMaildir maildir;
    asio::io_context loop{1};
    std::optional<ArrivalWatch::Found> found;
    ArrivalWatch watch(loop.get_executor(), std::make_unique<Maildir>(maildir.path(), "<ours@x>"));
    const bool cancelled = GENERATE(false, true);
    const auto work = [&]() -> asio::awaitable<void> {
        const auto wrong = co_await watch.open();
        CHECK_FALSE(wrong);
        asio::post(loop, [&] { // runs while the watch waits: the loop is free
            if (cancelled)
                watch.cancel();
            else
                maildir.deliver("new/1.a.host", kOurs);
        });
        const auto until = ArrivalWatch::Clock::now() + std::chrono::hours(1);
        found = co_await watch.wait(until, std::chrono::milliseconds(5));
    };
    asio::co_spawn(loop, work(), asio::detached);
    loop.run();
    REQUIRE(found);
    CHECK(found->header.has_value() != cancelled);
}

TEST_CASE("A message that does not come is waited for until the end, and no longer")
{
    const TemporaryMaildir maildir;
    asio::io_context loop{1};
    ArrivalWatch watch(loop.get_executor(), std::make_unique<Maildir>(maildir.path(), "<ours@x>"));
    const auto until = ArrivalWatch::Clock::now() + std::chrono::milliseconds(30);
    ArrivalWatch::Found found;
    const auto work = [&]() -> asio::awaitable<void> {
        co_await watch.open();
        found = co_await watch.wait(until, std::chrono::hours(1));
    };
    asio::co_spawn(loop, work(), asio::detached);
    loop.run();
    CHECK_FALSE(found.header);
    CHECK(found.at >= until);
}

namespace {

/// Fails in a way that nobody foresaw.
class BrokenMailbox : public Mailbox {
public:
    explicit BrokenMailbox(bool at_open) : at_open_(at_open) {}
    std::optional<std::string> open(const StopFlag&) override
    {
        if (at_open_)
            throw std::runtime_error("no \x1b more");
        return std::nullopt;
    }
    Look look(const StopFlag&, Clock::time_point) override { throw std::bad_alloc(); }

private:
    bool at_open_;
};

} // namespace

TEST_CASE("What is thrown while one looks is why one cannot look, and the program goes on")
{
    asio::io_context loop{1};
    const bool at_open = GENERATE(false, true);
    ArrivalWatch watch(loop.get_executor(), std::make_unique<BrokenMailbox>(at_open));
    std::optional<std::string> wrong;
    ArrivalWatch::Found found;
    const auto work = [&]() -> asio::awaitable<void> {
        wrong = co_await watch.open();
        if (!at_open) {
            const auto until = ArrivalWatch::Clock::now() + std::chrono::hours(1);
            found = co_await watch.wait(until, std::chrono::milliseconds(5));
        }
    };
    asio::co_spawn(loop, work(), asio::detached);
    loop.run();
    if (at_open)
        CHECK(wrong == "looking into the mailbox failed: no \\x1b more");
    else
        CHECK(found.why_not.starts_with("looking into the mailbox failed: "));
    CHECK(wrong.has_value() == at_open);
    CHECK_FALSE(found.header);
}

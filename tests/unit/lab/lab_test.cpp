// SPDX-License-Identifier: Apache-2.0
#include "lab/lab.hpp"

#include <filesystem>
#include <optional>

#include <catch2/catch.hpp>

#include "loop_thread.hpp"
#include "raw_client.hpp"

using namespace smtpprobe;

namespace {

struct RunningLab {
    RunningLab()
    {
        thread.on_loop([&] {
            lab.emplace(thread.loop);
            if (const auto started = lab->start(); !started)
                throw std::runtime_error(started.error());
        });
    }
    ~RunningLab()
    {
        thread.on_loop([&] { lab.reset(); });
    }

    LoopThread thread;
    std::optional<Lab> lab;
};

} // namespace

TEST_CASE("each host of the lab greets at its own address, on the one port")
{
    RunningLab running;
    const auto& lab = *running.lab;
    CHECK(lab.name_server().port == lab.port());
    for (const std::string host : {"mx.healthy.test", "mx.greylisting.test"}) {
        RawClient client(lab.address_of(host).text(), lab.port());
        CHECK(client.reply() == "220 " + host + " ESMTP ready\r\n");
        client.send("QUIT\r\n");
        client.rest();
        CHECK(lab.log(host).connections == 1);
    }
    CHECK_FALSE(lab.address_of("mx.healthy.test") == lab.address_of("mx.greylisting.test"));
    CHECK(lab.log("mx.silent.test").connections == 0);
}

TEST_CASE("a host that is down in its situation refuses connections")
{
    RunningLab running;
    const auto address = running.lab->address_of("mx.refused.test");
    CHECK(address.scope() == AddressScope::loopback);
    CHECK_THROWS(RawClient(address.text(), running.lab->port()));
}

TEST_CASE("the CA file lives as long as the lab, where nobody else can write")
{
    namespace fs = std::filesystem;
    RunningLab running;
    const fs::path file = running.lab->ca_file();
    CHECK(fs::file_size(file) > 0);
    CHECK((fs::status(file.parent_path()).permissions() & ~fs::perms::owner_all) == fs::perms::none);
    running.thread.on_loop([&] { running.lab->stop(); });
    CHECK_FALSE(fs::exists(file.parent_path()));
}

TEST_CASE("a lab that was stopped can be started again, and stopping twice does no harm")
{
    RunningLab running;
    running.thread.on_loop([&] {
        running.lab->stop();
        running.lab->stop();
        CHECK(running.lab->start().has_value());
    });
    RawClient client(running.lab->address_of("mx.healthy.test").text(), running.lab->port());
    CHECK(client.reply() == "220 mx.healthy.test ESMTP ready\r\n");
}

TEST_CASE("two labs stand side by side, and a port that is taken is an error that says so")
{
    RunningLab one;
    RunningLab other;
    CHECK(one.lab->port() != other.lab->port());
    one.thread.on_loop([&] {
        Lab third(one.thread.loop);
        const auto started = third.start(one.lab->port());
        REQUIRE_FALSE(started);
        CHECK(started.error().find("in use") != std::string::npos);
        CHECK(third.ca_file().empty());
    });
}

TEST_CASE("settings for a situation lead a probe into the lab and nowhere else")
{
    RunningLab running;
    const auto* situation = find_situation("tls-required");
    REQUIRE(situation != nullptr);
    const auto settings = running.lab->settings_for(*situation);
    CHECK(settings.allow_loopback);
    CHECK(settings.port == running.lab->port());
    CHECK(settings.name_servers == std::vector{running.lab->name_server()});
    CHECK(settings.ca_file == running.lab->ca_file());
    CHECK(settings.tls == TlsMode::none);
}

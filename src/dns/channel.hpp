// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <asio/any_io_executor.hpp>

#include "smtpprobe/settings.hpp"

struct ares_channeldata;

namespace smtpprobe {

/// What became of one query to one server.
enum class Delivery {
    answered,
    timed_out,
    rubbish,     ///< nothing but bytes that are no answer came until the time was up
    refused,     ///< ICMP port unreachable, RST, or the connection was closed
    unreachable, ///< no route, or the query could not be sent
    cancelled,
};

/// A c-ares channel to one name server, on the event loop. It sends each query once: what to ask next
/// is the resolver's business.
class Channel {
public:
    enum class Kind { udp_edns, udp_plain, tcp };

    Channel(asio::any_io_executor executor, const NameServer& server, Kind kind,
            std::chrono::milliseconds timeout);
    /// What is under way is dropped; its `done` is not called.
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    using Done = std::function<void(Delivery, std::string)>;

    /// `done` is called once, never from within.
    void send(const std::string& query, Done done);
    /// Ends queries whose time is up. To be called every now and then while idle() is false.
    void expire();
    bool idle() const { return outstanding_ == 0; }
    /// Did the server ever answer FORMERR? c-ares 1.18 then repeats without OPT, and tells nobody.
    bool saw_format_error() const { return format_error_; }

private:
    struct Watch;
    struct Ticket;
    struct Callbacks;
    friend struct Callbacks;

    void open(std::chrono::milliseconds timeout);
    void watch(int descriptor, bool readable, bool writable);
    void await(const std::shared_ptr<Watch>& watched, bool for_reading);
    void ready(const std::shared_ptr<Watch>& watched, bool for_reading);
    void finish(Ticket& ticket, int status, std::string bytes);
    void note_unmatched();

    asio::any_io_executor executor_;
    NameServer server_;
    Kind kind_;
    ares_channeldata* channel_ = nullptr;
    std::map<int, std::shared_ptr<Watch>> watches_;
    std::size_t outstanding_ = 0;
    int last_error_ = 0;        // errno of the last socket call that failed
    bool any_received_ = false; // since c-ares was last told to read
    bool received_ = false;     // the last receive gave bytes
    bool rubbish_ = false;      // bytes came that are no answer
    bool format_error_ = false;
    std::uint16_t received_id_ = 0;      // of the last datagram
    std::deque<std::uint16_t> late_ids_; // of queries whose time was up: their answers may still come
    bool dying_ = false;
};

} // namespace smtpprobe

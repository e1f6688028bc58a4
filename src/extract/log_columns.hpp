// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extract/recent.hpp"
#include "extract/spoken_session.hpp"

namespace smtpprobe {

/// Logs whose columns a line `#Fields: …` names: the W3C logs of the IIS and Exchange 2000 SMTP service, and
/// the protocol logs and message tracking logs of Exchange 2007 and later, which are CSV.
class ColumnLog {
public:
    static bool is_header(std::string_view line);
    /// `#Fields:` was read: the lines that follow are rows.
    bool begun() const { return layout_ != Layout::none; }
    void read(std::string_view line, std::size_t number, std::vector<Mention>& mentions);
    void end(std::vector<Mention>& mentions);

private:
    enum class Layout : std::uint8_t { none, w3c, protocol, tracking, other };
    enum Column : std::uint8_t {
        date,
        time,
        when,
        session,
        remote,
        event,
        data,
        context,
        client,
        user,
        method,
        query,
        status,
        recipient,
        recipient_status,
        sender,
        message,
        kColumns,
    };

    void read_header(std::string_view fields);
    std::string_view cell(const std::vector<std::string>& cells, Column column) const;
    std::vector<std::string> cells_of(std::string_view line) const;
    void read_w3c(const std::vector<std::string>& row, std::size_t number, std::vector<Mention>& mentions);
    void read_protocol(const std::vector<std::string>& row, std::size_t number,
                       std::vector<Mention>& mentions);
    void read_tracking(const std::vector<std::string>& row, std::size_t number,
                       std::vector<Mention>& mentions) const;

    Layout layout_ = Layout::none;
    std::array<int, kColumns> at_{};
    Recent<SpokenSession> conversations_{512};
};

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace smtpprobe {

/// Lines out of pieces, without their ends (LF or CRLF). The last one need not have an end.
class Lines {
public:
    /// Of a longer line the rest is dropped, so that memory stays bounded and a line stays one.
    static constexpr std::size_t kMost = 1U << 20U;

    /// `take(line, number)` for each line that is complete; numbers count from 1.
    template <class Take> void feed(std::string_view piece, const Take& take)
    {
        while (!piece.empty()) {
            const std::size_t end = piece.find('\n');
            rest_ += piece.substr(0, std::min(end, kMost - rest_.size()));
            begun_ = true;
            if (end == std::string_view::npos)
                return;
            finish(take);
            piece.remove_prefix(end + 1);
        }
    }

    template <class Take> void end(const Take& take)
    {
        if (begun_)
            finish(take);
    }

private:
    template <class Take> void finish(const Take& take)
    {
        take(without_return(rest_), ++number_);
        rest_.clear();
        begun_ = false;
    }

    static std::string_view without_return(std::string_view line)
    {
        return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    }

    std::string rest_;
    bool begun_ = false;
    std::size_t number_ = 0;
};

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace smtpprobe {

/// Lines out of pieces, without their ends (LF or CRLF). The last one need not have an end.
class Lines {
public:
    /// A line longer than this is cut into several, so that memory stays bounded.
    static constexpr std::size_t kMost = 1U << 20U;

    /// `take(line, number)` for each line that is complete; numbers count from 1.
    template <class Take> void feed(std::string_view piece, const Take& take)
    {
        rest_ += piece;
        std::size_t from = 0;
        for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', from)) {
            take(without_return(std::string_view(rest_).substr(from, end - from)), ++number_);
            from = end + 1;
        }
        rest_.erase(0, from);
        if (rest_.size() > kMost)
            end(take);
    }

    template <class Take> void end(const Take& take)
    {
        if (!rest_.empty())
            take(without_return(rest_), ++number_);
        rest_.clear();
    }

private:
    static std::string_view without_return(std::string_view line)
    {
        return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    }

    std::string rest_;
    std::size_t number_ = 0;
};

} // namespace smtpprobe

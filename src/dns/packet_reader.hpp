// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <ares.h>

#include "base/ascii.hpp"

namespace smtpprobe {

/// Reads forward through a packet. After a read over the end it is bad for good, and gives zeros.
class PacketReader {
public:
    explicit PacketReader(std::string_view bytes)
        : bytes_(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())
    {
    }

    bool good() const { return good_; }
    std::size_t at() const { return at_; }
    std::size_t left() const { return good_ ? bytes_.size() - at_ : 0; }

    unsigned u8() { return take(1) ? bytes_[at_ - 1] : 0U; }
    unsigned u16()
    {
        const auto high = u8();
        return high << 8 | u8();
    }
    std::uint32_t u32()
    {
        const std::uint32_t high = u16();
        return high << 16 | u16();
    }

    std::span<const unsigned char> take_bytes(std::size_t count)
    {
        return take(count) ? bytes_.subspan(at_ - count, count) : std::span<const unsigned char>();
    }

    /// Lower case, no final dot; unusual bytes come out escaped (`\.`, `\007`), so the text is
    /// printable and such a name is never mistaken for a plain one.
    std::string name()
    {
        if (left() == 0) {
            good_ = false;
            return {};
        }
        char* expanded = nullptr;
        long length = 0;
        if (ares_expand_name(bytes_.data() + at_, bytes_.data(), static_cast<int>(bytes_.size()), &expanded,
                             &length) != ARES_SUCCESS) {
            good_ = false;
            return {};
        }
        const std::unique_ptr<char, void (*)(void*)> owner(expanded, ares_free_string);
        take(static_cast<std::size_t>(length));
        return to_lower(std::string_view(expanded));
    }

    void seek(std::size_t to)
    {
        good_ = good_ && to <= bytes_.size();
        at_ = good_ ? to : at_;
    }

private:
    bool take(std::size_t count)
    {
        good_ = good_ && count <= bytes_.size() - at_;
        at_ += good_ ? count : 0;
        return good_;
    }

    std::span<const unsigned char> bytes_;
    std::size_t at_ = 0;
    bool good_ = true;
};

} // namespace smtpprobe

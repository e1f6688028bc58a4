// SPDX-License-Identifier: Apache-2.0
#include "mime/charset.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <iconv.h>

#include "base/ascii.hpp"
#include "base/printable.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// A name that iconv may be asked for: it also takes `//TRANSLIT` and paths of its own.
std::string iconv_name(std::string_view charset)
{
    if (charset.size() > 40 || charset.empty() || !std::all_of(charset.begin(), charset.end(), [](char c) {
            return is_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':';
        }))
        return {};
    std::string lower = to_lower(charset);
    // Names that mail uses and iconv does not know, or knows as something narrower than what is sent.
    struct Alias {
        std::string_view name;
        const char* known;
    };
    static constexpr Alias aliases[] = {
        {"x-sjis", "CP932"},
        {"shift_jis", "CP932"},
        {"shift-jis", "CP932"},
        {"windows-31j", "CP932"},
        {"iso-2022-jp", "ISO-2022-JP-3"},
        {"iso-8859-8-i", "ISO-8859-8"},
        {"ks_c_5601-1987", "CP949"},
        {"ks_c_5601", "CP949"},
        {"gb2312", "GB18030"},
        {"x-gbk", "GB18030"},
        {"x-euc-jp", "EUC-JP"},
        {"unicode-1-1-utf-7", "UTF-7"},
        {"iso-8859-1", "CP1252"},
        {"latin1", "CP1252"},
        {"x-user-defined", "CP1252"},
    };
    for (const Alias& alias : aliases)
        if (alias.name == lower)
            return alias.known;
    return lower;
}

class Converter {
public:
    explicit Converter(const std::string& charset) : handle_(iconv_open("UTF-8", charset.c_str())) {}
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter()
    {
        if (valid())
            iconv_close(handle_);
    }
    // iconv_open's own way to say no.
    bool valid() const { return handle_ != reinterpret_cast<iconv_t>(-1); } // NOLINT

    std::string convert(std::string_view bytes)
    {
        std::string out;
        std::array<char, 4096> room{};
        std::string input(bytes);
        char* from = input.data();
        std::size_t left = input.size();
        while (left > 0) {
            char* to = room.data();
            std::size_t free = room.size();
            const std::size_t done = iconv(handle_, &from, &left, &to, &free);
            const int error = errno;
            out.append(room.data(), room.size() - free);
            if (done != static_cast<std::size_t>(-1) || error == E2BIG)
                continue;
            out += kReplacement;
            if (error == EINVAL) // an unfinished character at the end
                break;
            ++from;
            --left;
        }
        return out;
    }

private:
    iconv_t handle_;
};

bool is_utf8(std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = utf8_sequence_length(bytes.substr(at, 4));
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

bool is_ascii(std::string_view bytes)
{
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::optional<std::string> converted(std::string_view bytes, const std::string& charset)
{
    Converter converter(charset);
    if (!converter.valid())
        return std::nullopt;
    return converter.convert(bytes);
}

std::string with_replacements(std::string_view bytes)
{
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = utf8_sequence_length(bytes.substr(at, 4));
        out += length == 0 ? kReplacement : bytes.substr(at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

/// ISO-2022-JP shows itself: no other charset of mail has these escapes.
bool has_japanese_escapes(std::string_view bytes)
{
    return bytes.find("\x1b$B") != std::string_view::npos || bytes.find("\x1b$@") != std::string_view::npos;
}

} // namespace

std::string to_utf8(std::string_view bytes, std::string_view charset)
{
    std::string name = iconv_name(trimmed(charset));
    // ASCII that is none, and names that are none, tell nothing.
    if (name == "us-ascii" || name == "ascii" || name == "unknown-8bit" || name == "x-unknown")
        name.clear();
    if (name == "utf-8" || name == "utf8")
        return with_replacements(bytes);
    if (has_japanese_escapes(bytes))
        name = "ISO-2022-JP-3";
    else if (is_ascii(bytes) && (name.empty() || name == "CP1252"))
        return std::string(bytes);
    if (!name.empty())
        if (auto text = converted(bytes, name))
            return with_replacements(*text);
    if (is_utf8(bytes))
        return std::string(bytes);
    return converted(bytes, "CP1252").value_or(with_replacements(bytes));
}

} // namespace smtpprobe

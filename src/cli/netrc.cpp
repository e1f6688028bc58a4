// SPDX-License-Identifier: Apache-2.0
#include "cli/netrc.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

namespace smtpprobe {
namespace {

constexpr std::size_t kLongest = std::size_t{1024} * 1024;

/// The words of the file: between blanks, or in quotes, where a backslash takes the next character as it is.
class Words {
public:
    explicit Words(std::string_view text) : text_(text) {}

    std::optional<std::string> next()
    {
        skip_blanks();
        while (at_ < text_.size() && text_[at_] == '#') { // a comment, to the end of its line
            at_ = std::min(text_.find('\n', at_), text_.size());
            skip_blanks();
        }
        if (at_ >= text_.size())
            return std::nullopt;
        return text_[at_] == '"' ? in_quotes() : bare();
    }
    /// The body of a macro goes to the next empty line.
    void skip_macro()
    {
        const auto end = text_.find("\n\n", at_);
        at_ = end == text_.npos ? text_.size() : end + 2;
    }

private:
    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    void skip_blanks()
    {
        while (at_ < text_.size() && is_blank(text_[at_]))
            ++at_;
    }
    std::string bare()
    {
        const auto begin = at_;
        while (at_ < text_.size() && !is_blank(text_[at_]))
            ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }
    std::string in_quotes()
    {
        std::string word;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size())
                ++at_;
            word += text_[at_];
        }
        ++at_;
        return word;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

} // namespace

std::vector<HostLogin> parse_netrc(std::string_view text)
{
    Words words(text);
    std::vector<HostLogin> entries;
    const auto value = [&] { return words.next().value_or(""); };
    while (const auto word = words.next()) {
        if (*word == "machine")
            entries.push_back({value(), {}, {}});
        else if (*word == "default")
            entries.push_back({std::nullopt, {}, {}});
        else if (*word == "login" && !entries.empty())
            entries.back().user = value();
        else if (*word == "password" && !entries.empty())
            entries.back().password = Secret(value());
        else if (*word == "login" || *word == "password" || *word == "account")
            words.next();
        else if (*word == "macdef")
            words.skip_macro();
    }
    return entries;
}

std::string default_netrc()
{
    if (const char* path = std::getenv("NETRC"); path != nullptr && *path != '\0')
        return path;
    const char* home = std::getenv("HOME");
    return home != nullptr && *home != '\0' ? std::string(home) + "/.netrc" : std::string();
}

Expected<std::string, std::string> read_netrc(const std::string& path)
{
    const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "re"));
    if (!file)
        return Unexpected<std::string>(std::string("cannot be read: ") + std::strerror(errno)); // NOLINT
    std::string text(kLongest + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()) != 0)
        return Unexpected<std::string>("cannot be read");
    if (text.size() > kLongest)
        return Unexpected<std::string>("is no netrc file: it is longer than a megabyte");
    return text;
}

} // namespace smtpprobe

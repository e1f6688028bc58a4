// SPDX-License-Identifier: Apache-2.0
#include "cli/netrc.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "base/ascii.hpp"
#include "base/printable.hpp"

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

Expected<NetrcEntry, std::string> find_in_netrc(std::string_view text, std::string_view host,
                                                std::string_view user)
{
    Words words(text);
    bool about_host = false; // the entry that is read now is for this host, or for all
    bool any = false;
    NetrcEntry entry;
    const auto fits = [&] {
        return about_host && !entry.password.empty() && (user.empty() || entry.user == user);
    };
    while (const auto word = words.next()) {
        if (*word == "machine" || *word == "default") {
            if (fits())
                return entry;
            entry = {};
            about_host = *word == "default" || equal_ignoring_case(words.next().value_or(""), host);
            any = any || about_host;
        } else if (*word == "login") {
            entry.user = words.next().value_or("");
        } else if (*word == "password") {
            entry.password = Secret(words.next().value_or(""));
        } else if (*word == "account") {
            words.next();
        } else if (*word == "macdef") {
            words.skip_macro();
        }
    }
    if (fits())
        return entry;
    const auto name = printable(host, 80);
    if (!any)
        return Unexpected<std::string>("has no entry for " + name + ": machine " + name +
                                       " login ... password ...");
    return Unexpected<std::string>("has no password for " +
                                   (user.empty() ? "" : printable(user, 80) + " at ") + name);
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

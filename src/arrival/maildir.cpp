// SPDX-License-Identifier: Apache-2.0
#include "arrival/maildir.hpp"

#include <cerrno>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/printable.hpp"
#include "extract/received_path.hpp"

namespace smtpprobe {
namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

std::string cannot(const std::string& path, int error)
{
    return printable(path, 200) + ": " + std::strerror(error);
}

/// The beginning of a file, as much as may be header; nothing where it cannot be read: see errno.
std::optional<std::string> beginning_of(const std::string& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return std::nullopt;
    std::string text(kMostHeaderOctets, '\0');
    std::size_t length = 0;
    ssize_t got = 1;
    while (got > 0 && length < text.size()) {
        got = ::read(descriptor, text.data() + length, text.size() - length);
        length += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    const int error = errno;
    ::close(descriptor);
    errno = error;
    if (got < 0)
        return std::nullopt;
    text.resize(length);
    const auto crlf = text.find("\r\n\r\n");
    const auto lf = text.find("\n\n");
    text.resize(std::min({crlf, lf, text.size()}));
    return text;
}

} // namespace

template <class Take> std::optional<std::string> Maildir::for_each_message(const StopFlag& stop, Take take)
{
    for (const char* part : {"/new", "/cur"}) {
        const std::string path = path_ + part;
        const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(path.c_str()));
        if (!directory)
            return errno == ENOENT
                       ? printable(path_, 200) + " is no maildir: it has no directory " + (part + 1)
                       : cannot(path, errno);
        while (const dirent* entry = ::readdir(directory.get())) {
            if (stop)
                return std::nullopt;
            const std::string file = entry->d_name;
            if (file.starts_with('.'))
                continue;
            auto there = path;
            there.append("/").append(file);
            if (!take(there, file.substr(0, file.find(':'))))
                return std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<std::string> Maildir::open(const StopFlag& stop)
{
    return for_each_message(stop, [&](const std::string&, std::string name) {
        known_.insert(std::move(name));
        return true;
    });
}

Mailbox::Look Maildir::look(const StopFlag& stop, Clock::time_point /*until*/)
{
    Look found;
    const auto wrong = for_each_message(stop, [&](const std::string& path, std::string name) {
        if (known_.contains(name))
            return true;
        auto header = beginning_of(path);
        if (!header) {
            // A mail program may move it at any time: then it is there under another name.
            if (errno != ENOENT)
                found.why_not = cannot(path, errno);
            return true;
        }
        if (message_id_of(*header) == id_)
            found.header = std::move(header);
        else
            known_.insert(std::move(name));
        return !found.header;
    });
    if (wrong)
        found.why_not = *wrong;
    return found;
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "mime/message_content.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/printable.hpp"
#include "extract/received_path.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kPiece = std::size_t{32} * 1024;
/// A line of filler with its CRLF, where it is not the last one.
constexpr std::uint64_t kFillerLine = 78;

std::string system_words(int error) { return std::strerror(error); }

Unexpected<std::string> because(int error) { return Unexpected<std::string>(system_words(error)); }

/// Copies all that can be read; an errno, or 0.
int copy(int from, int to)
{
    std::array<char, kPiece>
        piece; // NOLINT(cppcoreguidelines-pro-type-member-init): filled before it is read
    for (;;) {
        const auto got = ::read(from, piece.data(), piece.size());
        if (got == 0)
            return 0;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno;
        for (ssize_t done = 0; done < got;) {
            const auto wrote = ::write(to, piece.data() + done, static_cast<std::size_t>(got - done));
            if (wrote < 0 && errno != EINTR)
                return errno;
            done += std::max<ssize_t>(wrote, 0);
        }
    }
}

bool is_utf8_beyond_ascii(std::string_view text)
{
    bool beyond = false;
    while (!text.empty()) {
        const auto length = utf8_sequence_length(text);
        if (length == 0)
            return false;
        beyond = beyond || length > 1;
        text.remove_prefix(length);
    }
    return beyond;
}

/// Where the header of a message ends, its empty line included, or npos.
std::size_t header_end(std::string_view lines)
{
    if (lines.starts_with("\r\n"))
        return 2;
    const auto at = lines.find("\r\n\r\n");
    return at == std::string_view::npos ? at : at + 4;
}

} // namespace

MessageFile::~MessageFile() { ::close(descriptor_); }

long MessageFile::read_at(std::uint64_t offset, char* into, std::size_t room) const
{
    ssize_t got = 0;
    do
        got = ::pread(descriptor_, into, room, static_cast<off_t>(offset));
    while (got < 0 && errno == EINTR);
    return got;
}

Expected<std::shared_ptr<const MessageFile>, std::string> temporary_file()
{
    const char* const wanted = std::getenv("TMPDIR");
    const std::string directory = wanted != nullptr && *wanted != '\0' ? wanted : "/tmp";
    std::string path = directory + "/smtpprobe-XXXXXX";
    const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);
    if (descriptor < 0)
        return Unexpected<std::string>("a temporary file in " + directory + ": " + system_words(errno));
    ::unlink(path.c_str());
    return std::make_shared<const MessageFile>(descriptor);
}

Expected<std::shared_ptr<const MessageFile>, std::string> open_message_file(const std::string& path)
{
    const int descriptor =
        path == "-" ? ::fcntl(0, F_DUPFD_CLOEXEC, 0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return because(errno);
    auto file = std::make_shared<const MessageFile>(descriptor);
    struct stat facts = {};
    if (::fstat(descriptor, &facts) != 0)
        return because(errno);
    if (S_ISDIR(facts.st_mode))
        return because(EISDIR);
    // Of a standard input that is a file, another program may have read a part.
    if (S_ISREG(facts.st_mode) && path != "-")
        return file;
    auto spool = temporary_file();
    if (!spool)
        return spool;
    if (const int error = copy(descriptor, (*spool)->descriptor()); error != 0)
        return because(error);
    return spool;
}

Expected<MessageFacts, std::string> measure(const MessageContent& content)
{
    MessageFacts facts;
    MessageLines lines;
    std::string head; // the first lines, as long as they may be header
    bool in_head = true;
    std::string out;
    const auto taken = [&] {
        if (!in_head)
            return out.clear();
        head += out;
        out.clear();
        in_head = header_end(head) == std::string::npos && head.size() < kMostHeaderOctets;
    };
    if (content.file) {
        std::string piece(kPiece, '\0');
        for (std::uint64_t offset = 0;;) {
            const auto got = content.file->read_at(offset, piece.data(), piece.size());
            if (got < 0)
                return because(errno);
            if (got == 0)
                break;
            offset += static_cast<std::uint64_t>(got);
            lines.take(std::string_view(piece).substr(0, static_cast<std::size_t>(got)), out);
            taken();
        }
    } else {
        lines.take(content.text, out);
    }
    lines.finish(out);
    taken();
    head.resize(std::min(header_end(head), head.size()));
    facts.id = message_id_of(head);
    facts.octets = lines.octets() + content.filler;
    facts.longest_line = lines.longest_line();
    facts.stray_carriage_returns = lines.stray_carriage_returns();
    facts.eight_bit = lines.eight_bit();
    facts.utf8_header = is_utf8_beyond_ascii(head);
    facts.has_nul = lines.has_nul();
    return facts;
}

ContentSource::ContentSource(std::shared_ptr<const MessageContent> content, const MessageFacts& facts)
    : content_(std::move(content)), filler_left_(content_->filler), octets_(facts.octets)
{
    size = facts.octets;
    eight_bit = facts.eight_bit;
    utf8 = facts.utf8_header;
}

std::size_t ContentSource::read(char* into, std::size_t room)
{
    if (taken_ == ready_.size()) {
        ready_.clear();
        taken_ = 0;
        fill();
    }
    const auto count = failed_ != nullptr ? 0 : std::min(room, ready_.size() - taken_);
    std::copy_n(ready_.data() + taken_, count, into);
    taken_ += count;
    given_ += count;
    if (count == 0 && room > 0 && failed_ == nullptr && given_ != octets_)
        failed_ = "the file of the message changed while it was sent";
    return count;
}

void ContentSource::fill()
{
    while (ready_.empty() && !content_ended_) {
        std::array<char, kPiece>
            piece; // NOLINT(cppcoreguidelines-pro-type-member-init): filled before it is read
        long got = 0;
        if (content_->file) {
            got = content_->file->read_at(offset_, piece.data(), piece.size());
        } else {
            const auto rest = std::string_view(content_->text).substr(offset_, piece.size());
            std::copy(rest.begin(), rest.end(), piece.begin());
            got = static_cast<long>(rest.size());
        }
        if (got < 0) {
            failed_ = "the file of the message cannot be read any more";
            return;
        }
        offset_ += static_cast<std::uint64_t>(got);
        lines_.take(std::string_view(piece.data(), static_cast<std::size_t>(got)), ready_);
        content_ended_ = got == 0;
        if (content_ended_)
            lines_.finish(ready_);
    }
    if (ready_.empty())
        add_filler();
}

/// Lines that say how far they are, so that one that is missing or twice there is noticed.
void ContentSource::add_filler()
{
    while (filler_left_ > 0 && ready_.size() < kPiece) {
        // No rest of one octet: that would be no line.
        const auto length =
            filler_left_ == kFillerLine + 1 ? kFillerLine - 1 : std::min(filler_left_, kFillerLine);
        auto line = "filler " + std::to_string(++filled_) + ' ';
        line.resize(length - 2, 'x');
        ready_ += line + "\r\n";
        filler_left_ -= length;
    }
}

} // namespace smtpprobe

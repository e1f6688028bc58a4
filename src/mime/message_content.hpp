// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "smtp/message_lines.hpp"
#include "smtp/message_source.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/message_facts.hpp"

namespace smtpprobe {

/// A file that was opened once and is read from any place; nobody's position moves.
class MessageFile {
public:
    /// Takes the descriptor over.
    explicit MessageFile(int descriptor) : descriptor_(descriptor) {}
    ~MessageFile();
    MessageFile(const MessageFile&) = delete;
    MessageFile& operator=(const MessageFile&) = delete;

    int descriptor() const { return descriptor_; }
    /// Octets that were read, 0 at the end, -1 where that failed.
    long read_at(std::uint64_t offset, char* into, std::size_t room) const;

private:
    int descriptor_;
};

/// The octets of a message: before its lines are what they must be.
struct MessageContent {
    std::string text;                        ///< in memory
    std::shared_ptr<const MessageFile> file; ///< or in a file
    std::uint64_t filler = 0;                ///< octets of lines that follow, 0 or at least 2
};

/// A new file without a name, gone when it is closed; or why there can be none.
Expected<std::shared_ptr<const MessageFile>, std::string> temporary_file();
/// Opens a file; what is no plain file (a pipe, `-` for standard input) is copied to a temporary one.
Expected<std::shared_ptr<const MessageFile>, std::string> open_message_file(const std::string& path);

/// Reads it once, and tells what it is; or why it cannot be read.
Expected<MessageFacts, std::string> measure(const MessageContent& content);

/// One delivery of it. `octets` is what measure() counted: another count at the end is a failure.
class ContentSource : public MessageSource {
public:
    ContentSource(std::shared_ptr<const MessageContent> content, const MessageFacts& facts);

    std::size_t read(char* into, std::size_t room) override;
    const char* failed() const override { return failed_; }

private:
    void fill();
    void add_filler();

    std::shared_ptr<const MessageContent> content_;
    MessageLines lines_;
    std::string ready_; ///< not given out yet, from taken_ on
    std::size_t taken_ = 0;
    std::uint64_t offset_ = 0; ///< of what is read next
    std::uint64_t filler_left_ = 0;
    std::uint64_t filled_ = 0;
    std::uint64_t given_ = 0;
    std::uint64_t octets_;
    bool content_ended_ = false;
    const char* failed_ = nullptr;
};

} // namespace smtpprobe

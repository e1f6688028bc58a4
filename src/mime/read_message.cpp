// SPDX-License-Identifier: Apache-2.0
#include "mime/read_message.hpp"

#include <algorithm>
#include <memory>

#include "mime/charset.hpp"
#include "mime/gmime_library.hpp"
#include "mime/message_bounds.hpp"
#include "mime/tidied.hpp"

namespace smtpprobe {
namespace {

struct Unref {
    const GmimeLibrary* library;
    void operator()(void* object) const { library->unref(object); }
};
template <class Object> using Owned = std::unique_ptr<Object, Unref>;

struct Free {
    const GmimeLibrary* library;
    void operator()(char* text) const { library->free(text); }
};
using OwnedText = std::unique_ptr<char, Free>;

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

// The headers' own casts (GMIME_PART(x) …) call into the library by name; these do what they do.
template <class To> To* as(void* object) { return static_cast<To*>(object); }

/// A part's bytes as text, without the CRs and NULs that base64 and quoted-printable hid from tidied(), and
/// without what that put in.
std::string text_of(std::string_view bytes, std::string_view charset)
{
    std::string text = to_utf8(bytes.substr(0, kMostPartBytes), charset);
    std::size_t to = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (text[at] != '\0' && !(text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n'))
            text[to++] = text[at];
    text.resize(to);
    return unveiled(std::move(text));
}

MessagePart plain_text(std::string_view bytes)
{
    return MessagePart{.headers = {}, .text = text_of(bytes, {}), .children = {}};
}

/// One message's walk from GMime's objects to ours. Everything it makes is bounded.
class Reading {
public:
    explicit Reading(const GmimeLibrary& library) : library_(library) {}

    MessagePart read(const std::string& message)
    {
        const Owned<GMimeStream> stream(library_.new_memory_of(message.data(), message.size()),
                                        Unref{&library_});
        const Owned<GMimeParser> parser(library_.new_parser(stream.get()), Unref{&library_});
        const Owned<GMimeMessage> root(library_.construct_message(parser.get(), nullptr), Unref{&library_});
        if (!root)
            return plain_text(message);
        return message_part(root.get(), 0);
    }

private:
    bool is(void* object, GType type) const { return library_.is_a(as<GTypeInstance>(object), type) != 0; }

    /// The message's own headers, and those of its content (Content-*), which GMime keeps apart.
    MessagePart message_part(GMimeMessage* message, int depth)
    {
        MessagePart part;
        GMimeObject* const body = library_.mime_part(message);
        if (body != nullptr)
            part = object_part(body, depth);
        std::vector<MessageHeader> headers = headers_of(as<GMimeObject>(message));
        headers.insert(headers.end(), part.headers.begin(), part.headers.end());
        part.headers = std::move(headers);
        return part;
    }

    std::vector<MessageHeader> headers_of(GMimeObject* object) const
    {
        std::vector<MessageHeader> headers;
        GMimeHeaderList* const list = library_.header_list(object);
        const int count = library_.header_count(list);
        for (int i = 0; i < count && headers.size() < kMostHeaders; ++i) {
            GMimeHeader* const header = library_.header_at(list, i);
            const char* const raw = library_.header_raw_value(header);
            std::string name = unveiled(text_or_empty(library_.header_name(header)) + ":");
            name.pop_back();
            headers.push_back({std::move(name), decoded(raw), text_or_empty(raw)});
        }
        return headers;
    }

    std::string decoded(const char* raw) const
    {
        if (raw == nullptr)
            return {};
        const OwnedText unfolded(library_.unfold(raw), Free{&library_});
        const OwnedText text(library_.decode_text(nullptr, unfolded.get()), Free{&library_});
        std::string value = to_utf8(trimmed(text_or_empty(text.get())), "utf-8");
        std::replace(value.begin(), value.end(), '\t', ' '); // what folds leave
        return value;
    }

    MessagePart object_part(GMimeObject* object, int depth)
    {
        MessagePart part;
        ++parts_;
        GMimeContentType* const type = library_.content_type(object);
        if (type != nullptr) {
            const OwnedText name(library_.mime_type(type), Free{&library_});
            part.type = to_lower(text_or_empty(name.get()));
        }
        part.headers = headers_of(object);
        const bool room = depth < kMostDepth;
        if (is(object, library_.multipart_type())) {
            part.text = text_of(text_or_empty(library_.prologue(as<GMimeMultipart>(object))), {});
            if (room)
                add_children(part, as<GMimeMultipart>(object), depth);
        } else if (is(object, library_.message_part_type())) {
            GMimeMessage* const inner = library_.message_of(as<GMimeMessagePart>(object));
            if (inner != nullptr && room && parts_ < kMostParts)
                part.children.push_back(message_part(inner, depth + 1));
        } else if (is(object, library_.part_type())) {
            part.text = content_of(as<GMimePart>(object), part.type, type);
        }
        return part;
    }

    void add_children(MessagePart& part, GMimeMultipart* multipart, int depth)
    {
        const int count = library_.part_count(multipart);
        for (int i = 0; i < count && parts_ < kMostParts; ++i)
            part.children.push_back(object_part(library_.part_at(multipart, i), depth + 1));
    }

    std::string content_of(GMimePart* part, const std::string& type, GMimeContentType* content_type) const
    {
        // What is no text is of no use here, and may be large.
        if (!type.starts_with("text/") && !type.starts_with("message/"))
            return {};
        GMimeDataWrapper* const content = library_.content(part);
        if (content == nullptr)
            return {};
        const Owned<GMimeStream> out(library_.new_memory(), Unref{&library_});
        library_.write_content(content, out.get());
        const GByteArray* const bytes = library_.bytes_of(as<GMimeStreamMem>(out.get()));
        if (bytes == nullptr || bytes->data == nullptr)
            return {};
        const std::string_view all(reinterpret_cast<const char*>(bytes->data), bytes->len); // NOLINT
        const char* const charset =
            content_type == nullptr ? nullptr : library_.parameter(content_type, "charset");
        return text_of(all, text_or_empty(charset));
    }

    const GmimeLibrary& library_;
    std::size_t parts_ = 0;
};

} // namespace

Expected<MessagePart, std::string> read_message(std::string_view bytes)
{
    const std::string message = tidied(bytes);
    if (!begins_with_header(message))
        return plain_text(message);
    const auto& library = gmime_library();
    if (!library)
        return Unexpected<std::string>(library.error());
    return Reading(*library).read(message);
}

} // namespace smtpprobe

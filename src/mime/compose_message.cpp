// SPDX-License-Identifier: Apache-2.0
#include "mime/compose_message.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <unistd.h>

#include "base/ascii.hpp"
#include "base/mail_date.hpp"
#include "base/printable.hpp"
#include "mime/gmime_library.hpp"
#include "mime/test_bodies.hpp"

namespace smtpprobe {
namespace {

/// Of --body-file: a text that is larger belongs into an attachment.
constexpr std::size_t kMostBodyBytes = std::size_t{1} << 20U;

struct Unref {
    const GmimeLibrary* library;
    void operator()(void* object) const { library->unref(object); }
};
template <class Object> using Owned = std::unique_ptr<Object, Unref>;

template <class To> To* as(void* object) { return static_cast<To*>(object); }

using Error = std::optional<std::string>;

struct Field {
    std::string name;
    std::string value;
};

bool needs_encoding(std::string_view text)
{
    std::size_t line = 0;
    for (const char c : text) {
        line = c == '\n' ? 0 : line + 1;
        if (static_cast<unsigned char>(c) >= 0x80 || c == '\r' || c == '\0' || line > kLongestTextLine)
            return true;
    }
    return false;
}

std::string_view type_of(std::string_view name)
{
    struct Kind {
        std::string_view ending;
        std::string_view type;
    };
    constexpr Kind kKinds[] = {
        {".pdf", "application/pdf"}, {".zip", "application/zip"},  {".png", "image/png"},
        {".jpg", "image/jpeg"},      {".jpeg", "image/jpeg"},      {".gif", "image/gif"},
        {".txt", "text/plain"},      {".csv", "text/csv"},         {".html", "text/html"},
        {".xml", "application/xml"}, {".json", "application/json"}};
    const auto lower = to_lower(name);
    for (const auto& kind : kKinds)
        if (lower.ends_with(kind.ending))
            return kind.type;
    return "application/octet-stream";
}

std::vector<Field> standard_fields(const MessageSettings& settings, const MessageMarks& marks)
{
    std::string to;
    for (const auto& mailbox : marks.to)
        to += (to.empty() ? "" : ", ") + ('<' + mailbox + '>');
    auto subject = settings.subject;
    if (subject.empty())
        subject = "Test of mail to " + marks.target + " by " + marks.program + " on " + marks.host;
    return {{"From", '<' + marks.from + '>'},
            {"To", to},
            {"Subject", subject},
            {"Date", mail_date_text(marks.now)},
            {"Message-ID", '<' + marks.token + '@' + marks.host + '>'},
            {"Auto-Submitted", "auto-generated"}, // RFC 3834 5: no vacation notice answers it
            {"X-Mailer", marks.program},
            {"MIME-Version", "1.0"}};
}

/// With those of --header: the first of a name stands in place of the standard one, others are added.
std::vector<Field> fields_of(const MessageSettings& settings, const MessageMarks& marks)
{
    auto fields = standard_fields(settings, marks);
    const auto standard = static_cast<std::ptrdiff_t>(fields.size());
    std::vector<bool> replaced(fields.size(), false);
    for (const auto& line : settings.headers) {
        const auto colon = line.find(':');
        Field given{std::string(trimmed(std::string_view(line).substr(0, colon))),
                    std::string(trimmed(std::string_view(line).substr(colon + 1)))};
        const auto same = std::find_if(fields.begin(), fields.begin() + standard, [&](const Field& field) {
            return equal_ignoring_case(field.name, given.name);
        });
        const auto index = static_cast<std::size_t>(same - fields.begin());
        if (index < replaced.size() && !replaced[index]) {
            replaced[index] = true;
            *same = std::move(given);
        } else {
            fields.push_back(std::move(given));
        }
    }
    return fields;
}

class Composing {
public:
    explicit Composing(const GmimeLibrary& library) : library_(library) {}

    void add_text(const std::string& text)
    {
        const Owned<GMimeStream> stream(library_.new_memory_of(text.data(), text.size()), Unref{&library_});
        auto part = part_of(stream.get(), "text/plain",
                            needs_encoding(text) ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE
                                                 : GMIME_CONTENT_ENCODING_7BIT);
        library_.set_parameter(as<GMimeObject>(part.get()), "charset", "utf-8");
        parts_.push_back(std::move(part));
    }

    void add_attachment(GMimeStream* stream, const std::string& name)
    {
        auto part = part_of(stream, type_of(name), GMIME_CONTENT_ENCODING_BASE64);
        library_.set_disposition(as<GMimeObject>(part.get()), "attachment");
        library_.set_filename(part.get(), name.c_str());
        parts_.push_back(std::move(part));
    }

    void add_attachment(const std::string& bytes, const std::string& name)
    {
        const Owned<GMimeStream> stream(library_.new_memory_of(bytes.data(), bytes.size()), Unref{&library_});
        add_attachment(stream.get(), name);
    }

    Error add_file(const std::string& path)
    {
        const auto file = open_message_file(path);
        if (!file)
            return "--attach " + printable(path, 200) + ": " + file.error();
        // A stream begins where its descriptor stands: behind what was just copied, of a pipe.
        ::lseek((*file)->descriptor(), 0, SEEK_SET);
        const Owned<GMimeStream> stream(library_.new_file_stream(::dup((*file)->descriptor())),
                                        Unref{&library_});
        const auto slash = path.rfind('/');
        add_attachment(stream.get(), slash == std::string::npos ? path : path.substr(slash + 1));
        in_file_ = true;
        return std::nullopt;
    }

    Expected<MessageContent, std::string> write(const std::vector<Field>& fields)
    {
        const Owned<GMimeMessage> message(library_.new_message(0), Unref{&library_});
        for (const auto& field : fields)
            library_.append_header(as<GMimeObject>(message.get()), field.name.c_str(), field.value.c_str(),
                                   "utf-8");
        Owned<GMimeMultipart> all(nullptr, Unref{&library_});
        if (parts_.size() == 1) {
            library_.set_mime_part(message.get(), as<GMimeObject>(parts_.front().get()));
        } else {
            all.reset(library_.new_multipart("mixed"));
            for (const auto& part : parts_)
                library_.add_part(all.get(), as<GMimeObject>(part.get()));
            library_.set_mime_part(message.get(), as<GMimeObject>(all.get()));
        }
        return in_file_ ? write_to_file(message.get()) : write_to_memory(message.get());
    }

private:
    Owned<GMimePart> part_of(GMimeStream* stream, std::string_view type, GMimeContentEncoding encoding)
    {
        const auto words = split(type, '/');
        Owned<GMimePart> part(library_.new_part(std::string(words[0]).c_str(), std::string(words[1]).c_str()),
                              Unref{&library_});
        const Owned<GMimeDataWrapper> wrapper(library_.new_wrapper(stream, GMIME_CONTENT_ENCODING_DEFAULT),
                                              Unref{&library_});
        library_.set_content(part.get(), wrapper.get());
        library_.set_encoding(part.get(), encoding);
        return part;
    }

    Expected<MessageContent, std::string> write_to_memory(GMimeMessage* message)
    {
        const Owned<GMimeStream> out(library_.new_memory(), Unref{&library_});
        library_.write_object(as<GMimeObject>(message), nullptr, out.get());
        const GByteArray* const bytes = library_.bytes_of(as<GMimeStreamMem>(out.get()));
        MessageContent content;
        content.text.assign(reinterpret_cast<const char*>(bytes->data), bytes->len); // NOLINT
        return content;
    }

    Expected<MessageContent, std::string> write_to_file(GMimeMessage* message)
    {
        MessageContent content;
        auto file = temporary_file();
        if (!file)
            return Unexpected<std::string>(file.error());
        content.file = *file;
        const Owned<GMimeStream> out(library_.new_file_stream(::dup(content.file->descriptor())),
                                     Unref{&library_});
        if (library_.write_object(as<GMimeObject>(message), nullptr, out.get()) < 0 ||
            library_.flush(out.get()) != 0)
            return Unexpected<std::string>("the message cannot be written to a temporary file");
        return content;
    }

    const GmimeLibrary& library_;
    std::vector<Owned<GMimePart>> parts_;
    bool in_file_ = false;
};

Expected<std::string, std::string> text_of_file(const std::string& path)
{
    const auto wrong = [&](const std::string& why) {
        return Unexpected<std::string>("--body-file " + printable(path, 200) + ": " + why);
    };
    const auto file = open_message_file(path);
    if (!file)
        return wrong(file.error());
    std::string text(kMostBodyBytes + 1, '\0');
    std::size_t length = 0;
    for (long got = 1; got > 0 && length < text.size();
         length += static_cast<std::size_t>(std::max(got, 0L))) {
        got = (*file)->read_at(length, text.data() + length, text.size() - length);
        if (got < 0)
            return wrong("cannot be read");
    }
    if (length > kMostBodyBytes)
        return wrong(
            "is longer than 1 MB; say --attach to send it as a file, or --message for a whole message");
    text.resize(length);
    return text;
}

/// With LF alone at the ends of lines, and one at the end.
std::string tidy(std::string text)
{
    MessageLines lines;
    std::string out;
    lines.take(text, out);
    lines.finish(out);
    std::erase(out, '\r');
    return out;
}

} // namespace

std::string test_message_text(const MessageMarks& marks)
{
    return "This is a test message. It was sent to find out whether mail gets through.\n"
           "Nobody needs to answer it, and it can be deleted.\n\n"
           "Sent by:     " +
           marks.user + " on " + marks.host + "\nSent to:     " + joined(marks.to, ", ") +
           "\nBy way of:   " + marks.target + "\nSent at:     " + mail_date_text(marks.now) +
           "\nProgram:     " + marks.program + "\nMessage-ID:  <" + marks.token + '@' + marks.host + ">\n";
}

Expected<MessageContent, std::string> compose_message(const MessageSettings& settings,
                                                      const MessageMarks& marks)
{
    const auto& library = gmime_library();
    if (!library)
        return Unexpected<std::string>(library.error());
    Composing composing(*library);
    std::string text = settings.body.empty() ? test_message_text(marks) : settings.body;
    if (!settings.body_file.empty()) {
        auto read = text_of_file(settings.body_file);
        if (!read)
            return Unexpected<std::string>(read.error());
        text = std::move(*read);
    }
    switch (settings.test_body) {
    case TestBody::plain: break;
    case TestBody::eicar:
        text += "\nAttached is the EICAR test file. It is harmless; virus scanners must find it.\n";
        break;
    case TestBody::gtube:
        text += "\nThe next line is the GTUBE string. Spam filters must find it.\n\n" + gtube_line() + '\n';
        break;
    }
    composing.add_text(tidy(std::move(text)));
    // A scanner looks for it at the beginning of a file.
    if (settings.test_body == TestBody::eicar)
        composing.add_attachment(eicar_test_file(), "eicar.com");
    for (const auto& path : settings.attachments)
        if (auto wrong = composing.add_file(path))
            return Unexpected<std::string>(*wrong);
    return composing.write(fields_of(settings, marks));
}

} // namespace smtpprobe

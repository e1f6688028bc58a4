// SPDX-License-Identifier: Apache-2.0
#include "mime/gmime_library.hpp"

#include <dlfcn.h>

namespace smtpprobe {
namespace {

constexpr const char* kFile = "libgmime-3.0.so.0";

/// Looks names up in GMime and in what it loads itself (GLib, GObject).
class Symbols {
public:
    explicit Symbols(void* handle) : handle_(handle) {}

    template <class Function> void find(Function& function, const char* name)
    {
        // POSIX lets what dlsym returns be a function; C++ needs the cast.
        function = reinterpret_cast<Function>(dlsym(handle_, name)); // NOLINT
        if (function == nullptr && missing_.empty())
            missing_ = name;
    }
    const std::string& missing() const { return missing_; }

private:
    void* handle_;
    std::string missing_;
};

void find_parser(Symbols& symbols, GmimeLibrary& library)
{
    symbols.find(library.init, "g_mime_init");
    symbols.find(library.unref, "g_object_unref");
    symbols.find(library.free, "g_free");
    symbols.find(library.is_a, "g_type_check_instance_is_a");
    symbols.find(library.new_memory, "g_mime_stream_mem_new");
    symbols.find(library.new_memory_of, "g_mime_stream_mem_new_with_buffer");
    symbols.find(library.bytes_of, "g_mime_stream_mem_get_byte_array");
    symbols.find(library.new_parser, "g_mime_parser_new_with_stream");
    symbols.find(library.construct_message, "g_mime_parser_construct_message");
}

void find_accessors(Symbols& symbols, GmimeLibrary& library)
{
    symbols.find(library.header_list, "g_mime_object_get_header_list");
    symbols.find(library.header_count, "g_mime_header_list_get_count");
    symbols.find(library.header_at, "g_mime_header_list_get_header_at");
    symbols.find(library.header_name, "g_mime_header_get_name");
    symbols.find(library.header_raw_value, "g_mime_header_get_raw_value");
    symbols.find(library.unfold, "g_mime_utils_header_unfold");
    symbols.find(library.decode_text, "g_mime_utils_header_decode_text");
    symbols.find(library.content_type, "g_mime_object_get_content_type");
    symbols.find(library.mime_type, "g_mime_content_type_get_mime_type");
    symbols.find(library.parameter, "g_mime_content_type_get_parameter");
    symbols.find(library.mime_part, "g_mime_message_get_mime_part");
    symbols.find(library.multipart_type, "g_mime_multipart_get_type");
    symbols.find(library.part_count, "g_mime_multipart_get_count");
    symbols.find(library.part_at, "g_mime_multipart_get_part");
    symbols.find(library.prologue, "g_mime_multipart_get_prologue");
    symbols.find(library.message_part_type, "g_mime_message_part_get_type");
    symbols.find(library.message_of, "g_mime_message_part_get_message");
    symbols.find(library.part_type, "g_mime_part_get_type");
    symbols.find(library.content, "g_mime_part_get_content");
    symbols.find(library.write_content, "g_mime_data_wrapper_write_to_stream");
}

void find_composer(Symbols& symbols, GmimeLibrary& library)
{
    symbols.find(library.new_message, "g_mime_message_new");
    symbols.find(library.set_header, "g_mime_object_set_header");
    symbols.find(library.append_header, "g_mime_object_append_header");
    symbols.find(library.set_mime_part, "g_mime_message_set_mime_part");
    symbols.find(library.new_part, "g_mime_part_new_with_type");
    symbols.find(library.new_wrapper, "g_mime_data_wrapper_new_with_stream");
    symbols.find(library.set_content, "g_mime_part_set_content");
    symbols.find(library.set_encoding, "g_mime_part_set_content_encoding");
    symbols.find(library.set_filename, "g_mime_part_set_filename");
    symbols.find(library.set_disposition, "g_mime_object_set_disposition");
    symbols.find(library.set_parameter, "g_mime_object_set_content_type_parameter");
    symbols.find(library.new_multipart, "g_mime_multipart_new_with_subtype");
    symbols.find(library.add_part, "g_mime_multipart_add");
    symbols.find(library.write_object, "g_mime_object_write_to_stream");
    symbols.find(library.new_file_stream, "g_mime_stream_fs_new");
    symbols.find(library.flush, "g_mime_stream_flush");
}

Expected<GmimeLibrary, std::string> load()
{
    // Never closed: GLib cannot be unloaded.
    void* const handle = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
        return Unexpected<std::string>(std::string("messages are read and written by GMime, and ") + kFile +
                                       " cannot be loaded: install the package libgmime-3.0-0");
    GmimeLibrary library;
    Symbols symbols(handle);
    find_parser(symbols, library);
    find_accessors(symbols, library);
    find_composer(symbols, library);
    if (!symbols.missing().empty())
        return Unexpected<std::string>(std::string("messages are read and written by GMime 3, and this ") +
                                       kFile + " lacks " + symbols.missing());
    library.init();
    return library;
}

} // namespace

const Expected<GmimeLibrary, std::string>& gmime_library()
{
    static const Expected<GmimeLibrary, std::string> library = load();
    return library;
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gmime/gmime.h>

#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// The functions of GMime and GLib that are used here, found in the library when it is first needed. The
/// headers' own names and macros must not be called: nothing is linked.
struct GmimeLibrary {
    decltype(&g_mime_init) init = nullptr;
    decltype(&g_object_unref) unref = nullptr;
    decltype(&g_free) free = nullptr;
    decltype(&g_type_check_instance_is_a) is_a = nullptr;
    decltype(&g_mime_stream_mem_new) new_memory = nullptr;
    decltype(&g_mime_stream_mem_new_with_buffer) new_memory_of = nullptr;
    decltype(&g_mime_stream_mem_get_byte_array) bytes_of = nullptr;
    decltype(&g_mime_parser_new_with_stream) new_parser = nullptr;
    decltype(&g_mime_parser_construct_message) construct_message = nullptr;
    decltype(&g_mime_object_get_header_list) header_list = nullptr;
    decltype(&g_mime_header_list_get_count) header_count = nullptr;
    decltype(&g_mime_header_list_get_header_at) header_at = nullptr;
    decltype(&g_mime_header_get_name) header_name = nullptr;
    decltype(&g_mime_header_get_raw_value) header_raw_value = nullptr;
    decltype(&g_mime_utils_header_unfold) unfold = nullptr;
    decltype(&g_mime_utils_header_decode_text) decode_text = nullptr;
    decltype(&g_mime_object_get_content_type) content_type = nullptr;
    decltype(&g_mime_content_type_get_mime_type) mime_type = nullptr;
    decltype(&g_mime_content_type_get_parameter) parameter = nullptr;
    decltype(&g_mime_message_get_mime_part) mime_part = nullptr;
    decltype(&g_mime_multipart_get_type) multipart_type = nullptr;
    decltype(&g_mime_multipart_get_count) part_count = nullptr;
    decltype(&g_mime_multipart_get_part) part_at = nullptr;
    decltype(&g_mime_multipart_get_prologue) prologue = nullptr;
    decltype(&g_mime_message_part_get_type) message_part_type = nullptr;
    decltype(&g_mime_message_part_get_message) message_of = nullptr;
    decltype(&g_mime_part_get_type) part_type = nullptr;
    decltype(&g_mime_part_get_content) content = nullptr;
    decltype(&g_mime_data_wrapper_write_to_stream) write_content = nullptr;
    // To compose:
    decltype(&g_mime_message_new) new_message = nullptr;
    decltype(&g_mime_object_set_header) set_header = nullptr;
    decltype(&g_mime_object_append_header) append_header = nullptr;
    decltype(&g_mime_message_set_mime_part) set_mime_part = nullptr;
    decltype(&g_mime_part_new_with_type) new_part = nullptr;
    decltype(&g_mime_data_wrapper_new_with_stream) new_wrapper = nullptr;
    decltype(&g_mime_part_set_content) set_content = nullptr;
    decltype(&g_mime_part_set_content_encoding) set_encoding = nullptr;
    decltype(&g_mime_part_set_filename) set_filename = nullptr;
    decltype(&g_mime_object_set_disposition) set_disposition = nullptr;
    decltype(&g_mime_object_set_content_type_parameter) set_parameter = nullptr;
    decltype(&g_mime_multipart_new_with_subtype) new_multipart = nullptr;
    decltype(&g_mime_multipart_add) add_part = nullptr;
    decltype(&g_mime_object_write_to_stream) write_object = nullptr;
    decltype(&g_mime_stream_fs_new) new_file_stream = nullptr;
    decltype(&g_mime_stream_flush) flush = nullptr;
};

/// The library, loaded and initialised once; or why there is none.
const Expected<GmimeLibrary, std::string>& gmime_library();

} // namespace smtpprobe

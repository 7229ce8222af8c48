// Tar files, made by hand, so that they can be wrong. Users link `archive`.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace pipec::test {

/// One block of ustar, with the checksum. `size` is what it says, whatever follows.
inline std::string tarHeader(const std::string& name, char type, const std::string& link = "",
                             uint64_t size = 0) {
  std::string block(512, '\0');
  auto put = [&](size_t at, const std::string& text) { block.replace(at, text.size(), text); };
  auto octal = [](uint64_t number, size_t digits) {
    std::string text(digits, '0');
    for (size_t i = digits; i-- > 0; number /= 8)
      text[i] = static_cast<char>('0' + number % 8);
    return text;
  };
  put(0, name.substr(0, 100));
  put(100, "0000755");
  put(108, "0000000");
  put(116, "0000000");
  if (size < (uint64_t(1) << 33)) {
    put(124, octal(size, 11));
  } else { // binary, as GNU tar does it
    block[124] = '\x80';
    for (size_t i = 0; i < 8; ++i)
      block[135 - i] = static_cast<char>(size >> (8 * i));
  }
  put(136, "00000000000");
  put(148, "        ");
  block[156] = type;
  put(157, link.substr(0, 100));
  put(257, std::string("ustar\0"
                       "00",
                       8));
  unsigned sum = 0;
  for (char c : block)
    sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + std::string("\0 ", 2));
  return block;
}

inline std::string tarFile(const std::string& name, const std::string& content) {
  std::string padding((512 - content.size() % 512) % 512, '\0');
  return tarHeader(name, '0', "", content.size()) + content + padding;
}
inline std::string tarFolder(const std::string& name) {
  return tarHeader(name, '5');
}

/// A header of PAX for the next entry.
inline std::string paxHeader(const std::string& key, const std::string& value) {
  size_t size = key.size() + value.size() + 3;
  size_t whole = size + std::to_string(size).size();
  whole = size + std::to_string(whole).size();
  std::string record = std::to_string(whole) + " " + key + "=" + value + "\n";
  std::string padding((512 - record.size() % 512) % 512, '\0');
  return tarHeader("pax", 'x', "", record.size()) + record + padding;
}

inline const std::string TarEnd(1024, '\0');

/// One member.
inline std::string gzip(const std::string& bytes) {
  std::string result(bytes.size() / 100 + 100'000 + bytes.size(), '\0');
  size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_add_filter_gzip(writer);
  archive_write_set_format_raw(writer);
  archive_write_set_bytes_in_last_block(writer, 1);
  bool good = archive_write_open_memory(writer, result.data(), result.size(), &used) == ARCHIVE_OK;
  archive_entry* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  good = good && archive_write_header(writer, entry) == ARCHIVE_OK;
  good = good && archive_write_data(writer, bytes.data(), bytes.size()) ==
                     static_cast<la_ssize_t>(bytes.size());
  archive_write_close(writer);
  archive_entry_free(entry);
  archive_write_free(writer);
  if (!good)
    std::abort();
  result.resize(used);
  return result;
}

} // namespace pipec::test

#include "runner/formats/next_version.h"

#include <algorithm>
#include <ctime>

namespace drydock {
namespace {

// The next number in at least the same width.
std::string successor(std::string number) {
  std::size_t at = number.size();
  while (at > 0 && number[at - 1] == '9') number[--at] = '0';
  if (at == 0) return "1" + number;
  ++number[at - 1];
  return number;
}

}  // namespace

std::string utc_timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[15];
  return {text, std::strftime(text, sizeof text, "%Y%m%d%H%M%S", &utc)};
}

std::string next_version(const std::vector<MigrationFile>& existing, std::string_view first) {
  const Version* last = nullptr;
  for (const MigrationFile& file : existing)
    if (file.kind != MigrationKind::repeatable && (last == nullptr || *last < file.version)) last = &file.version;
  if (last == nullptr) return std::string(first);
  std::string next = successor(last->text());
  constexpr std::size_t timestamp_width = 14;
  if (last->text().size() != timestamp_width) return next;
  return std::max(utc_timestamp(), next);  // behind the last one also where its clock was ahead of this one
}

std::string file_name_of(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (byte >= 0x80 || (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
      text += lower;
    } else if (!text.empty() && text.back() != '_') {
      text += '_';
    }
  }
  while (text.ends_with('_')) text.pop_back();
  if (text.empty()) throw MigrationError(std::string(name), 0, "holds no letter or digit to name a migration by");
  return text;
}

}  // namespace drydock

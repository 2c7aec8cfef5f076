#include "runner/formats/flyway_name.h"

#include <algorithm>
#include <array>
#include <vector>

#include "runner/formats/folder_listing.h"
#include "runner/formats/sections.h"
#include "runner/migration/checksum.h"

namespace drydock {
namespace {

constexpr std::string_view separator = "__";

std::optional<FlywayName::Kind> kind_of(char prefix) {
  using Kind = FlywayName::Kind;
  switch (prefix) {
    case 'V':
      return Kind::versioned;
    case 'U':
      return Kind::undo;
    case 'B':
      return Kind::baseline;
    case 'R':
      return Kind::repeatable;
    default:
      return std::nullopt;
  }
}

std::vector<std::string_view> parts_of(std::string_view version) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t dot = version.find('.');
    parts.push_back(version.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    version.remove_prefix(dot + 1);
  }
}

// REQUIRES: the ending is taken off.
std::optional<FlywayName> parse_stem(std::string_view stem) {
  const auto kind = stem.empty() ? std::nullopt : kind_of(stem.front());
  if (!kind || first_invalid_utf8(stem) != std::string_view::npos) return std::nullopt;
  stem.remove_prefix(1);
  const std::size_t split = stem.find(separator);
  FlywayName name{.kind = *kind, .version = std::string(stem.substr(0, split)), .description = {}};
  if (split != std::string_view::npos) name.description = stem.substr(split + separator.size());
  std::ranges::replace(name.version, '_', '.');
  const bool fits = *kind == FlywayName::Kind::repeatable ? name.version.empty() && !name.description.empty()
                                                          : is_flyway_version(name.version);
  return fits ? std::optional(std::move(name)) : std::nullopt;
}

}  // namespace

std::string FlywayName::canonical_version() const {
  std::string text;
  std::size_t significant = 0;
  for (const std::string_view part : parts_of(version)) {
    const std::string_view digits = significant_digits(part);
    text += (text.empty() ? "" : ".") + std::string(digits);
    if (digits != "0" || significant == 0) significant = text.size();
  }
  text.resize(significant);
  return text;
}

bool is_flyway_version(std::string_view version) { return std::ranges::all_of(parts_of(version), is_digits); }

std::optional<FlywayName> parse_flyway_name(std::string_view file) {
  constexpr std::size_t ending = 4;  // of any case
  return ends_in_sql(file) ? parse_stem(file.substr(0, file.size() - ending)) : std::nullopt;
}

bool is_flyway_callback(std::string_view file) {
  const std::string_view event = file.substr(0, std::min(file.find(separator), file.rfind('.')));
  if (event == "createSchema") return true;
  for (const std::string_view when : {"before", "after"})
    if (event.starts_with(when) && event.size() > when.size() && event[when.size()] >= 'A' && event[when.size()] <= 'Z')
      return true;
  return false;
}

bool is_flyway_program(std::string_view file) {
  constexpr std::array endings = {"java", "class", "kt", "groovy", "scala", "sh", "bash", "bat", "cmd", "ps1", "py"};
  const std::size_t dot = file.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view ending = file.substr(dot + 1), stem = file.substr(0, dot);
  const bool program = std::ranges::any_of(endings, [&](std::string_view each) { return same_word(each, ending); });
  return program && stem.find(separator) != std::string_view::npos && parse_stem(stem);
}

}  // namespace drydock

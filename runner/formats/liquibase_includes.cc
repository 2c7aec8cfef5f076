#include "runner/formats/liquibase_includes.h"

#include <algorithm>

#include "runner/formats/sections.h"
#include "runner/migration/migration.h"

namespace drydock {
namespace {

[[noreturn]] void refuse(const std::string& file, int line, std::string_view what) {
  throw MigrationError(
      file, line,
      "holds " + std::string(what) +
          ", which cannot be honoured: of a changelog that is not SQL only include and includeAll are");
}

std::string_view without_quotes(std::string_view text) {
  text = trimmed(text);
  const bool quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// What is said of an include.
void set(ChangelogInclude& include, std::string_view key, std::string_view value, const std::string& file, int line) {
  if (key == "file" || key == "path") {
    constexpr std::string_view classpath = "classpath:";
    include.path = value.starts_with(classpath) ? value.substr(classpath.size()) : value;
  } else if (key == "relativeToChangelogFile") {
    include.relative_to_file = value == "true";
  } else if (key != "errorIfMissingOrEmpty" && key != "description" && key != "author") {
    refuse(file, line, "the attribute " + std::string(key) + " of an include");
  }
}

int line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, offset), '\n'));
}

std::string_view take_until(std::string_view& text, std::string_view ends) {
  const std::string_view taken = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(taken.size());
  return taken;
}

void skip_space(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size())); }

// The attributes of a tag: key="value".
void read_attributes(ChangelogInclude& include, std::string_view tag, const std::string& file) {
  for (skip_space(tag); !tag.empty() && tag.front() != '/'; skip_space(tag)) {
    const std::string_view key = trimmed(take_until(tag, "="));
    const std::size_t open = tag.find_first_of("\"'");
    const std::size_t close = open == std::string_view::npos ? open : tag.find(tag[open], open + 1);
    if (close == std::string_view::npos) refuse(file, include.line, "a tag that cannot be read");
    set(include, key, tag.substr(open + 1, close - open - 1), file, include.line);
    tag.remove_prefix(close + 1);
  }
}

int indent_of(std::string_view line) {
  const std::size_t indent = line.find_first_not_of(' ');
  return static_cast<int>(std::min(indent, line.size()));
}

}  // namespace

std::vector<ChangelogInclude> read_xml_includes(std::string_view text, const std::string& file) {
  std::vector<ChangelogInclude> includes;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
    const int line = line_at(text, at);
    const bool comment = text.substr(at).starts_with("<!--");
    const std::size_t end = text.find(comment ? "-->" : ">", at);
    if (end == std::string_view::npos) refuse(file, line, "a tag without an end");
    std::string_view tag = text.substr(at + 1, end - at - 1);
    at = end;
    if (comment || tag.starts_with('?') || tag.starts_with('/')) continue;
    const std::string_view name = take_until(tag, " \t\n/");
    if (name == "databaseChangeLog") continue;
    if (name != "include" && name != "includeAll") refuse(file, line, "<" + std::string(name) + ">");
    includes.push_back({.path = "", .all = name == "includeAll", .relative_to_file = false, .line = line});
    read_attributes(includes.back(), tag, file);
  }
  return includes;
}

std::vector<ChangelogInclude> read_yaml_includes(std::string_view text, const std::string& file) {
  std::vector<ChangelogInclude> includes;
  LineReader lines(text);
  int item = -1;  // the column of the include that is being read
  while (const std::optional<Line> line = lines.next()) {
    std::string_view content = trimmed(line->text);
    if (content.empty() || content.starts_with('#') || content == "---" || content == "databaseChangeLog:") continue;
    const int indent = indent_of(line->text);
    const bool opens = content.starts_with("- ");
    if (opens) content = trimmed(content.substr(2));
    const std::size_t colon = content.find(':');
    const std::string_view key = content.substr(0, colon);
    const std::string_view value =
        colon == std::string_view::npos ? std::string_view() : without_quotes(content.substr(colon + 1));
    if (key == "include" || key == "includeAll") {
      if (!opens || !value.empty()) refuse(file, line->number, "an include that cannot be read");
      item = indent;
      includes.push_back({.path = "", .all = key == "includeAll", .relative_to_file = false, .line = line->number});
    } else if (opens || includes.empty() || indent <= item) {
      refuse(file, line->number, key);
    } else {
      set(includes.back(), key, value, file, line->number);
    }
  }
  return includes;
}

}  // namespace drydock

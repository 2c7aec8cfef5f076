#include "runner/formats/placeholders.h"

#include <algorithm>

#include "runner/formats/sections.h"
#include "runner/migration/migration.h"

namespace drydock {
namespace {

constexpr std::string_view opening = "${";

int line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, offset), '\n'));
}

}  // namespace

std::optional<std::string> value_of(const Placeholders& placeholders, std::string_view name) {
  for (const auto& [known, value] : placeholders)
    if (same_word(known, name)) return value;
  return std::nullopt;
}

std::string replace_placeholders(std::string text, const std::string& file,
                                 const std::function<std::optional<std::string>(std::string_view name)>& lookup) {
  std::size_t found = text.find(opening);
  if (found == std::string::npos) return text;
  std::string replaced;
  std::size_t from = 0;
  for (; found != std::string::npos; found = text.find(opening, from)) {
    const auto refuse = [&](const std::string& why) { throw MigrationError(file, line_at(text, found), why); };
    const std::size_t end = text.find('}', found);
    if (end == std::string::npos) refuse("the placeholder that opens with ${ has no closing brace");
    const std::string name = text.substr(found + opening.size(), end - found - opening.size());
    const std::optional<std::string> value = lookup(name);
    if (!value)
      refuse("no value is given for the placeholder ${" + name + "}: add \"" + name +
             "\" = \"...\" under [placeholders] in drydock.toml");
    if (value->find_first_of("\r\n") != std::string::npos)
      refuse("the value of the placeholder ${" + name + "} has more than one line");
    replaced.append(text, from, found - from).append(*value);
    from = end + 1;
  }
  return replaced.append(text, from);
}

}  // namespace drydock

// ${name} in the text of a migration, replaced before anything else reads it: in strings, in function bodies and in
// comments too, as the tools do whose files hold them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace drydock {

using Placeholders = std::map<std::string, std::string>;

// The value of the first one whose name is the same but for the case of its letters.
std::optional<std::string> value_of(const Placeholders& placeholders, std::string_view name);

// The text with every placeholder replaced. Throws MigrationError, naming `file` and the line, where `lookup` knows no
// value, where a value holds a line break (the lines behind it would be others than those of the file), and where a
// brace is not closed. REQUIRES: the text is normalised.
std::string replace_placeholders(std::string text, const std::string& file,
                                 const std::function<std::optional<std::string>(std::string_view name)>& lookup);

}  // namespace drydock

// Texts whose statements end at a mark of their own, which a tool was told: Atlas' `delimiter`, Liquibase's
// `endDelimiter`.
#pragma once

#include <string>
#include <string_view>

#include "runner/sql/dialect.h"

namespace drydock {

// "\n", "\r" and "\t" as they are written in a directive, as the characters.
std::string unescaped(std::string_view delimiter);

// The text with a semicolon for each delimiter that stands outside of strings, quoted names and comments; the newlines
// that belong to a delimiter stay, so that every statement keeps its line. REQUIRES: the delimiter is not empty.
std::string with_semicolons(std::string_view text, std::string_view delimiter, Dialect dialect);

}  // namespace drydock

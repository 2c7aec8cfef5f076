// The name that a token stands for.
#pragma once

#include <string>

#include "runner/sql/lexer.h"

namespace drydock {

// What becomes of the letters of a word without quotes: PostgreSQL folds them, SQLite keeps them.
enum class Folding { to_lower_case, none };

// Quotes taken off and written doubles made one; "" where the token is no name.
std::string name_of(const Token& token, Folding folding = Folding::to_lower_case);

}  // namespace drydock

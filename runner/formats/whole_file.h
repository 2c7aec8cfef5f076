// Files that run from their first line to their last. A file of another tool's may lie among them that holds more than
// what runs, and to run all of it would run what takes it back.
#pragma once

#include "runner/migration/migration.h"

namespace drydock {

// Takes over sqlx's word for no transaction, `-- no-transaction` at the very start, which nothing but the text tells.
// Throws MigrationError, with the line, where the text has the sections of goose, dbmate, sql-migrate or tern.
// REQUIRES: the text is set.
void accept_whole_file(MigrationFile& file);

// Whether it opens with sqlx's word.
bool opts_out_of_transaction(std::string_view text);

}  // namespace drydock

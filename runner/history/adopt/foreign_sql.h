// What the readers' SQL has in common: values as literals of either dialect, an INSERT, and what a tool calls a file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/history/adopt/adopt_reader.h"

namespace drydock {

// Column and value, the value as SQL.
using SqlValues = std::vector<std::pair<std::string_view, std::string>>;

std::string insert_into(const ForeignTable& table, const SqlValues& values);
std::string sql_text(const Database& database, std::string_view text);
std::string sql_truth(const Database& database, bool truth);
// A time that drydock recorded, for a column of a time, or of text on SQLite.
std::string sql_time(const Database& database, const std::string& iso_8601);
// "now" as drydock spells times.
std::string now_of(Database& database);

// SELECT of columns as text ("" for NULL), in the order of `order_by`, each row as its values.
std::vector<std::vector<std::string>> read_columns(Database& database, const ForeignTable& table,
                                                   const std::vector<std::string_view>& columns,
                                                   std::string_view order_by);

// "20200101000000" of "20200101000000_init"; dots within it belong to it; "" where it does not begin with a digit.
std::string leading_version(std::string_view text);
// What the tool records for the file: what its format says, or else the version's number without leading zeros.
std::string recorded_name(const MigrationFile& file);
// "create users" of "create_users".
std::string with_spaces(std::string_view name);
// The file's bytes as they lie there. Throws MigrationError.
std::string raw_bytes(const MigrationFile& file);

}  // namespace drydock

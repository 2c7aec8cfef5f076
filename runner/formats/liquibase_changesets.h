// The changesets of one file of Liquibase's formatted SQL.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runner/formats/format.h"

namespace drydock {

struct Changeset {
  std::string author, id;
  std::string logical_file;  // logicalFilePath; empty: none
  int line = 0;
  bool run_on_change = false;
  bool transaction_none = false;
  std::string text;      // with the lines that it has in the file
  std::string checksum;  // that Liquibase keeps of it since 4.22; empty where the file allows several
  bool has_rollback = false;
  std::string rollback;
};

// Those that are for this database and its contexts. `properties` are those of the files read before, and get those of
// this one. Throws MigrationError, naming `file` and the line, for what cannot be read or honoured.
// REQUIRES: is_formatted_sql(text).
std::vector<Changeset> read_changesets(std::string_view text, const std::string& file, const FormatContext& context,
                                       std::map<std::string, std::string>& properties);

}  // namespace drydock

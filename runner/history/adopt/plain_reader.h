// The tools whose table has one row for each version that is applied and says nothing else of it: data, and one reader
// for all of them.
#pragma once

#include "runner/history/adopt/adopt_reader.h"

namespace drydock {

struct PlainTool {
  std::string_view name, table;
  std::string_view version_column;
  std::string_view time_column = {};  // "" where there is none
  // Where other tools' tables have the same name: told apart by having no other column, and by the presence or absence
  // of a second table.
  bool no_other_column = false;
  std::string_view with_table = {}, without_table = {};
  // What it records of a file: the version; or the file's name, with its ending or without, in which the number comes
  // first by which a folder in drydock's own format is matched.
  enum class Names { version, stem, file_name };
  Names names = Names::version;
};

class PlainReader : public AdoptReader {
 public:
  explicit PlainReader(const PlainTool& tool) : tool_(tool) {}

  std::string_view name() const override { return tool_.name; }
  std::vector<std::string_view> table_names() const override { return {tool_.table}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> all) const override;
  std::string_view label_column() const override { return tool_.version_column; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override;
  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& newest) const override;

 private:
  PlainTool tool_;
};

}  // namespace drydock

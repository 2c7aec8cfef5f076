// A file whose parts are opened by comment lines: what goose and sql-migrate have in common. It keeps the texts of both
// directions, each line in its place, and what may stand where.
#pragma once

#include <string>

#include "runner/formats/sections.h"
#include "runner/migration/migration.h"

namespace drydock {

class MarkedSections {
 public:
  // `up` is the line that opens the migration, for messages: "-- +goose Up". The file's name is kept, not copied.
  MarkedSections(const std::string& file, std::string up) : file_(file), up_(std::move(up)) {}

  enum class Section { none, up, down };
  Section section() const { return section_; }
  bool had_up() const { return had_up_; }
  bool in_statement() const { return in_statement_; }

  // Throw MigrationError where they cannot stand there, and where a statement stands before the first section.
  void open(Section section, const Line& line);
  void begin_statement(const Line& line);
  // The statement ends here, whether or not it ends in a semicolon.
  void end_statement(const Line& line);
  // A line that is no annotation.
  void add(const Line& line);
  // Throws MigrationError where the file has no section, or a statement is not ended. Sets the migration's text, and
  // its undo where there is one.
  void finish(MigrationFile& migration);

  [[noreturn]] void fail(int line, const std::string& why) const;

 private:
  const std::string& file_;
  std::string up_;
  Section section_ = Section::none;
  bool had_up_ = false, had_down_ = false, in_statement_ = false;
  int statement_line_ = 0;
  SectionText before_, up_text_, down_text_;
};

}  // namespace drydock

#include "runner/formats/marked_sections.h"

#include "runner/formats/migration_text.h"

namespace drydock {

void MarkedSections::fail(int line, const std::string& why) const { throw MigrationError(file_, line, why); }

void MarkedSections::open(Section section, const Line& line) {
  if (in_statement_)
    fail(line.number, "StatementBegin in line " + std::to_string(statement_line_) + " has no StatementEnd before it");
  if (section_ == Section::none)
    if (const int early = first_line_with_sql(before_.take()); early != 0)
      fail(early, "this stands before " + up_ + ", where it would not be run: move it below");
  section_ = section;
  (section == Section::up ? had_up_ : had_down_) = true;
}

void MarkedSections::begin_statement(const Line& line) {
  if (section_ == Section::none) fail(line.number, "StatementBegin stands before " + up_);
  if (in_statement_)
    fail(line.number, "StatementBegin stands inside the one that is opened in line " + std::to_string(statement_line_));
  in_statement_ = true;
  statement_line_ = line.number;
}

void MarkedSections::end_statement(const Line& line) {
  if (!in_statement_) fail(line.number, "StatementEnd has no StatementBegin before it");
  in_statement_ = false;
  (section_ == Section::up ? up_text_ : down_text_).add({";", line.number});
}

void MarkedSections::add(const Line& line) {
  (section_ == Section::none ? before_ : section_ == Section::up ? up_text_ : down_text_).add(line);
}

void MarkedSections::finish(MigrationFile& migration) {
  if (in_statement_) fail(statement_line_, "StatementBegin has no StatementEnd");
  if (!had_up_ && !had_down_) fail(0, "the line " + up_ + " is missing, and nothing of the file would be run");
  set_text(migration, up_text_.take());
  if (had_down_) migration.undo = UndoScript{migration.path, migration.file, down_text_.take()};
}

}  // namespace drydock

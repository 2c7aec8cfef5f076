#include "runner/formats/dbmate.h"

#include <algorithm>

#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/sections.h"

namespace drydock {
namespace {

std::string_view version_of(std::string_view file) { return file.substr(0, file.find_first_not_of("0123456789")); }

bool is_migration(std::string_view file) {
  return file.ends_with(".sql") && !version_of(file).empty() && first_invalid_utf8(file) == std::string_view::npos;
}

struct Directive {
  bool up = false;
  std::string_view options;
};

std::optional<Directive> directive_in(std::string_view line) {
  if (!line.starts_with("--")) return std::nullopt;
  std::string_view rest = trimmed(line.substr(2));
  const std::string_view word = take_word(rest);
  if (word != "migrate:up" && word != "migrate:down") return std::nullopt;
  return Directive{word == "migrate:up", rest};
}

bool is_directive(std::string_view line) { return directive_in(line).has_value(); }

// A pair of sections, of which a file may have several. Each is a transaction of its own, or none.
struct Part {
  std::vector<Line> up, down;  // without their directives
  int up_line = 0, down_line = 0;
  bool up_transaction = true, down_transaction = true;
};

class FileReader {
 public:
  explicit FileReader(MigrationFile& migration) : migration_(migration) {}

  void read() {
    const std::string text = text_of_file(migration_.path, migration_.file);
    LineReader lines(text);
    while (const std::optional<Line> line = lines.next()) {
      if (const auto directive = directive_in(line->text))
        open(*directive, line->number);
      else
        add(*line);
    }
    if (const int early = first_line_with_sql(before_.take()); early != 0)
      fail(early, "this stands before -- migrate:up, where nothing may: move it below");
    if (parts_.empty()) fail(0, "the line -- migrate:up is missing");
    require_down(parts_.back());
    fill();
  }

 private:
  [[noreturn]] void fail(int line, const std::string& why) const { throw MigrationError(migration_.file, line, why); }

  void require_down(const Part& part) const {
    if (part.down_line == 0)
      fail(part.up_line, "-- migrate:up has no -- migrate:down behind it, which dbmate asks for");
  }

  void open(const Directive& directive, int line) {
    const bool transaction = read_options(directive.options, line);
    if (directive.up) {
      if (!parts_.empty()) require_down(parts_.back());
      Part& part = parts_.emplace_back();
      part.up_line = line;
      part.up_transaction = transaction;
    } else {
      if (parts_.empty() || parts_.back().down_line != 0)
        fail(line, "-- migrate:down has no -- migrate:up of its own before it");
      parts_.back().down_line = line;
      parts_.back().down_transaction = transaction;
    }
  }

  // Whether there is to be a transaction.
  bool read_options(std::string_view options, int line) const {
    bool transaction = true;
    while (!options.empty()) {
      const std::string_view option = take_word(options);
      if (option != "transaction:false" && option != "transaction:true")
        fail(line, "unknown option of dbmate: " + std::string(option) + " (there is transaction:false)");
      transaction = option == "transaction:true";
    }
    return transaction;
  }

  void add(const Line& line) {
    if (parts_.empty()) return before_.add(line);
    Part& part = parts_.back();
    (part.down_line == 0 ? part.up : part.down).push_back(line);
  }

  void fill() {
    SectionText up, down;
    const bool several = parts_.size() > 1;
    for (const Part& part : parts_) {
      const bool borders = several && part.up_transaction;
      if (borders) up.add({"BEGIN;", part.up_line});
      for (const Line& line : part.up) up.add(line);
      if (borders) up.add({"COMMIT;", part.down_line});
      const bool down_borders = several && part.down_transaction;
      if (down_borders) down.add({"BEGIN;", part.down_line});
      for (const Line& line : part.down) down.add(line);
      if (down_borders) down.add({"COMMIT;", part.down.empty() ? part.down_line + 1 : part.down.back().number + 1});
    }
    set_text(migration_, up.take());
    migration_.transaction_none = std::ranges::any_of(parts_, [](const Part& part) { return !part.up_transaction; });
    migration_.undo = UndoScript{migration_.path, migration_.file, down.take(),
                                 std::ranges::any_of(parts_, [](const Part& part) { return !part.down_transaction; })};
  }

  MigrationFile& migration_;
  SectionText before_;
  std::vector<Part> parts_;
};

// The order of the names is that of the numbers where all have one width.
bool of_one_width(const std::vector<MigrationFile>& migrations) {
  return std::ranges::all_of(migrations, [&](const MigrationFile& each) {
    return each.version.text().size() == migrations.front().version.text().size();
  });
}

// Behind all others in the order of the names: the last version's successor in its width, or the time. Behind "9_a.sql"
// nothing can stand, as a digit comes before the underscore.
std::string version_after(const std::vector<MigrationFile>& existing) {
  const std::string now = utc_timestamp();
  if (existing.empty()) return now;
  const std::string& last = existing.back().version.text();
  std::string next = next_version({existing.back()});
  if (next.size() == last.size()) return next;
  if (last < now && !now.starts_with(last)) return now;
  throw MigrationError(existing.back().file, 0,
                       "no version can stand behind it: dbmate orders files by their names as text; rename its "
                       "migrations to versions of one width");
}

}  // namespace

bool DbmateFormat::recognises(const Folder& folder) const {
  const auto file = folder.any_file(is_migration);
  return file && holds_line(folder.path() / *file, is_directive);
}

std::vector<MigrationFile> DbmateFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  const std::vector<std::string> files = folder.files();
  refuse_misfits(folder.path(), files, is_migration, "<digits>_<name>.sql");
  std::vector<MigrationFile> migrations;
  migrations.reserve(files.size());
  for (const std::string& file : files) {
    const std::string_view version = version_of(file);
    MigrationFile& migration = migrations.emplace_back(file_in(folder.path(), file));
    migration.version = Version(version);
    migration.name = file.substr(version.size() + (file[version.size()] == '_' ? 1 : 0));
    migration.name.resize(migration.name.size() - std::string_view(".sql").size());
    migration.recorded_as = version;
    FileReader(migration).read();
  }
  if (of_one_width(migrations)) {
    put_in_order(folder.path(), migrations);
  } else {
    put_in_places(folder.path(), migrations);
  }
  return migrations;
}

std::vector<NewFile> DbmateFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  return {{.file = version_after(existing) + "_" + file_name_of(name) + ".sql",
           .text = "-- migrate:up\n-- " + std::string(name) + "\n\n-- migrate:down\n\n"}};
}

}  // namespace drydock

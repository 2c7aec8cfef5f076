#include "runner/history/adopt/adoption.h"

#include <algorithm>

#include "runner/history/adopt/foreign_sql.h"
#include "runner/migration/baseline_files.h"
#include "runner/sql/lexer.h"

namespace drydock {
namespace {

using State = ForeignRow::State;

bool is_same_name(std::string_view left, std::string_view right) {
  return left == right || (!left.empty() && significant_digits(left) == significant_digits(right));
}

std::string why_refused(const ForeignRow& row, std::string_view tool) {
  const std::string begin = std::string(tool) + " records " + row.label;
  switch (row.state) {
    case State::dirty:
      return begin +
             " as dirty: it was begun, and nobody recorded how it ended. Bring the database to where that "
             "version, or the one before it, is whole, and tell " +
             std::string(tool) + " so";
    case State::failed:
      return begin + " as failed, or not run to its end: mend it with " + std::string(tool) + " first";
    case State::rolled_back:
      return begin +
             " as rolled back, and as applied by no later attempt: what is left of it is not known. Run it with " +
             std::string(tool) + " again, or take its row out, first";
    case State::applied:
      break;
  }
  return {};
}

// Holds the rows of one tool against the files.
class Matching {
 public:
  Matching(const AdoptReader& reader, const ForeignTable& table, const std::vector<MigrationFile>& files,
           const std::vector<MigrationFile>& originals)
      : reader_(reader),
        table_(table),
        baseline_(newest_baseline(files)),
        candidates_(adoptable_files(files, originals)),
        rows_(candidates_.size()),
        inferred_(candidates_.size()) {}

  Adoption run(const ForeignHistory& history) {
    for (const ForeignRow& row : history.rows) {
      if (row.state != State::applied)
        result_.refusals.push_back(why_refused(row, reader_.name()));
      else if (row.up_to)
        add_up_to(row);
      else
        add(row);
    }
    if (result_.refusals.empty()) judge();
    return std::move(result_);
  }

 private:
  std::optional<std::size_t> index_of(const ForeignRow& row) const {
    for (std::size_t i = 0; i < candidates_.size(); ++i)
      if (is_row_of(row, *candidates_[i])) return i;
    return std::nullopt;
  }

  void add(const ForeignRow& row) {
    if (const auto index = index_of(row))
      rows_[*index] = &row;
    else if (!add_replaced(row))
      refuse_without_file(row);
  }

  void refuse_without_file(const ForeignRow& row) {
    result_.refusals.push_back(std::string(reader_.name()) + " records " + row.label +
                               " as applied, and no file in the folder is of that version: restore the file, or check "
                               "--migrations and --format");
  }

  // A version whose original went with a squash is known by its baseline's header.
  bool add_replaced(const ForeignRow& row) {
    if (baseline_ == nullptr || row.version.empty()) return false;
    const ReplacedVersion* replaced = baseline_->baseline->find(Version(row.version));
    if (replaced == nullptr) return false;
    result_.versions.push_back({.id = replaced->version.text(),
                                .name = replaced->name,
                                .kind = std::string(to_string(MigrationKind::versioned)),
                                .file = {},
                                .source = nullptr,
                                .applied_at = row.applied_at});
    return true;
  }

  void add_up_to(const ForeignRow& row) {
    const auto own = index_of(row);
    if (!own && row.needs_file) return refuse_without_file(row);
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const MigrationFile& file = *candidates_[i];
      if (file.kind != MigrationKind::versioned) continue;
      if (own ? i > *own : Version(row.version) < Version(file.version.text())) continue;
      if (own && i == *own && row.needs_file)
        rows_[i] = &row;
      else
        inferred_[i] = &row;
    }
  }

  void judge() {
    std::size_t last = 0;
    for (std::size_t i = 0; i < candidates_.size(); ++i)
      if (rows_[i] != nullptr || inferred_[i] != nullptr)
        if (candidates_[i]->kind == MigrationKind::versioned) last = i;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (rows_[i] != nullptr || inferred_[i] != nullptr)
        judge_file(*candidates_[i], rows_[i]);
      else if (i < last && candidates_[i]->kind == MigrationKind::versioned)
        result_.left_out.push_back(candidates_[i]->file);
    }
  }

  void judge_file(const MigrationFile& file, const ForeignRow* row) {
    AdoptedVersion version{.id = id_of(file),
                           .name = file.name,
                           .kind = std::string(to_string(file.kind)),
                           .file = file.file,
                           .source = &file,
                           .applied_at = row ? row->applied_at : "",
                           .inferred = row == nullptr};
    if (row && !row->checksum.empty()) {
      const std::vector<std::string> sums = reader_.checksums(file, {.table = table_, .files = candidates_});
      const bool agrees = std::ranges::find(sums, row->checksum) != sums.end();
      if (agrees) version.checked = AdoptedVersion::Checked::verified;
      if (!sums.empty() && !agrees) return refuse_changed(file, *row);
    }
    result_.versions.push_back(std::move(version));
  }

  void refuse_changed(const MigrationFile& file, const ForeignRow& row) {
    if (file.kind == MigrationKind::repeatable) {
      result_.notes.push_back(file.file + " is not what " + std::string(reader_.name()) +
                              " ran last: it stays pending, and runs again");
      return;
    }
    result_.refusals.push_back(file.file + " is not the file that " + std::string(reader_.name()) + " applied as " +
                               row.label +
                               ": its checksum is another. Put the file back as it was applied (line endings "
                               "included), and write the change as a new migration");
  }

  const AdoptReader& reader_;
  const ForeignTable& table_;
  const MigrationFile* baseline_;
  std::vector<const MigrationFile*> candidates_;
  std::vector<const ForeignRow*> rows_, inferred_;  // of each candidate
  Adoption result_;
};

}  // namespace

std::vector<const MigrationFile*> adoptable_files(const std::vector<MigrationFile>& files,
                                                  const std::vector<MigrationFile>& originals) {
  std::vector<const MigrationFile*> all;
  for (const auto* place : {&originals, &files})
    for (const MigrationFile& file : *place)
      if (file.kind != MigrationKind::baseline) all.push_back(&file);
  return all;
}

bool is_row_of(const ForeignRow& row, const MigrationFile& file) {
  if (!row.of_any_kind && row.repeatable != (file.kind == MigrationKind::repeatable)) return false;
  if (!file.recorded_as.empty())
    return std::ranges::any_of(row.recorded_as,
                               [&](const std::string& each) { return is_same_name(each, file.recorded_as); });
  if (row.repeatable) return with_spaces(row.label) == with_spaces(file.name);
  return !row.version.empty() && (Version(row.version) <=> Version(file.version.text())) == 0;
}

bool is_told(const ForeignHistory& history, const MigrationFile& file, const std::vector<const MigrationFile*>& all) {
  const auto has_row = [&](const ForeignRow& row) {
    if (!row.up_to) return row.state == ForeignRow::State::applied && is_row_of(row, file);
    const auto pointed = std::ranges::find_if(all, [&](const MigrationFile* each) { return is_row_of(row, *each); });
    if (pointed == all.end()) return !(Version(row.version) < Version(file.version.text()));
    return !((*pointed)->version < file.version);
  };
  return std::ranges::any_of(history.rows, has_row);
}

Adoption match(const AdoptReader& reader, const ForeignTable& table, const ForeignHistory& history,
               const std::vector<MigrationFile>& files, const std::vector<MigrationFile>& originals) {
  if (const std::string why = reader.why_not(); !why.empty()) {
    Adoption refused;
    refused.refusals.push_back(why);
    return refused;
  }
  return Matching(reader, table, files, originals).run(history);
}

HistoryRow row_of(const AdoptedVersion& version, const std::string& how, Dialect dialect) {
  HistoryRow row;
  row.id = version.id;
  row.name = version.name;
  row.kind = version.kind;
  row.rehearsal = how + (version.inferred ? ", inferred" : "") +
                  (version.applied_at.empty() ? "" : ", applied there at " + version.applied_at);
  if (version.source == nullptr) return row;
  row.checksum = {version.source->text_checksum, sha256(significant_text(version.source->text, dialect))};
  row.text = version.source->text;
  if (version.source->baseline) row.replaces = version.source->baseline->replaces;
  return row;
}

}  // namespace drydock

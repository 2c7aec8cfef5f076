#include "runner/history/adopt/release.h"

#include <algorithm>

#include "runner/history/adopt/adoption.h"

namespace drydock {
namespace {

bool is_repeatable(const MigrationFile& file) { return file.kind == MigrationKind::repeatable; }

std::string key_of(const MigrationFile& file) {
  return is_repeatable(file) ? id_of(file) : std::string(file.version.significant());
}

class Comparison {
 public:
  Comparison(const AdoptReader& reader, const ForeignTable& table, const ForeignHistory& foreign, OwnRecord record,
             std::vector<const MigrationFile*> files)
      : reader_(reader), table_(table), foreign_(foreign), record_(std::move(record)), files_(std::move(files)) {}

  Release run() {
    for (const MigrationFile* file : files_) {
      if (record_.taken_back.contains(key_of(*file))) look_at_taken_back(*file);
      if (const auto applied = record_.applied.extract(key_of(*file))) look_at_applied(*file, applied.mapped());
    }
    refuse_unsound_rows();
    refuse_without_file();
    return std::move(release_);
  }

 private:
  void look_at_applied(const MigrationFile& file, const OwnRecord::Applied& applied) {
    const ReleasedVersion version{&file, applied.at};
    if (!is_repeatable(file)) release_.newest = version;
    // Of a repeatable file that has changed since, the tool may run the new text.
    if (is_repeatable(file) && (!reader_.keeps_repeatables() || applied.text_checksum != file.text_checksum)) return;
    if (is_repeatable(file) ? !is_told_as_it_is(file) : !is_told(foreign_, file, files_))
      release_.missing.push_back(version);
  }

  // Whether the tool, too, ran the text that the file has now.
  bool is_told_as_it_is(const MigrationFile& file) const {
    const std::vector<std::string> sums = reader_.checksums(file, {.table = table_, .files = files_});
    return std::ranges::any_of(foreign_.rows, [&](const ForeignRow& row) {
      if (row.state != ForeignRow::State::applied || !is_row_of(row, file)) return false;
      return sums.empty() || row.checksum.empty() || std::ranges::find(sums, row.checksum) != sums.end();
    });
  }

  void look_at_taken_back(const MigrationFile& file) {
    if (!is_told(foreign_, file, files_)) return;
    const auto stands_for_more = [&](const ForeignRow& row) {
      return row.up_to && !row.needs_file && is_told({.rows = {row}}, file, files_);
    };
    if (std::ranges::any_of(foreign_.rows, stands_for_more))
      release_.refusals.push_back("drydock took " + id_of(file) + " back, and a baseline of " +
                                  std::string(reader_.name()) + " stands for it: apply it again first");
    else
      release_.taken_back.push_back(&file);
  }

  void refuse_unsound_rows() {
    for (const ForeignRow& row : foreign_.rows)
      if (row.state != ForeignRow::State::applied)
        release_.refusals.push_back(std::string(reader_.name()) + " records " + row.label +
                                    " as not run to its end: mend that with it first");
  }

  void refuse_without_file() {
    for (const auto& [id, applied] : record_.applied)
      if (!id.starts_with(repeatable_prefix))
        release_.refusals.push_back("drydock has applied " + id +
                                    ", and no file in the folder is of that version, so that it is not known how " +
                                    std::string(reader_.name()) + " would record it: restore the file");
  }

  const AdoptReader& reader_;
  const ForeignTable& table_;
  const ForeignHistory& foreign_;
  OwnRecord record_;  // what has a file is taken out on the way
  std::vector<const MigrationFile*> files_;
  Release release_;
};

}  // namespace

Release what_is_missing(const AdoptReader& reader, const ForeignTable& table, const ForeignHistory& foreign,
                        OwnRecord record, const std::vector<MigrationFile>& files,
                        const std::vector<MigrationFile>& originals) {
  return Comparison(reader, table, foreign, std::move(record), adoptable_files(files, originals)).run();
}

}  // namespace drydock

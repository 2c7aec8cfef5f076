#include "runner/plan/baseline_decision.h"

#include <algorithm>

#include "runner/migration/baseline_files.h"
#include "runner/sql/lexer.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

// Applied as a whole, by itself or by a baseline; in part; or not at all.
enum class Extent { whole, part, nothing };

Extent extent_of(const ReplacedVersion& replaced, const RecordedHistory& recorded) {
  const std::string_view key = replaced.version.significant();
  if (recorded.replacement(key)) return Extent::whole;
  const Recorded* own = recorded.migration(key);
  if (!own) return Extent::nothing;
  if (own->complete()) return Extent::whole;
  const bool begun = own->applied_parts() > 0 || own->unknown_part();
  return begun ? Extent::part : Extent::nothing;
}

// Left over beside the baseline, or in `squashed`.
const MigrationFile* original_of(const ReplacedVersion& replaced, std::span<const MigrationFile> files,
                                 std::span<const MigrationFile> originals, Dialect dialect) {
  for (const std::span<const MigrationFile> place : {files, originals})
    for (const MigrationFile& file : place)
      if (file.kind == MigrationKind::versioned && file.version == replaced.version &&
          is_replaced_text(replaced, file, dialect))
        return &file;
  return nullptr;
}

}  // namespace

const ReplacedVersion* BaselineDecision::replaces(const Version& version) const {
  return file ? file->baseline->find(version) : nullptr;
}

bool BaselineDecision::runs(const MigrationFile& wanted) const {
  return std::ranges::find(to_run, &wanted) != to_run.end();
}

const MigrationFile* BaselineDecision::original(const Version& version) const {
  const auto found = std::ranges::find_if(originals, [&](const MigrationFile& each) {
    return each.kind == MigrationKind::versioned && each.version == version;
  });
  return found == originals.end() ? nullptr : &*found;
}

std::string token_checksum(const MigrationFile& file, Dialect dialect) try {
  return sha256(significant_text(file.text, dialect));
} catch (const SqlTextError&) {
  return {};
}

bool is_replaced_text(const ReplacedVersion& replaced, const MigrationFile& file, Dialect dialect) {
  return replaced.checksum == file.text_checksum || replaced.checksum == token_checksum(file, dialect);
}

BaselineDecision decide(const std::vector<MigrationFile>& files, std::span<const MigrationFile> originals,
                        const RecordedHistory& recorded, Dialect dialect) {
  BaselineDecision decision;
  decision.originals = originals;
  decision.file = newest_baseline(files);
  if (!decision.file) return decision;
  decision.recorded = recorded.baseline(decision.file->version.significant());

  std::vector<const ReplacedVersion*> open;
  bool anything = false;
  for (const ReplacedVersion& replaced : decision.file->baseline->replaces) {
    const Extent extent = extent_of(replaced, recorded);
    if (extent != Extent::nothing) anything = true;
    if (extent != Extent::whole) open.push_back(&replaced);
  }
  using Applied = BaselineDecision::Applied;
  decision.applied = open.empty() ? Applied::all : anything ? Applied::some : Applied::none;
  if (decision.applied != Applied::some) return decision;
  for (const ReplacedVersion* replaced : open) {
    const MigrationFile* original = original_of(*replaced, files, originals, dialect);
    if (original) decision.to_run.push_back(original);
    if (!original) decision.lost.push_back(replaced);
  }
  return decision;
}

}  // namespace drydock

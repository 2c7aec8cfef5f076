#include "runner/plan/standing.h"

#include <algorithm>
#include <unordered_set>

namespace drydock {
namespace {

using State = VersionState::State;
using Applied = BaselineDecision::Applied;

enum class Difference { none, text_only, tokens };

// Nothing is hashed where the texts agree, which is the case for nearly every file of every run.
Difference difference(const Checksum& recorded, const MigrationFile& file, Dialect dialect) {
  if (recorded.text == file.text_checksum) return Difference::none;
  // A history that was adopted from another tool may know no checksum that could be compared.
  if (recorded.text.empty() && recorded.tokens.empty()) return Difference::none;
  return recorded.tokens == token_checksum(file, dialect) ? Difference::text_only : Difference::tokens;
}

bool anything_applied(const Recorded& recorded) { return recorded.newest_applied && recorded.applied_parts() > 0; }

bool anything_begun(const Recorded& recorded) { return anything_applied(recorded) || recorded.unknown_part(); }

// Which versions have a file, so that what is recorded without one can be told.
using Keys = std::unordered_set<std::string_view>;

class Judge {
 public:
  Judge(const std::vector<MigrationFile>& files, const RecordedHistory& recorded, const BaselineDecision& decision,
        Dialect dialect)
      : files_(files), recorded_(recorded), decision_(decision), dialect_(dialect), highest_(recorded, files) {}

  std::vector<Standing> judge() {
    standings_.reserve(files_.size());
    met_.reserve(files_.size());
    for (const MigrationFile& file : files_) add(file);
    const std::size_t of_files = standings_.size();
    for (const MigrationFile* original : decision_.to_run)
      if (!met_.contains(original->version.significant())) add(*original);
    add_replaced_by_file();
    add_recorded_without_file();
    add_replaced_by_record();
    add_recorded_baselines();
    if (standings_.size() > of_files) std::ranges::stable_sort(standings_, stands_before);
    return std::move(standings_);
  }

 private:
  void add(const MigrationFile& file) {
    if (file.kind == MigrationKind::repeatable) {
      met_repeatable_.insert(recorded_.migration(id_of(file)));
      standings_.push_back(repeatable(file));
    } else if (file.baseline) {
      standings_.push_back(&file == decision_.file ? baseline(file) : older_baseline(file));
    } else {
      met_.insert(file.version.significant());
      standings_.push_back(versioned(file));
    }
  }

  // A version's own rows come first: they tell the most.
  Standing versioned(const MigrationFile& file) const {
    const std::string_view key = file.version.significant();
    Standing standing{.file = &file, .recorded = recorded_.migration(key)};
    note_replacement(standing, file.version);
    // What an undo has begun is neither applied nor pending, whatever its other rows say.
    if (standing.recorded && standing.recorded->undo_begun()) {
      standing.state = State::failed;
      return standing;
    }
    if (standing.recorded && standing.recorded->complete()) {
      judge_applied(standing);
    } else if (standing.replaced && !decision_.runs(file)) {
      standing.state = is_replaced_text(*standing.replaced, file, dialect_) ? State::replaced : State::changed;
    } else if (standing.recorded && anything_begun(*standing.recorded)) {
      standing.state = State::failed;
    } else if (!standing.replaced && is_late(file.version)) {
      standing.state = State::out_of_order;
    } else {
      standing.state = State::pending;
    }
    return standing;
  }

  // The folder's baseline counts before one that only the history knows.
  void note_replacement(Standing& standing, const Version& version) const {
    standing.replaced = decision_.replaces(version);
    if (standing.replaced) standing.by_file = decision_.file;
    if (standing.replaced) return;
    if (const ReplacedRecord* record = recorded_.replacement(version.significant()))
      standing.replaced = record->version;
  }

  bool is_below_applied(const Version& version) const {
    return !highest_.version().empty() && version < highest_.version();
  }

  // What is below the squash point and no part of it could never be told from what is part of it.
  bool is_late(const Version& version) const {
    return is_below_applied(version) || (decision_.file && version <= decision_.file->version);
  }

  // REQUIRES: recorded, complete, with a file.
  void judge_applied(Standing& standing) const {
    const Checksum& checksum = standing.recorded->newest_applied->checksum;
    const Difference found = difference(checksum, *standing.file, dialect_);
    const bool contradicts = standing.replaced && !standing.replaced->agrees_with(checksum);
    standing.text_only_changed = found == Difference::text_only;
    standing.state = found == Difference::tokens || contradicts ? State::changed
                     : standing.replaced                        ? State::replaced
                                                                : State::applied;
  }

  Standing baseline(const MigrationFile& file) const {
    Standing standing{.state = State::pending, .file = &file, .recorded = decision_.recorded};
    standing.applied = decision_.applied;
    if (standing.recorded && standing.recorded->complete()) {
      judge_applied(standing);
    } else if (standing.recorded && anything_begun(*standing.recorded)) {
      standing.state = State::failed;
    } else if (decision_.applied == Applied::none && is_below_applied(file.version)) {
      standing.state = State::out_of_order;
    }
    return standing;
  }

  // Left over beside the one that replaces it: nothing is ever done with it.
  Standing older_baseline(const MigrationFile& file) const {
    Standing standing{.file = &file, .recorded = recorded_.baseline(file.version.significant())};
    standing.by_file = decision_.file;
    standing.state = State::replaced;
    return standing;
  }

  // A repeatable migration runs from its start again whenever its newest run did not complete, or was of another text.
  Standing repeatable(const MigrationFile& file) const {
    Standing standing{.state = State::pending, .file = &file, .recorded = recorded_.migration(id_of(file))};
    const Recorded* recorded = standing.recorded;
    if (!recorded) return standing;
    if (recorded->unknown_part()) {
      standing.state = State::failed;
    } else if (recorded->newest == recorded->newest_applied && recorded->newest->last) {
      const Difference found = difference(recorded->newest->checksum, file, dialect_);
      if (found == Difference::none) standing.state = State::applied;
    }
    return standing;
  }

  // What the folder's baseline stands for and has no file beside it, which is how it should be.
  void add_replaced_by_file() {
    if (!decision_.file) return;
    for (const ReplacedVersion& replaced : decision_.file->baseline->replaces) {
      const std::string_view key = replaced.version.significant();
      if (!met_.insert(key).second) continue;
      Standing standing{.state = State::replaced, .recorded = recorded_.migration(key), .replaced = &replaced};
      standing.by_file = decision_.file;
      const ReplacedRecord* by_record = recorded_.replacement(key);
      const bool is_lost = std::ranges::find(decision_.lost, &replaced) != decision_.lost.end();
      if (standing.recorded && standing.recorded->complete()) {
        if (!replaced.agrees_with(standing.recorded->newest_applied->checksum)) standing.state = State::changed;
      } else if (by_record && by_record->version->checksum != replaced.checksum) {
        standing.state = State::changed;
      } else if (is_lost) {
        standing.state = State::pending;
      }
      if (standing.state == State::changed) standing.file = decision_.original(replaced.version);
      standings_.push_back(standing);
    }
  }

  // A version of which nothing stands left nothing behind that could be missed, and taking a repeatable migration away
  // is an ordinary change.
  void add_recorded_without_file() {
    for (const auto& [key, record] : recorded_.migrations) {
      if (met_.contains(key) || met_repeatable_.contains(&record) || !anything_begun(record)) continue;
      Standing standing{.state = is_version(key) ? State::missing : State::applied, .recorded = &record};
      const ReplacedRecord* by_record = recorded_.replacement(key);
      if (by_record) standing.replaced = by_record->version;
      if (by_record && !is_known(*by_record->baseline)) standing.state = State::replaced;
      if (is_version(key)) met_.insert(key);
      standings_.push_back(standing);
    }
  }

  // What only a recorded baseline tells of. Where the folder has none of its versions, the baseline itself is missing,
  // once, and not each of them.
  void add_replaced_by_record() {
    for (const auto& [key, record] : recorded_.replaced) {
      if (met_.contains(key)) continue;
      const State state = is_known(*record.baseline) ? State::missing : State::replaced;
      standings_.push_back({.state = state, .replaced = record.version});
    }
  }

  void add_recorded_baselines() {
    for (const auto& [key, record] : recorded_.baselines) {
      const bool has_file = std::ranges::any_of(standings_, [&record = record](const Standing& standing) {
        return standing.file && standing.recorded == &record;
      });
      if (has_file || !anything_begun(record)) continue;
      Standing standing{.state = is_known(record) ? State::applied : State::missing, .recorded = &record};
      if (decision_.file && replaced_by_folder(record)) {
        standing.state = State::replaced;
        standing.by_file = decision_.file;
      }
      standings_.push_back(standing);
    }
  }

  // Whether the folder speaks of what the recorded baseline replaces: an older release's, which holds the originals.
  bool is_known(const Recorded& baseline) {
    return replaced_by_folder(baseline) ||
           std::ranges::any_of(baseline.newest->replaces, [&](const ReplacedVersion& replaced) {
             return with_file().contains(replaced.version.significant());
           });
  }

  // Of use only where a baseline is recorded. REQUIRES: the files have been added.
  const Keys& with_file() {
    if (with_file_) return *with_file_;
    with_file_.emplace();
    for (const Standing& standing : standings_)
      if (standing.file && standing.file->kind == MigrationKind::versioned)
        with_file_->insert(standing.file->version.significant());
    return *with_file_;
  }

  bool replaced_by_folder(const Recorded& baseline) const {
    return std::ranges::all_of(baseline.newest->replaces, [&](const ReplacedVersion& replaced) {
      return decision_.replaces(replaced.version) != nullptr;
    });
  }

  static bool stands_before(const Standing& left, const Standing& right) {
    if (left.is_versioned() != right.is_versioned()) return left.is_versioned();
    if (!left.is_versioned()) return left.id() < right.id();
    if (left.version() != right.version()) return left.version() < right.version();
    return !left.is_baseline() && right.is_baseline();
  }

  const std::vector<MigrationFile>& files_;
  const RecordedHistory& recorded_;
  const BaselineDecision& decision_;
  const Dialect dialect_;
  const HighestApplied highest_;
  std::vector<Standing> standings_;
  Keys met_;
  std::optional<Keys> with_file_;
  std::unordered_set<const Recorded*> met_repeatable_;
};

}  // namespace

std::string Standing::id() const {
  return file ? id_of(*file) : recorded ? recorded->newest->id : replaced->version.text();
}

const std::string& Standing::name() const {
  return file ? file->name : recorded ? recorded->newest->name : replaced->name;
}

Version Standing::version() const {
  return file ? file->version : recorded ? Version(recorded->newest->id) : replaced->version;
}

bool Standing::is_versioned() const {
  if (file) return file->kind != MigrationKind::repeatable;
  return !recorded || is_version(recorded->newest->id);
}

bool Standing::is_baseline() const {
  return file ? file->baseline.has_value() : recorded && !recorded->newest->replaces.empty();
}

namespace {

bool has_places(const std::vector<MigrationFile>& files) {
  return std::ranges::any_of(files, [](const MigrationFile& file) { return file.version.has_place(); });
}

Version last_applied_place(const RecordedHistory& recorded, const std::vector<MigrationFile>& files) {
  Version highest;
  for (const MigrationFile& file : files) {
    if (!file.version.has_place()) continue;
    const Recorded* record = recorded.migration(file.version.significant());
    if (record && anything_applied(*record) && (highest.empty() || highest < file.version)) highest = file.version;
  }
  return highest;
}

Version highest_applied(const RecordedHistory& recorded, const std::vector<MigrationFile>& files) {
  if (has_places(files)) return last_applied_place(recorded, files);
  Version highest;
  for (const RecordedById* all : {&recorded.migrations, &recorded.baselines})
    for (const auto& [key, record] : *all) {
      if (!is_version(key) || !anything_applied(record)) continue;
      Version version(record.newest->id);
      if (highest.empty() || highest < version) highest = std::move(version);
    }
  return highest;
}

}  // namespace

const Version& HighestApplied::version() const {
  if (!found_) found_ = highest_applied(recorded_, files_);
  return *found_;
}

std::vector<Standing> stand(const std::vector<MigrationFile>& files, const RecordedHistory& recorded,
                            const BaselineDecision& decision, Dialect dialect) {
  return Judge(files, recorded, decision, dialect).judge();
}

}  // namespace drydock

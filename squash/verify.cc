#include "squash/verify.h"

#include <algorithm>

#include "squash/difference.h"
#include "squash/snapshot.h"
#include "squash/varying.h"

namespace drydock {

namespace {

struct Originals {
  std::vector<Migration> history;  // what leads to the baseline's state; empty where not all of it is there
  std::string differs;             // which file is not the one that was squashed
};

// The originals themselves, or, where the first of them are gone, an earlier baseline in their place.
class OriginalsOf {
 public:
  OriginalsOf(const BaselineHeader& header, const std::vector<MigrationFile>& squashed, Dialect dialect)
      : header_(header), squashed_(squashed), dialect_(dialect) {}

  Originals find() {
    if (take(nullptr)) return std::move(found_);
    for (auto file = squashed_.rbegin(); file != squashed_.rend(); ++file) {
      const std::optional<BaselineHeader>& inner = file->baseline;
      if (!inner || !header_.replaces_all_of(*inner) || inner->through == header_.through) continue;
      found_.history.assign(1, parse_migration(*file, dialect_));
      if (take(&*inner)) return std::move(found_);
    }
    found_.history.clear();
    return std::move(found_);
  }

 private:
  // Those that the inner baseline does not stand for; whether all of them are there.
  bool take(const BaselineHeader* inner) {
    for (const ReplacedVersion& replaced : header_.replaces) {
      if (inner != nullptr && inner->find(replaced.version) != nullptr) continue;
      const auto file = std::ranges::find_if(
          squashed_, [&](const MigrationFile& each) { return each.version == replaced.version && !each.baseline; });
      if (file == squashed_.end()) return false;
      found_.history.push_back(parse_migration(*file, dialect_));
      if (!replaced.agrees_with(found_.history.back().checksum))
        found_.differs = file->file + " is not the file that was squashed: put it back as it was\n";
    }
    return true;
  }

  const BaselineHeader& header_;
  const std::vector<MigrationFile>& squashed_;
  Dialect dialect_;
  Originals found_;
};

std::string against_originals(const Snapshot& baseline, const std::vector<Migration>& history, Throwaways& throwaways) {
  const auto replayed = [&] { return take_snapshot(replay(history, throwaways)->reader()); };
  const auto describe_both = [](const Snapshot& left, const Snapshot& right) {
    return describe(differences(left, right), "the originals", "the baseline");
  };
  const Snapshot originals = replayed();
  if (differences(originals, baseline).empty()) return {};
  // What was accepted as varying when it was squashed is what varies now.
  const std::vector<std::string> varying = variation_between(originals, replayed()).columns;
  return describe_both(without_columns(originals, varying), without_columns(baseline, varying));
}

std::string against_header(const Snapshot& baseline, const BaselineHeader& header) {
  std::string differs;
  if (baseline.schema_hash() != header.schema_hash) differs += "its schema is not the one that was proved\n";
  if (baseline.data_hash() != header.data_hash) differs += "its rows are not those that were proved\n";
  return differs;
}

Verified verify(const MigrationFile& file, const std::vector<MigrationFile>& squashed, Dialect dialect,
                Throwaways& throwaways) {
  const BaselineHeader header = *file.baseline;
  const Originals originals = OriginalsOf(header, squashed, dialect).find();
  Verified verified{.file = file.file, .against = Verified::Against::originals, .differs = originals.differs};
  if (!verified.differs.empty()) return verified;
  const Snapshot baseline = take_snapshot(replay({parse_migration(file, dialect)}, throwaways)->reader());
  if (!originals.history.empty()) {
    verified.differs = against_originals(baseline, originals.history, throwaways);
  } else if (header.proved_on == throwaways.server()) {
    verified.against = Verified::Against::header;
    verified.differs = against_header(baseline, header);
  } else {
    verified.against = Verified::Against::nothing;
  }
  return verified;
}

}  // namespace

std::vector<Verified> verify_baselines(const std::vector<MigrationFile>& files,
                                       const std::vector<MigrationFile>& originals, Dialect dialect,
                                       Throwaways& throwaways) {
  std::vector<Verified> all;
  for (const MigrationFile* baseline : baselines_in(files))
    all.push_back(verify(*baseline, originals, dialect, throwaways));
  return all;
}

}  // namespace drydock

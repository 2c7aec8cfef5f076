#include "runner/cli/adopting_at.h"

#include <algorithm>

#include "runner/cli/exit_code.h"
#include "runner/migration/baseline_files.h"
#include "squash/difference.h"
#include "squash/replay.h"

namespace drydock {
namespace {

const MigrationFile* file_of(const Version& version, const std::vector<MigrationFile>& files) {
  const auto found = std::ranges::find_if(files, [&](const MigrationFile& each) {
    return each.kind != MigrationKind::repeatable && each.version == version;
  });
  return found == files.end() ? nullptr : &*found;
}

// In order, up to the version that was asked for: of the folder, or, for a version inside a baseline, of its originals.
std::vector<const MigrationFile*> versioned_up_to(const std::string& text, const Target& target) {
  const Version asked(text);
  const MigrationFile* baseline = newest_baseline(target.files());
  const bool inside =
      baseline != nullptr && file_of(asked, target.files()) == nullptr && baseline->baseline->find(asked) != nullptr;
  const std::vector<MigrationFile>& place = inside ? target.originals() : target.files();
  const MigrationFile* last = file_of(asked, place);
  if (last == nullptr && inside)
    throw Failure(ExitCode::conflict, text + " is replaced by " + baseline->file + ", and its original is not in " +
                                          std::string(squashed_folder) +
                                          "/, so that nothing can be compared; nothing was changed. Restore it from "
                                          "version control");
  if (last == nullptr) throw Failure(ExitCode::usage, "--at " + text + ": no migration in the folder has this version");
  std::vector<const MigrationFile*> files;
  for (const MigrationFile& file : place)
    if (file.kind != MigrationKind::repeatable && !(last->version < file.version)) files.push_back(&file);
  return files;
}

std::vector<const MigrationFile*> repeatables(const Target& target) {
  std::vector<const MigrationFile*> files;
  for (const MigrationFile& file : target.files())
    if (file.kind == MigrationKind::repeatable) files.push_back(&file);
  return files;
}

std::vector<Migration> parsed(const std::vector<const MigrationFile*>& files, Dialect dialect) {
  std::vector<Migration> migrations;
  for (const MigrationFile* file : files) migrations.push_back(parse_migration(*file, dialect));
  return migrations;
}

// Schemas that a tool makes for its own tables alone.
bool is_of_tool_alone(const std::string& schema) {
  return schema == "sqitch" || schema == "graphile_migrate" || schema == "atlas_schema_revisions";
}

const std::string* property_of(const SnapshotObject& object, std::string_view name) {
  const auto found = std::ranges::find(object.properties, name, &std::pair<std::string, std::string>::first);
  return found == object.properties.end() ? nullptr : &found->second;
}

bool names_table(const std::string* text, const std::string& table) {
  if (text == nullptr) return false;
  const std::size_t at = text->find(table);
  return at != std::string::npos &&
         (at + table.size() == text->size() || (*text)[at + table.size()] == ' ' || (*text)[at + table.size()] == '.');
}

// The table itself, what hangs on it, and the schema that holds nothing else.
bool belongs_to(const SnapshotObject& object, const ForeignTable& table) {
  const std::string& id = object.identity;
  const auto stands_for = [&](const std::string& name) { return id == name || id.starts_with(name + "."); };
  if (is_of_tool_alone(table.schema) && stands_for(table.schema)) return true;
  const std::string name = table.display();
  if (object.kind == "index")
    return names_table(property_of(object, "definition"), "ON " + name) ||
           names_table(property_of(object, "table"), name);
  if (object.kind == "sequence") return names_table(property_of(object, "owned by"), name);
  return stands_for(name);
}

// What belongs to the server or the file, and to no migration.
void leave_out_surroundings(SnapshotObject& object) {
  if (object.kind != "database") return;
  std::erase_if(object.properties, [](const auto& property) {
    return property.first == "grants" || property.first == "comment" || property.first == "page_size" ||
           property.first == "auto_vacuum" || property.first == "encoding";
  });
}

Snapshot users_schema(Database& database, const std::vector<ForeignTable>& foreign) {
  Snapshot snapshot = take_snapshot(database, SnapshotScope::schema);
  std::erase_if(snapshot.objects, [&](const SnapshotObject& object) {
    return std::ranges::any_of(foreign, [&](const ForeignTable& table) { return belongs_to(object, table); });
  });
  std::ranges::for_each(snapshot.objects, leave_out_surroundings);
  return snapshot;
}

std::vector<ForeignTable> tables_of(const std::vector<FoundHistory>& foreign, Database& database) {
  std::vector<ForeignTable> tables;
  for (const FoundHistory& each : foreign) tables.push_back(each.table);
  // What a tool keeps beside its history.
  for (ForeignTable& table : find_tables(database, {"ar_internal_metadata", "databasechangeloglock", "goose_lock"}))
    tables.push_back(std::move(table));
  return tables;
}

std::vector<AdoptedVersion> adopted(const std::vector<const MigrationFile*>& files) {
  std::vector<AdoptedVersion> versions;
  for (const MigrationFile* file : files)
    versions.push_back({.id = id_of(*file),
                        .name = file->name,
                        .kind = std::string(to_string(file->kind)),
                        .file = file->file,
                        .source = file,
                        .applied_at = {}});
  return versions;
}

}  // namespace

Replayed Replayed::up_to(const std::string& version, Target& target, const Settings& settings,
                         const ThrowawayOptions& options, Terminal& terminal) {
  const Dialect dialect = target.url().dialect();
  Replayed replayed;
  replayed.version_ = version;
  std::vector<std::vector<const MigrationFile*>> attempts{versioned_up_to(version, target)};
  const std::vector<const MigrationFile*> again = repeatables(target);
  if (!again.empty()) {
    attempts.push_back(attempts.front());
    attempts.back().insert(attempts.back().end(), again.begin(), again.end());
  }
  ThrowawayRequest request = options.request(settings, dialect, target.url());
  if (dialect == Dialect::postgres) request.major = target.database().server_version() / 10000;
  const std::unique_ptr<Throwaways> throwaways = make_throwaways(request);
  terminal.progress("replaying the files up to " + version + " in a throw-away database (" + throwaways->server() +
                    ")");
  for (const auto& files : attempts) try {
      const std::unique_ptr<ThrowawayDatabase> made = replay(parsed(files, dialect), *throwaways);
      replayed.stages_.push_back({files, users_schema(made->reader(), {})});
    } catch (const SquashRefused&) {
      // A repeatable one may need what a later version makes.
      if (replayed.stages_.empty()) throw;
    }
  return replayed;
}

std::vector<AdoptedVersion> Replayed::versions_where_equal(Target& target,
                                                           const std::vector<FoundHistory>& foreign) const {
  const Snapshot own = users_schema(target.database(), tables_of(foreign, target.database()));
  for (const Stage& stage : stages_)
    if (differences(own, stage.schema).empty()) return adopted(stage.files);
  // Of the two the one that is nearer explains more.
  const Stage* nearest = &stages_.front();
  for (const Stage& stage : stages_)
    if (differences(own, stage.schema).size() < differences(own, nearest->schema).size()) nearest = &stage;
  const std::string database = target.url().display();
  std::string text = "the schema of " + database + " is not what the files up to " + version_ +
                     " make, so that it is not adopted there; nothing was changed\n\n" +
                     describe(differences(own, nearest->schema), database, "the files");
  if (own.server != nearest->schema.server)
    text += "(" + database + " is of " + own.server + ", the files were replayed on " + nearest->schema.server +
            ": versions write views and expressions each in their own way)\n";
  throw Failure(ExitCode::conflict, text +
                                        "\nAdopt it at another version, or change the database or a copy of the files "
                                        "until they agree, and run `drydock adopt --at " +
                                        version_ + "` again");
}

}  // namespace drydock

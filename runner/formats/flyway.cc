#include "runner/formats/flyway.h"

#include <algorithm>
#include <set>

#include "runner/formats/flyway_name.h"
#include "runner/formats/flyway_options.h"
#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/placeholders.h"
#include "runner/migration/baseline_files.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

using Kind = FlywayName::Kind;

constexpr std::string_view options_ending = ".conf";

std::string_view last_part(std::string_view file) { return file.substr(file.rfind('/') + 1); }

bool is_options(std::string_view file) {
  return file.ends_with(options_ending) && ends_in_sql(file.substr(0, file.size() - options_ending.size()));
}

bool is_wanted(std::string_view file) { return ends_in_sql(file) || is_options(file) || is_flyway_program(file); }

// What only its own library could run.
void refuse_programs(const std::filesystem::path& folder, const std::vector<std::string>& files) {
  std::vector<std::string> programs, callbacks;
  for (const std::string& file : files) {
    if (is_flyway_program(last_part(file))) programs.push_back(file);
    if (ends_in_sql(file) && is_flyway_callback(last_part(file))) callbacks.push_back(file);
  }
  if (!programs.empty())
    throw MigrationError(folder.string(), 0,
                         "these migrations are programs, and drydock runs SQL only: " + joined(programs) +
                             "; run Flyway itself through `drydock migrate -- COMMAND`, or write them as SQL");
  if (!callbacks.empty())
    throw MigrationError(folder.string(), 0,
                         "drydock runs no callbacks of Flyway, and these would be passed over: " + joined(callbacks) +
                             "; make them part of the migrations that need them, and move them elsewhere");
}

// What Flyway knows by itself and drydock knows as well. The rest has to be given.
std::optional<std::string> built_in(std::string_view name, std::string_view file, Dialect dialect) {
  const Placeholders known = {{"flyway:defaultSchema", dialect == Dialect::postgres ? "public" : "main"},
                              {"flyway:filename", std::string(last_part(file))},
                              {"flyway:table", "flyway_schema_history"}};
  return value_of(known, name);
}

class FolderReader {
 public:
  FolderReader(const Folder& folder, const FormatContext& context)
      : folder_(folder.path()), context_(context), files_(folder.files_below(is_wanted)) {}

  std::vector<MigrationFile> read() {
    refuse_programs(folder_, files_);
    take_options();
    refuse_misfits(
        folder_, files_, [](std::string_view file) { return parse_flyway_name(last_part(file)).has_value(); },
        "V<version>__<description>.sql, U<version>__..., B<version>__... or R__<description>.sql");
    for (const std::string& file : files_) take(file, *parse_flyway_name(last_part(file)));
    put_in_order(folder_, migrations_);
    note_undos();
    make_baselines();
    return std::move(migrations_);
  }

 private:
  // The option files, out of the others.
  void take_options() {
    for (const std::string& file : files_)
      if (is_options(file)) options_.insert(file.substr(0, file.size() - options_ending.size()));
    if (options_.empty()) return;
    std::erase_if(files_, is_options);
    for (const std::string& migration : options_)
      if (!std::ranges::binary_search(files_, migration))
        throw MigrationError(
            folder_.string(), 0,
            migration + std::string(options_ending) + " holds the options of " + migration + ", which is not there");
  }

  FlywayOptions options_of(const std::string& file) const {
    if (!options_.contains(file)) return {};
    const std::string beside = file + std::string(options_ending);
    return read_flyway_options(folder_ / beside, beside);
  }

  std::string text_of(const std::string& file, const FlywayOptions& options) const {
    std::string text = text_of_file(folder_ / file, file);
    if (!options.placeholders) return text;
    return replace_placeholders(std::move(text), file, [&](std::string_view name) {
      const std::optional<std::string> given = value_of(context_.placeholders, name);
      return given ? given : built_in(name, file, context_.dialect);
    });
  }

  void take(const std::string& file, const FlywayName& name) {
    const FlywayOptions options = options_of(file);
    if (name.kind == Kind::undo) return take_undo(file, name, options);
    MigrationFile migration = file_in(folder_, file);
    migration.name = name.description;
    migration.transaction_none = !options.transaction;
    if (name.kind == Kind::repeatable) {
      migration.kind = MigrationKind::repeatable;
      std::ranges::replace(migration.name, '_', ' ');  // by which Flyway knows and orders them
      migration.recorded_as = migration.name;
    } else {
      if (name.kind == Kind::baseline) migration.kind = MigrationKind::baseline;
      migration.version = Version(name.canonical_version());
      migration.recorded_as = name.version;
    }
    set_text(migration, text_of(file, options));
    migrations_.push_back(std::move(migration));
  }

  void take_undo(const std::string& file, const FlywayName& name, const FlywayOptions& options) {
    const auto [known, is_new] = undos_.try_emplace(
        name.canonical_version(),
        UndoScript{folder_ / file, file, text_of(file, options), /*transaction_none=*/!options.transaction});
    if (!is_new)
      throw MigrationError(folder_.string(), 0,
                           known->second.file + " and " + file + " undo the same version " + known->first);
  }

  void note_undos() {
    for (MigrationFile& migration : migrations_) {
      if (migration.kind != MigrationKind::versioned) continue;
      const auto undo = undos_.find(migration.version.text());
      if (undo == undos_.end()) continue;
      migration.undo = std::move(undo->second);
      undos_.erase(undo);
    }
    if (undos_.empty()) return;
    throw MigrationError(folder_.string(), 0,
                         undos_.begin()->second.file + " undoes version " + undos_.begin()->first +
                             ", which is not there (in a folder of refinery's it is a migration: say format = "
                             "\"refinery\" in drydock.toml, or --format refinery)");
  }

  // A baseline of Flyway does not say what it stands for: it is every version up to its own that has a file, or its own
  // alone where none has. A database is then judged by what it has recorded of them, and the baseline runs only where
  // it holds nothing.
  void make_baselines() {
    for (MigrationFile& baseline : migrations_) {
      if (baseline.kind != MigrationKind::baseline) continue;
      BaselineHeader header;
      header.through = baseline.version;
      for (const MigrationFile& migration : migrations_)
        if (migration.kind == MigrationKind::versioned && migration.version <= baseline.version)
          header.replaces.push_back({migration.version, migration.text_checksum, migration.name});
      if (header.replaces.empty()) header.replaces.push_back({baseline.version, baseline.text_checksum, baseline.name});
      baseline.baseline = std::move(header);
    }
    refuse_rival_baselines(folder_, migrations_);
  }

  const std::filesystem::path& folder_;
  const FormatContext& context_;
  std::vector<std::string> files_;
  std::set<std::string, std::less<>> options_;  // the migrations that have some
  std::map<std::string, UndoScript> undos_;     // by canonical version
  std::vector<MigrationFile> migrations_;
};

bool has_flyway_version(std::string_view file) {
  const auto name = parse_flyway_name(file);
  return name && name->kind != Kind::repeatable;
}

// In the spelling of the last one, which may part its numbers by dots or by underscores: "1_9" is followed by "1_10".
std::string version_after(const MigrationFile& last) {
  const std::string_view file = last_part(last.file);
  const std::string version(file.substr(1, std::min(file.find("__"), file.rfind('.')) - 1));
  const std::size_t part = version.find_last_of("._") + 1;  // 0 where it is one number
  MigrationFile number;
  number.version = Version(std::string_view(version).substr(part));
  return version.substr(0, part) + next_version({number});
}

}  // namespace

bool FlywayFormat::recognises(const Folder& folder) const {
  if (folder.any_file(has_flyway_version)) return true;
  // Below a folder of drydock's own any other may lie, such as one that keeps what was in use before.
  if (folder.any_file([](std::string_view file) { return ends_in_sql(file) && is_digits(file.substr(0, 1)); }))
    return false;
  return folder.any_file_below(has_flyway_version).has_value();
}

std::vector<MigrationFile> FlywayFormat::read(const Folder& folder, const FormatContext& context) const {
  return FolderReader(folder, context).read();
}

std::string FlywayFormat::undo_place(const MigrationFile& migration) const {
  std::string file = migration.file;
  file[file.rfind('/') + 1] = 'U';
  return file;
}

std::vector<NewFile> FlywayFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  const MigrationFile* last = nullptr;
  for (const MigrationFile& file : existing)
    if (file.kind != MigrationKind::repeatable && (last == nullptr || last->version < file.version)) last = &file;
  const std::string folder = last == nullptr ? "" : last->file.substr(0, last->file.rfind('/') + 1);
  return {{.file = folder + "V" + (last == nullptr ? "1" : version_after(*last)) + "__" + file_name_of(name) + ".sql",
           .text = "-- " + std::string(name) + "\n\n"}};
}

}  // namespace drydock

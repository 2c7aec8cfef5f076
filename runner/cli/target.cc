#include "runner/cli/target.h"

#include <algorithm>
#include <cstdlib>
#include <future>
#include <thread>

#include "runner/cli/exit_code.h"
#include "runner/cli/foreign_conflict.h"
#include "runner/cli/log.h"
#include "runner/database/lock.h"
#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_text.h"
#include "runner/identity/identity.h"
#include "runner/migration/baseline_files.h"
#include "runner/plan/text_diff.h"

namespace drydock {
namespace {

// How long a SQLite file may be locked by a program that is not drydock.
constexpr std::chrono::seconds busy_timeout{5};

bool missing_file(const DatabaseUrl& url) {
  std::error_code error;
  return url.dialect() == Dialect::sqlite && !std::filesystem::exists(url.database(), error) && !error;
}

// One file is for all tenants: the schema of each stands in its consents under one name.
void name_schema_in_consents(Plan& plan, const std::string& schema) {
  if (schema.empty()) return;
  for (Step& step : plan.steps)
    for (Consent& consent : step.migration.directives.consents)
      if (consent.object.parts.front() == "current_schema") consent.object.parts.front() = schema;
}

// Whether the check of the identity needs to know of rows: only where the database does not say itself who it is.
bool rows_matter(const TargetState& state) { return !state.stamp; }

const Format& format_of(const Settings& settings, const Folder& folder) {
  if (const Format* format = find_format(settings.format, folder)) return *format;
  std::string known;
  for (const auto& format : all_formats()) known += (known.empty() ? "" : ", ") + std::string(format->name());
  throw Failure(ExitCode::usage, "unknown format '" + settings.format + "'; there are: " + known);
}

struct FolderContents {
  std::vector<MigrationFile> files;
  std::vector<std::string> remarks;
};

FolderContents read_contents(const Settings& settings, Dialect dialect) {
  const FormatContext context{.dialect = dialect,
                              .placeholders = settings.config.placeholders,
                              .variable = [](const std::string& name) -> std::optional<std::string> {
                                const char* value = std::getenv(name.c_str());
                                return value == nullptr ? std::nullopt : std::optional<std::string>(value);
                              }};
  const Folder folder(settings.migrations);
  const Format& format = format_of(settings, folder);
  return {format.read(folder, context), format.remarks(folder.path())};
}

}  // namespace

const Format& format_of(const Settings& settings) { return format_of(settings, settings.migrations); }

std::vector<MigrationFile> read_folder(const Settings& settings, Dialect dialect) {
  return read_contents(settings, dialect).files;
}

MigrationFile undo_script_of(const Settings& settings, const MigrationFile& migration) {
  if (migration.undo) return undo_of(migration);
  throw MigrationError(
      migration.file, 0,
      "has no undo, so that it cannot be taken back; nothing was changed. Write what takes it back as " +
          format_of(settings).undo_place(migration));
}

Target::Target(const Settings& settings, OpenOptions::Access access, const std::string& application, Files wanted)
    : url_(settings.database()),
      application_(application),
      options_{.access = access, .create = false, .application = application, .busy_timeout = busy_timeout},
      passes_over_other_tools_(settings.config.adopt == no_adoption),
      foreign_table_(settings.config.adopt_table.value_or("")) {
  // The files are read while the server answers: with thousands of them either takes about as long as the other.
  // Where both find themselves on one core, the question goes out first.
  std::future<FolderContents> contents = std::async(std::launch::async, [&] {
    std::this_thread::yield();
    return wanted == Files::none ? FolderContents() : read_contents(settings, url_.dialect());
  });
  try {
    if (!missing_file(url_)) {
      database_ = open_database(url_, options_);
      state_ = History(*database_).read();
      require_schema();
    }
  } catch (...) {
    contents.get();  // a folder that cannot be read is the first thing to put right
    throw;
  }
  FolderContents found = contents.get();
  files_ = std::move(found.files);
  for (const std::string& remark : found.remarks) log_warning(remark);
  read_baselines(settings);
  const auto check = [&](const TargetState& known) {
    check_identity(settings.expectation(), known, url_, exists() && rows_matter(known) && holds_rows(), files_);
  };
  if (wanted == Files::none) {
    // Drydock's own history cannot be another project's then: it says nothing of the tool that is run.
    TargetState without_history = state_;
    without_history.rows.clear();
    check(without_history);
  } else {
    check(state_);
  }
}

// The record of a schema stays where the schema is dropped; one that was made anew under its name is not migrated.
void Target::require_schema() {
  const std::string schema = url_.schema();
  if (schema.empty()) return;
  const Value name[] = {schema};
  if (database_->query("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", name).rows.empty())
    throw Failure(ExitCode::usage, url_.display() + ": there is no such schema, and nothing was changed: make it by " +
                                       "CREATE SCHEMA " + drydock::quoted(schema) + ", or check --schema");
  const bool applied =
      std::ranges::any_of(state_.rows, [](const HistoryRow& row) { return row.state == HistoryRow::State::applied; });
  if (!applied || holds_objects(*database_, {schema})) return;
  throw Failure(ExitCode::conflict,
                url_.display() +
                    " holds nothing, and the record says that it was migrated: it was dropped and made "
                    "again, or emptied; nothing was changed. If it is a new one, take the record of the "
                    "old one away by DROP TABLE " +
                    History(*database_).table() + ", and run the command again");
}

void Target::read_baselines(const Settings& settings) {
  if (!newest_baseline(files_)) return;
  for (const MigrationFile& file : files_)
    if (file.baseline) require_harmless_baseline(file, url_.dialect());
  originals_ = format_of(settings).read_squashed(settings.migrations);
}

const MigrationFile* Target::file_named(const std::string& name) const {
  for (const auto* place : {&files_, &originals_})
    for (const MigrationFile& file : *place)
      if (file.file == name) return &file;
  return nullptr;
}

void Target::create_file() {
  if (exists()) return;
  options_.create = true;
  database_ = open_database(url_, options_);
  read_again();
}

void Target::read_again() {
  if (!exists() && !missing_file(url_)) database_ = open_database(url_, options_);
  if (exists()) state_ = History(*database_).read();
}

void Target::open_to_apply() {
  const std::string name(applying_session);
  open_as(name, "SET application_name = " + literal(name));
}

void Target::open_to_look() { open_as(application_, ""); }

void Target::open_as(const std::string& application, const std::string& session_sql) {
  if (url_.dialect() != Dialect::postgres) return;
  options_.application = application;
  options_.session_sql = session_sql;
  database_.reset();
  database_ = open_database(url_, options_);
}

bool Target::holds_rows() { return exists() && drydock::holds_rows(*database_); }

PlanResult Target::result(const std::optional<Version>& to) {
  PlanResult made = make_plan(files_, state_.rows, url_.dialect(), {.to = to, .originals = originals_});
  auto* plan = std::get_if<Plan>(&made);
  if (plan) name_schema_in_consents(*plan, url_.schema());
  if (!plan || !exists()) return made;
  if (!plan->empty() && !passes_over_other_tools_)
    if (std::optional<Conflict> foreign =
            foreign_conflict(*database_, foreign_table_, *plan, state_.rows, {files_, originals_}))
      return std::vector<Conflict>{std::move(*foreign)};
  for (const Step& step : plan->steps)
    if (step.only_where_empty && holds_objects(*database_, step.only_where_empty->schemas))
      return std::vector<Conflict>{objects_conflict(step)};
  return made;
}

Plan Target::plan(const std::optional<Version>& to) { return accepted(result(to)); }

std::vector<Version> Target::versions_to_undo(const UndoRange& range) const {
  return drydock::versions_to_undo(files_, state_.rows, url_.dialect(), range, originals_);
}

Plan Target::undo_plan(const std::vector<Version>& versions, const Settings& settings) {
  return accepted(make_undo_plan(
      files_, state_.rows, url_.dialect(),
      {.versions = versions, .originals = originals_, .script = [&settings](const MigrationFile& migration) {
         return undo_script_of(settings, migration);
       }}));
}

Plan Target::accepted(PlanResult made) {
  if (auto* conflicts = std::get_if<std::vector<Conflict>>(&made)) {
    add_diffs(*conflicts);
    throw HistoryConflict(std::move(*conflicts));
  }
  return std::get<Plan>(std::move(made));
}

std::vector<Conflict> Target::conflicts() {
  PlanResult made = result(std::nullopt);
  auto* conflicts = std::get_if<std::vector<Conflict>>(&made);
  if (conflicts == nullptr) return {};
  add_diffs(*conflicts);
  return std::move(*conflicts);
}

void Target::add_diffs(std::vector<Conflict>& conflicts) {
  for (Conflict& conflict : conflicts) {
    if (conflict.kind != Conflict::Kind::changed || !state_.has_history) continue;
    const MigrationFile* file = file_named(conflict.file);
    if (!file) continue;
    const std::optional<std::string> applied =
        History(*database_)
            .text_of(conflict.id, file->baseline ? History::TextOf::baseline : History::TextOf::migration);
    if (applied)
      conflict.diff =
          unified_diff(*applied, file->text, conflict.file + " as applied", conflict.file + " in the folder");
  }
}

std::optional<Version> version_asked_for(const std::string& text, const std::vector<MigrationFile>& files) {
  if (text.empty()) return std::nullopt;
  const Version version(text);
  for (const MigrationFile& file : files)
    if (file.kind != MigrationKind::repeatable && file.version == version) return file.version;
  if (std::ranges::any_of(files,
                          [&](const MigrationFile& file) { return file.baseline && file.baseline->find(version); }))
    return version;
  throw Failure(ExitCode::usage, "--to " + text + ": no migration in the folder has this version");
}

}  // namespace drydock

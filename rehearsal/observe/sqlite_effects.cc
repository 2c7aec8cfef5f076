#include "rehearsal/observe/sqlite_effects.h"

#include <sqlite3.h>

#include <utility>

#include "rehearsal/observe/sqlite_followed_table.h"

namespace drydock {
namespace {

std::string_view view(const char* text) { return text ? std::string_view(text) : std::string_view(); }

// Pragmas that let a statement change what no hook sees, or take away the transaction's way back.
std::string refused_pragma(std::string_view pragma, std::string_view argument) {
  const std::string name = folded_name(pragma), value = folded_name(argument);
  if (value.empty()) return "";
  if (name == "writable_schema" && value != "off" && value != "0" && value != "false" && value != "no")
    return "PRAGMA writable_schema lets statements edit the schema itself, and what that loses cannot be seen. Use "
           "ALTER TABLE, or create, copy, drop and rename";
  if (name == "schema_version")
    return "PRAGMA schema_version can make SQLite misread the database. Leave it out: SQLite keeps it by itself";
  if (name == "journal_mode" && value == "off")
    return "without a rollback journal a refused or failed transaction could not be rolled back. Choose another "
           "PRAGMA journal_mode";
  return "";
}

}  // namespace

EffectRecorder::EffectRecorder(sqlite3* handle) : handle_(handle) {
  sqlite3_set_authorizer(handle_, &EffectRecorder::authorize, this);
}

EffectRecorder::~EffectRecorder() { sqlite3_set_authorizer(handle_, nullptr, nullptr); }

void EffectRecorder::start(Allow allow) {
  seen_ = {};
  allow_ = allow;
  recording_ = true;
}

SqliteEffects EffectRecorder::stop() {
  recording_ = false;
  return std::exchange(seen_, {});
}

SqliteEffects EffectRecorder::compile(std::string_view statement, Allow allow) {
  start(allow);
  sqlite3_stmt* compiled = nullptr;
  sqlite3_prepare_v2(handle_, statement.data(), static_cast<int>(statement.size()), &compiled, nullptr);
  sqlite3_finalize(compiled);
  return stop();
}

int EffectRecorder::authorize(void* self, int action, const char* first, const char* second, const char* third,
                              const char* trigger) noexcept {
  auto* recorder = static_cast<EffectRecorder*>(self);
  if (!recorder->recording_) return SQLITE_OK;
  try {
    return recorder->record(action, view(first), view(second), view(third), view(trigger));
  } catch (...) {
    return SQLITE_DENY;
  }
}

int EffectRecorder::record(int action, std::string_view first, std::string_view second, std::string_view third,
                           std::string_view trigger) {
  using Action = SqliteEffects::Action;
  const bool on_main = third == "main";
  switch (action) {
    case SQLITE_INSERT:
      return on_main ? write(Action::insert, first, trigger) : SQLITE_OK;
    case SQLITE_UPDATE:
      return on_main ? write(Action::update, first, trigger) : SQLITE_OK;
    case SQLITE_DELETE:
      return on_main ? write(Action::erase, first, trigger) : SQLITE_OK;
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_VTABLE:
      return on_main ? write(Action::drop, first, trigger) : SQLITE_OK;
    // Here the database comes first, and the third word is the column of DROP COLUMN alone.
    case SQLITE_ALTER_TABLE:
      if (first != "main") return SQLITE_OK;
      return write(third.empty() ? Action::alter : Action::drop_column, second, trigger, third);
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_VTABLE:
      if (!on_main) return SQLITE_OK;
      seen_.created.emplace_back(first);
      if (has_prefix(folded_name(first), "drydock_"))
        return refuse(
            "names that begin with drydock_ are drydock's own, and what they hold is not watched. Choose another name");
      return SQLITE_OK;
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_TEMP_TRIGGER:
      return has_prefix(folded_name(second), "drydock_") ? refuse("it puts a trigger on drydock's own table " +
                                                                  std::string(second) + ". Leave that table to drydock")
                                                         : SQLITE_OK;
    case SQLITE_ATTACH:
      if (allow_ == Allow::vacuum && first.empty()) return SQLITE_OK;
      return refuse(
          "it reaches another database file, which is neither rehearsed nor guarded. Migrate that file by itself");
    case SQLITE_PRAGMA: {
      std::string why = refused_pragma(first, second);
      return why.empty() ? SQLITE_OK : refuse(std::move(why));
    }
    case SQLITE_SELECT:
      seen_.selects = true;
      return SQLITE_OK;
    case SQLITE_SAVEPOINT:
      seen_.savepoints.emplace_back(first, second);
      return SQLITE_OK;
    default:
      return SQLITE_OK;
  }
}

int EffectRecorder::refuse(std::string why) {
  if (seen_.refusal.empty()) seen_.refusal = std::move(why);
  return SQLITE_DENY;
}

int EffectRecorder::write(SqliteEffects::Action action, std::string_view table, std::string_view trigger,
                          std::string_view column) {
  const std::string folded = folded_name(table);
  if (has_prefix(folded, "sqlite_")) return SQLITE_OK;
  if (has_prefix(folded, "drydock_"))
    return refuse("it changes drydock's own table " + std::string(table) +
                  ", which says what was applied. Leave it out; `drydock repair` corrects the record");
  seen_.effects.push_back({action, std::string(table), std::string(column), std::string(trigger)});
  return SQLITE_OK;
}

}  // namespace drydock

// What a statement will do to which table, as SQLite's authorizer tells while the statement is compiled: its own
// actions and those of its triggers and foreign keys. And what a migration must not do at all, because nothing could
// see it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct sqlite3;

namespace drydock {

struct SqliteEffects {
  enum class Action { insert, update, erase, drop, alter, drop_column };
  struct Effect {
    Action action{};
    std::string table, column, trigger;
  };
  std::vector<Effect> effects;       // on main, without SQLite's own tables
  std::vector<std::string> created;  // names; IF NOT EXISTS may have made none
  bool selects = false;
  // SAVEPOINT, RELEASE, ROLLBACK TO: "BEGIN", "RELEASE", "ROLLBACK", and the savepoint's name.
  std::vector<std::pair<std::string, std::string>> savepoints;
  std::string refusal;  // why the statement must not run; empty: it may
};

// Installs itself as the handle's authorizer for as long as it lives. Between start() and stop() it records and denies;
// at other times (drydock's own statements) it allows everything. REQUIRES: the handle outlives it.
class EffectRecorder {
 public:
  explicit EffectRecorder(sqlite3* handle);
  ~EffectRecorder();
  EffectRecorder(const EffectRecorder&) = delete;
  EffectRecorder& operator=(const EffectRecorder&) = delete;

  // VACUUM attaches a nameless database by itself.
  enum class Allow { nothing_attached, vacuum };
  void start(Allow allow = Allow::nothing_attached);
  SqliteEffects stop();
  bool recording() const { return recording_; }

  // Compiles a statement without running it. One that cannot be compiled has no effects: it fails when it is run.
  SqliteEffects compile(std::string_view statement, Allow allow);

 private:
  static int authorize(void* self, int action, const char* first, const char* second, const char* third,
                       const char* trigger) noexcept;
  int record(int action, std::string_view first, std::string_view second, std::string_view third,
             std::string_view trigger);
  int refuse(std::string why);
  int write(SqliteEffects::Action action, std::string_view table, std::string_view trigger,
            std::string_view column = {});

  sqlite3* handle_;
  bool recording_ = false;
  Allow allow_ = Allow::nothing_attached;
  SqliteEffects seen_;
};

}  // namespace drydock

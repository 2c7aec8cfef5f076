#include "rehearsal/observe/sqlite_case.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "fixtures/temporary_directory.h"
#include "runner/plan/plan.h"

namespace drydock {
namespace {

struct ForeignKeysViolated : std::runtime_error {
  using std::runtime_error::runtime_error;
};

bool starts_with(const std::string& line, const std::string& with) { return line.compare(0, with.size(), with) == 0; }

Step step_of(const std::string& text, std::size_t number) {
  MigrationFile file;
  const std::string digits = "000" + std::to_string(number + 2);
  file.version = Version(digits);
  file.name = "change";
  file.file = digits + "_change.sql";
  file.path = file.file;
  file.text = text;
  Step step;
  step.migration = parse_migration(file, Dialect::sqlite);
  step.parts = cut_into_parts(step.migration, Dialect::sqlite);
  return step;
}

std::int64_t violations(Database& database) {
  return static_cast<std::int64_t>(database.query("PRAGMA foreign_key_check").rows.size());
}

void run_statements(Database& database, Watcher& watcher, const Step& step, const Part& part) {
  for (const std::size_t i : part.statements) {
    const Statement& statement = step.migration.statements[i];
    Watcher::Decision decision = Watcher::Decision::again;
    while (decision == Watcher::Decision::again) {
      watcher.before(database, statement);
      const Database::RunResult result = database.run({&statement, 1}, Database::Sending::one_by_one);
      decision = watcher.after(database, result.runs.front());
    }
  }
}

void run_part(Database& database, Watcher& watcher, const Step& step, const Part& part) {
  SessionSettings settings;
  settings.foreign_keys = step.migration.directives.foreign_keys_on;
  database.reset_session(settings);
  const std::int64_t violated = violations(database);
  const bool transaction = part.mode == Part::Mode::transaction;
  try {
    if (transaction) database.begin(part.begin_options);
    watcher.part_begins(database, step, part);
    run_statements(database, watcher, step, part);
    if (transaction) {
      if (violations(database) > violated) throw ForeignKeysViolated("foreign_key_check");
      watcher.before_commit(database, step, part, {});
      database.commit();
    }
    watcher.part_done(database, step, part);
  } catch (...) {
    if (transaction) database.rollback();
    watcher.part_abandoned(database, step, part);
    throw;
  }
}

bool covered(const Loss& loss, const std::vector<Consent>& consents) {
  return std::any_of(consents.begin(), consents.end(), [&](const Consent& consent) {
    return consent.kind == loss.kind && consent.object == loss.object &&
           (!consent.most_rows || loss.rows <= *consent.most_rows);
  });
}

void judge(SqliteOutcome& outcome, const std::vector<ObservedMigration>& observed, const std::vector<Step>& steps) {
  for (std::size_t i = 0; i < observed.size(); ++i) {
    for (const Loss& loss : observed[i].losses) {
      outcome.measured.push_back(loss);
      outcome.losses.push_back(std::string(to_string(loss.kind)) + " " + loss.object.text() + " " +
                               std::to_string(loss.rows) + (loss.undetermined.empty() ? "" : " undetermined"));
      if (outcome.verdict == "failed") continue;
      if (!covered(loss, steps[i].migration.directives.consents)) outcome.verdict = "rejected";
      if (outcome.verdict == "safe") outcome.verdict = "consented";
    }
  }
  std::sort(outcome.losses.begin(), outcome.losses.end());
  // Two migrations may lose the same: the format of cases lists a set.
  outcome.losses.erase(std::unique(outcome.losses.begin(), outcome.losses.end()), outcome.losses.end());
}

}  // namespace

std::vector<SqliteCase> read_sqlite_cases(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  std::vector<SqliteCase> out;
  std::string* section = nullptr;
  for (std::string line; std::getline(stream, line);) {
    if (starts_with(line, "=== ")) {
      out.emplace_back().name = line.substr(4);
      section = nullptr;
    } else if (out.empty()) {
      continue;
    } else if (starts_with(line, "--- ")) {
      SqliteCase& now = out.back();
      const std::string what = line.substr(4);
      section = what == "schema" ? &now.schema : what == "data" ? &now.data : &now.changes.emplace_back();
    } else if (section) {
      *section += line + "\n";
    } else if (starts_with(line, "verdict: ")) {
      out.back().verdict = line.substr(9);
    } else if (starts_with(line, "loss: ")) {
      out.back().losses.push_back(line.substr(6));
    }
  }
  for (SqliteCase& one : out) std::sort(one.losses.begin(), one.losses.end());
  return out;
}

SqliteOutcome run_sqlite_case(const SqliteCase& one, RunAs as) {
  const fixtures::TemporaryDirectory directory;
  OpenOptions options;
  options.create = true;
  SqliteDatabase database(DatabaseUrl::parse("sqlite:" + (directory / "case.db").string()), options);
  database.execute("PRAGMA synchronous = OFF");
  database.execute(one.schema);
  database.execute(one.data);

  LossWatcher::Options watching;
  watching.on_shadow = as == RunAs::shadow;
  const std::unique_ptr<LossWatcher> watcher = watch_sqlite_losses(database, watching);
  SqliteOutcome outcome;
  outcome.verdict = "safe";
  std::vector<Step> steps;
  for (std::size_t i = 0; i < one.changes.size(); ++i) steps.push_back(step_of(one.changes[i], i));
  try {
    for (const Step& step : steps) {
      for (const Part& part : step.parts) run_part(database, *watcher, step, part);
    }
  } catch (const Refused& refused) {
    outcome.verdict = "failed";
    outcome.error = refused.what();
  } catch (const ForeignKeysViolated& violated) {
    outcome.verdict = "failed";
    outcome.error = violated.what();
  } catch (const DatabaseError& error) {
    outcome.verdict = "failed";
    outcome.error = error.raw();
  }
  judge(outcome, watcher->observed(), steps);
  return outcome;
}

}  // namespace drydock

#include "runner/cli/exit_code.h"

#include "rehearsal/shadow/shadow.h"
#include "runner/apply/apply.h"
#include "runner/apply/watcher.h"
#include "runner/database/database.h"
#include "runner/database/interruption.h"
#include "runner/database/lock.h"
#include "runner/database/url.h"
#include "runner/identity/identity.h"
#include "runner/migration/migration.h"
#include "squash/replay.h"

namespace drydock {
namespace {

std::string summary_of(const std::vector<Conflict>& conflicts) {
  std::string text = "the history of the database and the folder contradict each other; nothing was changed";
  for (const Conflict& conflict : conflicts) {
    text += "\n\n" + conflict.message;
    if (!conflict.diff.empty()) text += "\n" + conflict.diff;
    while (text.ends_with('\n')) text.pop_back();
  }
  return text;
}

// What a server's error means to the person at the prompt, where the server's own words do not say it.
std::string advice_for(const DatabaseError& error) {
  const std::string& state = error.sqlstate();
  if (state.starts_with("SQLITE_BUSY") || state.starts_with("SQLITE_LOCKED"))
    return "; another process holds the file: end its transaction, and run the command again";
  if (state.starts_with("SQLITE_READONLY"))
    return "; the file or its folder may not be written by this user: nothing was changed";
  if (state.starts_with("SQLITE_NOTADB")) return "; is this a SQLite file?";
  if (state == "25006")
    return "; the server is a standby or read-only: give the address of the primary by --database; nothing was changed";
  if (state == "42501") return "; the role lacks a privilege: grant it, or connect as the owner";
  if (error.details().connection_lost)
    return "; the connection was lost: `drydock status` says what stands, then run the command again";
  return {};
}

}  // namespace

HistoryConflict::HistoryConflict(std::vector<Conflict> conflicts_)
    : Failure(ExitCode::conflict, summary_of(conflicts_)), conflicts(std::move(conflicts_)) {}

Ending ending_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Failure& error) {
    return {error.code, error.what()};
  } catch (const MigrationError& error) {
    return {ExitCode::usage, error.what()};
  } catch (const DatabaseUrlError& error) {
    return {ExitCode::usage, error.what()};
  } catch (const WrongTarget& error) {
    return {ExitCode::wrong_target, error.what()};
  } catch (const LockTimeout& error) {
    return {ExitCode::locked, error.what()};
  } catch (const CannotRehearse& error) {
    return {ExitCode::cannot_rehearse, error.what()};
  } catch (const SquashRefused& error) {
    return {ExitCode::conflict, error.what()};
  } catch (const Refused& error) {
    return {ExitCode::rejected, error.what()};
  } catch (const StalePlan& error) {
    return {ExitCode::conflict, error.what()};
  } catch (const ApplyFailure& error) {
    return {ExitCode::failed_on_target, error.what() + (error.state.empty() ? "" : "\n" + error.state)};
  } catch (const Interrupted& error) {
    return {ExitCode::unexpected, error.what()};
  } catch (const ConnectionError& error) {
    return {ExitCode::unexpected, error.what()};
  } catch (const DatabaseError& error) {
    return {ExitCode::unexpected, error.what() + advice_for(error)};
  } catch (const std::exception& error) {
    return {ExitCode::unexpected, error.what()};
  }
}

}  // namespace drydock

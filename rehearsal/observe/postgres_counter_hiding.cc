#include "rehearsal/observe/postgres_counter_hiding.h"

#include <algorithm>

namespace drydock {

bool is_superuser(Database& database) {
  return database.query("SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user").text(0, 0) ==
         "t";
}

// Whether the counters of deleted and updated rows are off, or code that is there could switch them off for a while:
// only a superuser may, or what runs as one, and only by a setting that somebody wrote down. Without that, zero
// counters acquit.
CounterHiding hiding_by_code(Database& database) {
  const std::string found =
      database
          .query(
              "SELECT CASE WHEN pg_catalog.current_setting('track_counts') = 'off' OR EXISTS (SELECT FROM "
              "pg_catalog.pg_proc p WHERE p.oid >= 16384 AND p.prosecdef AND "
              "pg_catalog.concat(p.prosrc, p.proconfig) ~* 'track_counts') THEN 'named' "
              "WHEN NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN 'none' "
              "WHEN EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.oid >= 16384 AND "
              "pg_catalog.concat(p.prosrc, p.proconfig) ~* 'track_counts') THEN 'named' WHEN EXISTS (SELECT FROM "
              "pg_catalog.pg_proc p WHERE p.oid >= 16384 AND p.prosrc ~* "
              "'set_config') THEN 'possible' ELSE 'none' END")
          .text(0, 0);
  return found == "none" ? CounterHiding::none : found == "named" ? CounterHiding::named : CounterHiding::possible;
}

CounterHiding hiding_by_text(const Statement& statement) {
  const std::string& text = statement.text;
  const bool hidden = statement.traits.tag == "DO" || statement.traits.tag == "CALL";
  const auto holds = [&text](std::string_view word) {
    return std::search(text.begin(), text.end(), word.begin(), word.end(),
                       [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; }) != text.end();
  };
  if (holds("track_counts")) return CounterHiding::named;
  // In dynamic SQL the name can be put together from pieces.
  return holds("set_config") || (hidden && holds("execute")) ? CounterHiding::possible : CounterHiding::none;
}

}  // namespace drydock

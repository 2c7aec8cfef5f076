// The schema as pg_dump writes it, put in order for people; between its two halves the rows, before what they might
// collide with: foreign keys, rules, triggers, policies.
#include "squash/baseline_writers.h"
#include "squash/postgres_baseline_extras.h"
#include "squash/postgres_baseline_rows.h"
#include "squash/postgres_dump_order.h"
#include "squash/postgres_reading.h"

namespace drydock {

namespace {

// Functions come before the tables that they speak of.
constexpr std::string_view opening =
    "-- Bodies of functions are not looked at while what they name is still to come.\n"
    "SET LOCAL check_function_bodies = off;\n";

// Files are read with line feeds alone.
void note_carriage_returns(const std::vector<DumpEntry>& entries, std::vector<std::string>& notes) {
  for (const DumpEntry& entry : entries) {
    for (const std::string& statement : entry.statements) {
      if (statement.find('\r') == std::string::npos) continue;
      notes.push_back("the definition of " + entry.type + " " + entry.name +
                      " holds a carriage return, which no migration's file can");
      break;
    }
  }
}

}  // namespace

BaselineText write_postgres_baseline(ThrowawayDatabase& replayed) {
  std::vector<DumpEntry> entries = dump_schema(replayed);
  const std::vector<std::string> roles = replayed.created_roles();
  Database& reader = replayed.reader();
  const PostgresReading reading(reader);
  BaselineText text;
  text.notes = what_sql_cannot_say(reader);
  note_carriage_returns(entries, text.notes);
  complete_extensions(reader, entries);
  const OrderedDump dump = put_in_order(std::move(entries));
  text.sql = std::string(opening) + role_statements(reader, roles) + database_statements(reader) + dump.before_rows +
             insert_statements(reader) + position_statements(reader) + dump.after_rows + dump.privileges +
             refresh_statements(reader, dump.materialized_views) + dump.at_last;
  return text;
}

}  // namespace drydock

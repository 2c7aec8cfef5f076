#include "runner/cli/kept_copies.h"

#include <nlohmann/json.hpp>

#include "rehearsal/kept/kept_store.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

// PostgreSQL's places say the schema themselves.
std::string where_it_is(const KeptCopy& copy, const DatabaseUrl& database) {
  return database.dialect() == Dialect::sqlite ? copy.place + " of " + kept_place(database) : copy.place;
}

}  // namespace

std::string kept_place(const DatabaseUrl& database) {
  return database.dialect() == Dialect::sqlite ? database.database() + ".kept" : "drydock_kept";
}

std::string kept_line(const KeptCopy& copy, const DatabaseUrl& database) {
  const bool values = !copy.table.column.empty();
  return std::string(to_string(copy.kind)) + " " + copy.object + ": kept until " + copy.until + " in " +
         where_it_is(copy, database) + " (" + count_of(copy.rows, values ? "value" : "row") +
         "); drydock kept restore " + std::to_string(copy.id);
}

nlohmann::ordered_json kept_json(const std::vector<KeptCopy>& copies, const DatabaseUrl& database) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const KeptCopy& copy : copies)
    list.push_back({{"id", copy.id},
                    {"version", copy.version},
                    {"kind", to_string(copy.kind)},
                    {"object", copy.object},
                    {"rows", copy.rows},
                    {"made_at", copy.made_at},
                    {"until", copy.until},
                    {"expired", copy.expired},
                    {"state", to_string(copy.state)},
                    {"restored", copy.restored},
                    {"place", where_it_is(copy, database)}});
  return list;
}

void purge_what_has_expired(Database& database, Terminal& terminal) try {
  const std::unique_ptr<KeptStore> store = open_kept_store(database);
  if (!store) return;
  for (const KeptCopy& copy : purge_expired(*store))
    terminal.say("the safety copy " + std::to_string(copy.id) + " of " + copy.object + " has expired (" + copy.until +
                 ") and is purged");
} catch (const std::runtime_error& error) {
  terminal.warn("what has expired of the safety copies could not be purged: " + std::string(error.what()) +
                "; `drydock kept purge --expired` tries again");
}

}  // namespace drydock

// Puts the entries of a dump in an order for people: what belongs to a table stands behind it, what rows must not meet
// stands after them. Where it is not sure, an entry keeps its place in pg_dump's order, which is right by itself. Pure.
#pragma once

#include <string>
#include <vector>

#include "squash/postgres_dump.h"

namespace drydock {

// SQL, each statement with its semicolon, under headings.
struct OrderedDump {
  std::string before_rows;                      // types, functions, tables, indexes, views
  std::string after_rows;                       // foreign keys, rules, triggers, policies, publications
  std::string privileges;                       // grants that would stand in the way earlier; default privileges
  std::string at_last;                          // event triggers
  std::vector<std::string> materialized_views;  // as SQL names, in the order in which they can be filled
};

OrderedDump put_in_order(std::vector<DumpEntry> entries);

}  // namespace drydock

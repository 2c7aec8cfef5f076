// What the text of a dump's schema tells of where it came from: the locale of its database, and the roles that have to
// be there before it is restored.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/shadow/postgres_template_directory.h"

namespace drydock {

struct DumpFacts {
  std::optional<ClusterLocale> locale;  // of CREATE DATABASE, where the text has one
  std::vector<std::string> roles;       // each once, sorted
  int server_major = 0;                 // "Dumped from database version 15.18"; 0 where it does not say
  bool is_complete = false;             // its last line is there
  bool is_cluster = false;              // of pg_dumpall: several databases
};

// Reads to the end; the data of COPY is passed over.
DumpFacts read_dump_facts(std::istream& text);

}  // namespace drydock

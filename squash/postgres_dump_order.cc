#include "squash/postgres_dump_order.h"

#include <algorithm>
#include <map>
#include <set>

#include "runner/database/database.h"

namespace drydock {

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

bool is_among(const std::string& type, std::initializer_list<std::string_view> types) {
  return std::ranges::find(types, type) != types.end();
}

bool stands_behind_a_table(const DumpEntry& entry) {
  return is_among(entry.type, {"SEQUENCE OWNED BY", "DEFAULT", "CONSTRAINT", "INDEX", "TABLE ATTACH", "STATISTICS"}) ||
         (entry.type == "SEQUENCE" && !entry.statements.empty() && entry.statements[0].starts_with("ALTER TABLE"));
}

bool comes_after_rows(const DumpEntry& entry) {
  return is_among(entry.type, {"FK CONSTRAINT", "CHECK CONSTRAINT", "TRIGGER", "RULE", "ROW SECURITY", "POLICY",
                               "PUBLICATION", "PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA"});
}

// pg_dump writes them when the tables' rows would be there.
bool is_index_or_key(const DumpEntry& entry) {
  return is_among(entry.type, {"CONSTRAINT", "INDEX", "INDEX ATTACH", "STATISTICS"});
}

bool takes_from_migrator(const DumpEntry& entry) {
  return std::ranges::any_of(entry.statements, [](const std::string& statement) {
    return statement.starts_with("REVOKE ") && statement.find(" FROM CURRENT_USER") != std::string::npos;
  });
}

std::string plain_name(const DumpEntry& entry) {
  const bool callable = is_among(entry.type, {"FUNCTION", "PROCEDURE", "AGGREGATE"});
  return entry.schema + "." + (callable ? entry.name.substr(0, entry.name.find('(')) : entry.name);
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void append(const DumpEntry& entry, std::string& text) {
  for (const std::string& statement : entry.statements) text += statement + ";\n";
}

std::string heading_of(const DumpEntry& entry) {
  if (entry.name.starts_with(entry.type + " "))
    return "\n-- " + lower(entry.type) + entry.name.substr(entry.type.size()) + "\n";
  return "\n-- " + lower(entry.type) + " " + (entry.schema == "-" ? "" : entry.schema + ".") + entry.name + "\n";
}

// Comments and labels follow what they are about.
std::vector<DumpEntry> with_comments(std::vector<DumpEntry> entries) {
  std::vector<DumpEntry> result;
  for (DumpEntry& entry : entries) {
    if (is_among(entry.type, {"COMMENT", "SECURITY LABEL"}) && !result.empty()) {
      for (std::string& statement : entry.statements) result.back().statements.push_back(std::move(statement));
    } else {
      result.push_back(std::move(entry));
    }
  }
  return result;
}

// One pass over a dump; lives as long as put_in_order().
class Order {
 public:
  explicit Order(const std::vector<DumpEntry>& entries) : entries_(entries) {
    find_partitions();
    place_objects();
    move_owned_sequences();
    place_the_rest();
  }

  OrderedDump ordered() const {
    OrderedDump result;
    for (const Group& group : groups_) {
      std::string text;
      for (const DumpEntry* entry : group.entries) append(*entry, text);
      if (!text.empty()) result.before_rows += heading_of(*group.entries.front()) + text;
    }
    append_section("indexes and what needs them", behind_, result.before_rows);
    append_by_type(after_rows_, result.after_rows);
    append_section("grants", grants_, result.privileges);
    append_section("event triggers", event_triggers_, result.at_last);
    for (const DumpEntry& entry : entries_) {
      if (entry.type == "MATERIALIZED VIEW")
        result.materialized_views.push_back(drydock::quoted(entry.schema) + "." + drydock::quoted(entry.name));
    }
    return result;
  }

 private:
  struct Group {
    std::vector<const DumpEntry*> entries;  // the object, then what stands behind it
  };

  // A partition gets its indexes by being attached where its table has them already: they come when all are attached.
  void find_partitions() {
    for (const DumpEntry& entry : entries_) {
      if (entry.type != "TABLE ATTACH") continue;
      for (const std::string& statement : entry.statements) {
        for (std::string& name : qualified_names(statement)) partitions_.insert(std::move(name));
      }
    }
  }

  void place_objects() {
    bool keys_begun = false;
    for (const DumpEntry& entry : entries_) {
      keys_begun = keys_begun || is_index_or_key(entry);
      const bool elsewhere = stands_behind_a_table(entry) || comes_after_rows(entry) || keys_begun ||
                             is_among(entry.type, {"ACL", "DEFAULT ACL", "EVENT TRIGGER"});
      if (elsewhere) continue;
      place_[plain_name(entry)] = groups_.size();
      groups_.push_back({{&entry}});
    }
  }

  // A serial column's sequence is read with its table. Where it comes earlier, something else may need it there.
  void move_owned_sequences() {
    for (const DumpEntry& entry : entries_) {
      if (entry.type != "SEQUENCE OWNED BY") continue;
      const auto sequence = place_.find(plain_name(entry));
      const std::size_t table = place_of_table(entry, plain_name(entry));
      if (sequence == place_.end() || table == nowhere || table > sequence->second) continue;
      Group& from = groups_[sequence->second];
      groups_[table].entries.push_back(from.entries.front());
      from.entries.clear();
      sequence->second = table;
    }
  }

  std::size_t place_of_table(const DumpEntry& entry, const std::string& but) const {
    for (const std::string& statement : entry.statements) {
      for (const std::string& name : qualified_names(statement)) {
        const auto found = place_.find(name);
        if (name != but && found != place_.end()) return found->second;
      }
    }
    return nowhere;
  }

  // Behind the last of the objects that it mentions.
  std::size_t last_place_of(const DumpEntry& entry) const {
    std::size_t last = nowhere;
    for (const std::string& statement : entry.statements) {
      for (const std::string& name : qualified_names(statement)) {
        const auto found = place_.find(name);
        if (found != place_.end() && (last == nowhere || found->second > last)) last = found->second;
      }
    }
    return last;
  }

  bool concerns_partitions(const DumpEntry& entry) const {
    return is_index_or_key(entry) && std::ranges::any_of(entry.statements, [&](const std::string& statement) {
             return std::ranges::any_of(qualified_names(statement),
                                        [&](const std::string& name) { return partitions_.contains(name); });
           });
  }

  // "SCHEMA shop" of an ACL, which has no qualified name.
  std::size_t place_of_grant(const DumpEntry& entry) const {
    if (takes_from_migrator(entry)) return nowhere;
    const std::size_t named = last_place_of(entry);
    if (named != nowhere) return named;
    const std::size_t space = entry.name.rfind(' ');
    const auto found = place_.find("-." + entry.name.substr(space == std::string::npos ? 0 : space + 1));
    return found == place_.end() ? nowhere : found->second;
  }

  void place_the_rest() {
    bool keys_begun = false;
    for (const DumpEntry& entry : entries_) {
      keys_begun = keys_begun || is_index_or_key(entry);
      if (entry.type == "EVENT TRIGGER") {
        event_triggers_.push_back(&entry);
      } else if (entry.type == "ACL") {
        put(entry, place_of_grant(entry), grants_);
      } else if (entry.type == "DEFAULT ACL") {
        grants_.push_back(&entry);
      } else if (comes_after_rows(entry)) {
        after_rows_.push_back(&entry);
      } else if (stands_behind_a_table(entry)) {
        put(entry, concerns_partitions(entry) ? nowhere : last_place_of(entry), behind_);
      } else if (keys_begun) {
        behind_.push_back(&entry);
      }
    }
  }

  void put(const DumpEntry& entry, std::size_t place, std::vector<const DumpEntry*>& otherwise) {
    (place == nowhere ? otherwise : groups_[place].entries).push_back(&entry);
  }

  static void append_section(const std::string& heading, const std::vector<const DumpEntry*>& entries,
                             std::string& text) {
    std::string section;
    for (const DumpEntry* entry : entries) append(*entry, section);
    if (!section.empty()) text += "\n-- " + heading + "\n" + section;
  }

  static void append_by_type(const std::vector<const DumpEntry*>& entries, std::string& text) {
    static const std::map<std::string, std::string> headings = {
        {"FK CONSTRAINT", "foreign keys"}, {"CHECK CONSTRAINT", "checks"}, {"TRIGGER", "triggers"}, {"RULE", "rules"},
        {"ROW SECURITY", "row security"},  {"POLICY", "row security"}};
    std::string last;
    for (const DumpEntry* entry : entries) {
      const auto found = headings.find(entry->type);
      const std::string heading = found == headings.end() ? "publications" : found->second;
      if (heading != last) text += "\n-- " + heading + "\n";
      last = heading;
      append(*entry, text);
    }
  }

  const std::vector<DumpEntry>& entries_;
  std::map<std::string, std::size_t> place_;  // "schema.name" -> its group
  std::vector<Group> groups_;
  std::set<std::string> partitions_;
  std::vector<const DumpEntry*> behind_, after_rows_, grants_, event_triggers_;
};

}  // namespace

OrderedDump put_in_order(std::vector<DumpEntry> entries) {
  const std::vector<DumpEntry> objects = with_comments(std::move(entries));
  return Order(objects).ordered();
}

}  // namespace drydock

#include "rehearsal/rules/rule_case.h"

namespace drydock {

const std::vector<RuleCase>& sqlite_cases() {
  static const std::vector<RuleCase> cases = {
      {"required-column-without-default", "ALTER TABLE a ADD COLUMN x TEXT NOT NULL;", "1 a.x"},
      {"required-column-without-default", "ALTER TABLE a ADD COLUMN x TEXT NOT NULL DEFAULT '';", ""},
      {"required-column-without-default", "ALTER TABLE a ADD COLUMN x TEXT;", ""},
      {"required-column-without-default", "ALTER TABLE a ADD x TEXT CHECK (x IS NOT NULL);", ""},
      {"required-column-without-default", "ALTER TABLE a ADD x INT NOT NULL AS (y + 1);", ""},

      {"rename-breaks-running-code", "ALTER TABLE a RENAME TO b;", "1 a"},
      {"rename-breaks-running-code", "ALTER TABLE a RENAME COLUMN x TO y;", "1 a.x"},
      {"rename-breaks-running-code",
       "CREATE TABLE a_new (x);\nINSERT INTO a_new SELECT x FROM a;\nDROP TABLE a;\nALTER TABLE a_new RENAME TO a;",
       ""},
      {"rename-breaks-running-code",
       "ALTER TABLE a RENAME TO a_old;\nCREATE TABLE a (x);\nINSERT INTO a SELECT x FROM a_old;\nDROP TABLE a_old;",
       ""},
      {"rename-breaks-running-code", "ALTER TABLE _tmp RENAME TO a;", "",
       "CREATE TABLE _tmp (x); INSERT INTO _tmp SELECT x FROM a; DROP TABLE a;"},
      {"rename-breaks-running-code", "ALTER TABLE a RENAME COLUMN Name TO name;", ""},

      {"column-dropped-under-running-code", "ALTER TABLE a DROP COLUMN x;", "1 a.x"},
      {"column-dropped-under-running-code", "ALTER TABLE a ADD x;\nALTER TABLE a DROP x;", ""},
      {"column-dropped-under-running-code", "ALTER TABLE a DROP x;\nALTER TABLE a ADD x INT;", ""},
      {"column-dropped-under-running-code", "DROP TABLE a;", ""},

      {"update-without-where", "UPDATE a SET x = 1;", "1 a"},
      {"update-without-where", "UPDATE a SET x = 1 WHERE y;", ""},
      {"update-without-where", "ALTER TABLE a ADD COLUMN x;\nUPDATE a SET x = 1;", ""},
      {"update-without-where", "CREATE TRIGGER g AFTER INSERT ON a BEGIN UPDATE a SET x = 1; END;", ""},
      {"update-without-where", "INSERT INTO a VALUES ('UPDATE a SET x = 1');", ""},

      {"delete-without-where", "DELETE FROM a;", "1 a"},
      {"delete-without-where", "DELETE FROM a WHERE x;", ""},
      {"delete-without-where", "CREATE TABLE a (x);\nDELETE FROM a;", ""},
      {"delete-without-where", "DELETE FROM a;\nINSERT INTO a SELECT * FROM b;", ""},
      {"delete-without-where", "CREATE TRIGGER g AFTER INSERT ON a BEGIN DELETE FROM b; END;", ""},

      {"foreign-keys-pragma-ignored", "PRAGMA foreign_keys = ON;\nDELETE FROM a WHERE x;", "1 foreign_keys"},
      {"foreign-keys-pragma-ignored", "-- drydock:foreign-keys on\nPRAGMA foreign_keys = OFF;\nDROP TABLE a;",
       "2 foreign_keys"},
      {"foreign-keys-pragma-ignored", "PRAGMA foreign_keys = OFF;\nDROP TABLE a;\nPRAGMA foreign_keys = ON;", ""},
      {"foreign-keys-pragma-ignored", "-- drydock:foreign-keys on\nPRAGMA foreign_keys = ON;\nDROP TABLE a;", ""},
      {"foreign-keys-pragma-ignored", "BEGIN;\nDROP TABLE a;\nCOMMIT;\nPRAGMA foreign_keys = ON;", ""},
      {"foreign-keys-pragma-ignored", "PRAGMA foreign_keys;\nPRAGMA foreign_key_check;\nDROP TABLE a;", ""},
  };
  return cases;
}

}  // namespace drydock

#include "runner/sql/mentions.h"

#include <doctest/doctest.h>

namespace drydock {

TEST_CASE("A word is mentioned whatever the case of its letters, and wherever it stands") {
  CHECK(mentions("ALTER TABLE a RENAME TO b", "rename"));
  CHECK(mentions("a'Drydock_history'", "drydock_"));
  CHECK(mentions("rename", "rename"));
  CHECK_FALSE(mentions("ALTER TABLE a ADD renam", "rename"));
  CHECK_FALSE(mentions("", "rename"));
  CHECK_FALSE(mentions("drydock@", "drydock_"));
}

TEST_CASE("A word that begins so is told from one that holds it further in") {
  CHECK(mentions_word_from("CREATE TEMPORARY TABLE a (b)", "temp"));
  CHECK(mentions_word_from("SELECT attempt FROM temp.a", "temp"));
  CHECK(mentions_word_from("/*pragma*/", "pragma"));
  CHECK_FALSE(mentions_word_from("SELECT attempt, x_temp FROM a", "temp"));
}

}  // namespace drydock

// PostgreSQL prints an expression or a name with or without its schema as the search_path has it. The query therefore
// sets one of its own before the first such text, and puts the session's back after the last: a setting that is local
// to the transaction, so that nothing is left behind where the query fails either.
//
// The server hashes each object's line and adds the hashes up, which needs no order and sends no schema over the wire.
#include "runner/plan/fingerprint.h"

#include "runner/migration/checksum.h"

namespace drydock {
namespace {

// Object ids appear in no line: a logical copy of a database has the same fingerprint.
constexpr std::string_view postgres_lines = R"(
WITH entered AS MATERIALIZED (
  SELECT pg_catalog.current_setting('search_path') AS before,
         pg_catalog.set_config('search_path', 'pg_catalog', true) AS path),
-- Whatever is printed below belongs to one of these rows, and they come only after the path is set.
schemas AS MATERIALIZED (
  SELECT oid, nspname FROM pg_namespace
   WHERE (SELECT path FROM entered) = 'pg_catalog'
     AND left(nspname, 3) <> 'pg_' AND nspname NOT IN ('information_schema', 'drydock', 'drydock_kept', 'drydock_protect')),
relations AS MATERIALIZED (
  SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relkind, c.relpersistence, c.relispartition,
         c.relrowsecurity, c.relforcerowsecurity, c.relpartbound, c.reloptions
    FROM pg_class c JOIN schemas n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')),
lines (kind, line) AS (
  SELECT 'schema', nspname::text FROM schemas
  UNION ALL
  SELECT 'relation', concat_ws('|', name, relkind, relpersistence, relispartition, relrowsecurity, relforcerowsecurity,
                               coalesce(array_to_string(reloptions, ','), ''), pg_get_expr(relpartbound, oid))
    FROM relations
  UNION ALL
  SELECT 'column', concat_ws('|', r.name, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), a.attname,
                             format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
                             coalesce((SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation), ''),
                             (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
                               WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum))
    FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid
   WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind <> 'S'
  UNION ALL
  SELECT 'parent', concat_ws('|', r.name, i.inhseqno, p.nspname, c.relname)
    FROM relations r JOIN pg_inherits i ON i.inhrelid = r.oid JOIN pg_class c ON c.oid = i.inhparent
         JOIN pg_namespace p ON p.oid = c.relnamespace
  UNION ALL
  SELECT 'partition key', concat_ws('|', r.name, pg_get_partkeydef(r.oid)) FROM relations r WHERE r.relkind = 'p'
  UNION ALL
  SELECT 'view', concat_ws('|', r.name, pg_get_viewdef(r.oid)) FROM relations r WHERE r.relkind IN ('v', 'm')
  UNION ALL
  SELECT 'sequence', concat_ws('|', r.name, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
                               s.seqcycle)
    FROM relations r JOIN pg_sequence s ON s.seqrelid = r.oid
  UNION ALL
  SELECT 'constraint', concat_ws('|', n.nspname, coalesce(r.name, c.contypid::regtype::text), c.conname, c.contype,
                                 c.convalidated, pg_get_constraintdef(c.oid))
    FROM pg_constraint c JOIN schemas n ON n.oid = c.connamespace LEFT JOIN relations r ON r.oid = c.conrelid
  UNION ALL
  SELECT 'index', concat_ws('|', i.indisvalid, i.indisclustered, i.indisreplident, pg_get_indexdef(i.indexrelid))
    FROM pg_index i JOIN relations r ON r.oid = i.indrelid
  UNION ALL
  SELECT 'trigger', concat_ws('|', t.tgenabled, pg_get_triggerdef(t.oid))
    FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid
   WHERE NOT t.tgisinternal AND t.tgname <> 'drydock_protect_truncate'
  UNION ALL
  SELECT 'rule', pg_get_ruledef(w.oid)
    FROM pg_rewrite w JOIN relations r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
  UNION ALL
  SELECT 'policy', concat_ws('|', r.name, p.polname, p.polcmd, p.polpermissive,
                             coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
                             coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''))
    FROM pg_policy p JOIN relations r ON r.oid = p.polrelid
  UNION ALL
  SELECT 'function', concat_ws('|', n.nspname, p.proname, p.prokind, pg_get_function_arguments(p.oid),
                               pg_get_function_result(p.oid),
                               CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END)
    FROM pg_proc p JOIN schemas n ON n.oid = p.pronamespace
   WHERE NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  UNION ALL
  SELECT 'type', concat_ws('|', n.nspname, t.typname, t.typtype, t.typnotnull,
                           coalesce(format_type(t.typbasetype, t.typtypmod), ''), coalesce(t.typdefault, ''),
                           (SELECT string_agg(e.enumlabel, '|' ORDER BY e.enumsortorder) FROM pg_enum e
                             WHERE e.enumtypid = t.oid))
    FROM pg_type t JOIN schemas n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')
  UNION ALL
  SELECT 'extension', concat_ws('|', extname, extversion) FROM pg_extension),
total AS MATERIALIZED (
  SELECT concat_ws(' ', count(*), sum(hashtextextended(kind || '|' || coalesce(line, ''), 0)::numeric)) AS hash
    FROM lines)
SELECT hash, CASE WHEN hash IS NOT NULL THEN pg_catalog.set_config('search_path', before, true) END
  FROM total, entered)";

constexpr std::string_view sqlite_lines = R"(
SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema
 WHERE name NOT LIKE 'drydock\_%' ESCAPE '\' AND tbl_name NOT LIKE 'drydock\_%' ESCAPE '\'
   AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
 ORDER BY type, name)";

}  // namespace

std::string schema_fingerprint(Database& database) {
  if (database.dialect() == Dialect::postgres) return sha256(database.query(postgres_lines).text(0, 0));

  std::string content;
  for (const std::vector<Value>& row : database.query(sqlite_lines).rows) {
    for (const Value& value : row) content += std::to_string(value->size()) + ':' + *value;
  }
  return sha256(content);
}

}  // namespace drydock

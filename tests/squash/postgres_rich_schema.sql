-- One of everything that two equal databases have in common. The roles bob and alice are there.
CREATE SCHEMA shop;
CREATE EXTENSION citext SCHEMA shop VERSION '1.6';
CREATE EXTENSION postgres_fdw SCHEMA shop;
COMMENT ON SCHEMA shop IS 'what is sold';

CREATE TYPE shop.mood AS ENUM ('low', 'fine', 'high');
ALTER TYPE shop.mood ADD VALUE 'better' BEFORE 'high';
CREATE TYPE shop.address AS (street text, zip varchar(10));
CREATE TYPE shop.span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE DOMAIN shop.positive AS integer DEFAULT 1 CONSTRAINT is_positive CHECK (VALUE > 0);
CREATE COLLATION shop.german (provider = icu, locale = 'de-u-ks-level2', deterministic = false);

CREATE FUNCTION shop.twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NEW;
END
$$;
CREATE PROCEDURE shop.nothing() LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE AGGREGATE shop.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE FUNCTION shop.same(a shop.address, b shop.address) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS 'SELECT (a).street = (b).street';
CREATE OPERATOR shop.=== (LEFTARG = shop.address, RIGHTARG = shop.address, FUNCTION = shop.same, COMMUTATOR = OPERATOR(shop.===));
CREATE FUNCTION shop.address_text(shop.address) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).street';
CREATE CAST (shop.address AS text) WITH FUNCTION shop.address_text(shop.address) AS ASSIGNMENT;

CREATE SEQUENCE shop.ticket START 100 INCREMENT 5 CACHE 2;
CREATE TABLE shop.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email shop.citext NOT NULL UNIQUE,
  gone text,
  name text COLLATE shop.german,
  feeling shop.mood DEFAULT 'fine',
  home shop.address,
  score shop.positive,
  picture bytea,
  upper_name text GENERATED ALWAYS AS (upper(name)) STORED,
  parent bigint REFERENCES shop.customers (id),
  favourite bigint,
  extra jsonb,
  made timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE shop.customers DROP COLUMN gone;
COMMENT ON TABLE shop.customers IS 'who buys';
COMMENT ON COLUMN shop.customers.email IS 'it''s unique';
ALTER TABLE shop.customers ALTER COLUMN name SET STATISTICS 500, ALTER COLUMN extra SET STORAGE EXTERNAL;
CREATE TABLE shop.orders (
  id serial PRIMARY KEY,
  customer bigint NOT NULL REFERENCES shop.customers (id) ON DELETE CASCADE,
  amount numeric(10, 2) NOT NULL DEFAULT 0 CHECK (amount >= 0),
  note text
) WITH (fillfactor = 80, toast.autovacuum_enabled = false);
ALTER TABLE shop.customers ADD CONSTRAINT customers_favourite FOREIGN KEY (favourite) REFERENCES shop.orders (id)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE shop.orders ADD CONSTRAINT orders_note CHECK (note <> 'bad') NOT VALID;
CREATE INDEX orders_customer ON shop.orders (customer) INCLUDE (amount) WHERE amount > 0;
CREATE INDEX customers_lower ON shop.customers (lower(name));
ALTER INDEX shop.customers_lower ALTER COLUMN 1 SET STATISTICS 300;
ALTER TABLE shop.orders CLUSTER ON orders_pkey;
CREATE STATISTICS shop.orders_both (dependencies) ON customer, amount FROM shop.orders;
ALTER STATISTICS shop.orders_both SET STATISTICS 50;

CREATE TABLE shop.events (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE shop.events_2023 PARTITION OF shop.events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE shop.events_rest PARTITION OF shop.events DEFAULT;
CREATE INDEX events_at ON shop.events (at);
CREATE TABLE shop.base (a integer, b text);
CREATE TABLE shop.derived (c integer) INHERITS (shop.base);
CREATE UNLOGGED TABLE shop.scratch (a integer);

CREATE VIEW shop.rich AS SELECT id, email FROM shop.customers WHERE score > 3 WITH LOCAL CHECK OPTION;
CREATE MATERIALIZED VIEW shop.sums AS SELECT customer, sum(amount) AS amount FROM shop.orders GROUP BY customer;
CREATE UNIQUE INDEX sums_customer ON shop.sums (customer);
CREATE MATERIALIZED VIEW shop.empty_sums AS SELECT 1 AS one WITH NO DATA;

CREATE TRIGGER touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE TRIGGER touch_never BEFORE INSERT ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.touch();
ALTER TABLE shop.customers DISABLE TRIGGER touch_never;
CREATE RULE no_deletes AS ON DELETE TO shop.base DO INSTEAD NOTHING;
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.orders FOR SELECT TO bob USING (customer > 0);

GRANT USAGE ON SCHEMA shop TO bob;
GRANT SELECT, INSERT ON shop.orders TO bob;
GRANT SELECT (email) ON shop.customers TO bob;
REVOKE EXECUTE ON FUNCTION shop.twice(integer) FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO alice;

CREATE PUBLICATION orders_out FOR TABLE shop.orders WITH (publish = 'insert');
CREATE FUNCTION shop.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER watch_ddl ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION shop.on_ddl();
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere.invalid', dbname 'x');
CREATE USER MAPPING FOR bob SERVER elsewhere OPTIONS (user 'bob', password 'secret');
CREATE FOREIGN TABLE shop.far (id integer OPTIONS (column_name 'ID'), t text) SERVER elsewhere OPTIONS (schema_name 's');
CREATE TEXT SEARCH DICTIONARY shop.stems (TEMPLATE = snowball, language = 'german', stopwords = 'german');
CREATE TEXT SEARCH CONFIGURATION shop.words (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION shop.words ALTER MAPPING FOR word WITH shop.stems, simple;
CREATE TABLE shop."Odd ""name" ("select" integer, "Mixed Case" text);

INSERT INTO shop.customers (email, name, feeling, home, score, picture, parent, extra, made) VALUES
  ('a@example.com', 'Ada', 'high', ROW('Main St', '1'), 5, '\x00ff', NULL, '{"a": 1}', '2024-01-01 00:00:00+00'),
  ('b@example.com', 'Bob', 'low', NULL, 2, NULL, 1, NULL, '2024-01-02 00:00:00+00'),
  ('c@example.com', NULL, 'low', ROW(NULL, NULL), NULL, '', 2, 'null', '2024-01-03 00:00:00+00');
INSERT INTO shop.orders (customer, amount, note) VALUES (1, 10.50, 'it''s'), (2, 0, E'two\nlines'), (1, 7, NULL);
UPDATE shop.customers SET favourite = 2 WHERE id = 1;
INSERT INTO shop.events VALUES ('2023-05-05', 'old'), ('2024-05-05', 'new'), ('2024-05-05', 'new');
INSERT INTO shop.base VALUES (1, 'x');
INSERT INTO shop.derived VALUES (2, 'y', 3);
INSERT INTO shop."Odd ""name" VALUES (1, '\backslash');
REFRESH MATERIALIZED VIEW shop.sums;
SELECT nextval('shop.ticket');

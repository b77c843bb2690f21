-- How many assets of a tenant are alike in everything that an overview groups or filters by. Kept in step by
-- whatever writes assets, in the same transaction; `group_no` is made from the values. Part 0 is the whole; the
-- others are sums of it with some columns left empty (see groups.py).
CREATE TABLE asset_count (
    tenant         TEXT NOT NULL,
    part           INTEGER NOT NULL,
    group_no       INTEGER NOT NULL,
    provider       TEXT NOT NULL,
    countries      TEXT NOT NULL,
    location_class TEXT NOT NULL,
    material       TEXT NOT NULL,
    holds          TEXT NOT NULL,
    type           TEXT NOT NULL,
    custody        TEXT NOT NULL,
    law_reach      TEXT NOT NULL,
    law_countries  TEXT NOT NULL,
    assets         INTEGER NOT NULL,
    PRIMARY KEY (tenant, part, group_no)
) WITHOUT ROWID;

ALTER TABLE asset ADD COLUMN group_no INTEGER NOT NULL DEFAULT 0;
-- The index that counted before goes first: it would be written with every row.
DROP INDEX asset_counts;
UPDATE asset SET group_no = group_no_of(provider, countries, location_class, material, holds, type, custody,
    law_reach, law_countries);
INSERT INTO asset_count
SELECT tenant, 0, group_no, provider, countries, location_class, material, holds, type, custody, law_reach,
    law_countries, count(*)
FROM asset
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12;
INSERT INTO asset_count
SELECT tenant, 1, group_no_of(provider, countries, location_class, material, holds, '', '', law_reach, law_countries),
    provider, countries, location_class, material, holds, '', '', law_reach, law_countries, sum(assets)
FROM asset_count WHERE part = 0
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12;
INSERT INTO asset_count
SELECT tenant, 2, group_no_of(provider, '', location_class, material, holds, type, '', law_reach, ''),
    provider, '', location_class, material, holds, type, '', law_reach, '', sum(assets)
FROM asset_count WHERE part = 0
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12;
INSERT INTO asset_count
SELECT tenant, 3, group_no_of(provider, '', location_class, material, holds, '', custody, law_reach, ''),
    provider, '', location_class, material, holds, '', custody, law_reach, '', sum(assets)
FROM asset_count WHERE part = 0
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12;

-- A page walks these: the assets of each group in the order of their identifiers, or of their names.
CREATE INDEX asset_group ON asset (tenant, group_no, asset_id);
CREATE INDEX asset_name ON asset (tenant, group_no, name, asset_id);

-- What the planner is to think of the sizes of these tables: without them it takes a tenant for ten assets, and reads
-- all of a tenant where it should look up a few numbers. Columns of an index: rows, and rows for each value of
-- its first column, of its first two, and so on.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('asset', 'sqlite_autoindex_asset_1', '10000000 200000 1'),
    ('asset', 'asset_tenant', '10000000 200000'),
    ('asset', 'asset_scope', '10000000 200000 20000 2000 200'),
    ('asset', 'asset_group', '10000000 200000 1000 1'),
    ('asset', 'asset_name', '10000000 200000 1000 2 1'),
    ('asset_count', 'asset_count', '40000 800 200 1'),
    ('finding', 'sqlite_autoindex_finding_1', '10000000 200000 1'),
    ('finding', 'finding_open', '5000000 100000 1 1'),
    ('finding', 'finding_newest', '10000000 2 1'),
    ('tenant', 'sqlite_autoindex_tenant_1', '50 1');
-- Makes the connection read them.
ANALYZE sqlite_schema;

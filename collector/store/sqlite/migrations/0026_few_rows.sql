-- A page by name of everything looks at the first name of each tenant, not of each of its groups. In PostgreSQL the roll-up is
-- besides no longer divided by tenant.
CREATE INDEX asset_by_name ON asset (tenant, name, asset_id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('asset', 'asset_by_name', '10000000 200000 2 1');
ANALYZE sqlite_schema;

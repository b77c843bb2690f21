-- What the planner is to think of the last index of assets that it knew nothing of, as in 0011: it took a tenant for ten
-- assets there, and sorted all of one that was asked for by name.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('asset', 'asset_recorded', '10000000 200000 500');
ANALYZE sqlite_schema;

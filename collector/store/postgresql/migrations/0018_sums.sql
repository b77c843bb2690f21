-- As for SQLite: the roll-up has sums over all tenants beside the rows of each, under the tenant '' that no tenant is called, and a
-- fifth part. Where there are counts this row says that those are to be made; the store does so when it is next opened.
INSERT INTO asset_count
SELECT '', -1, 0, '', '', '', '', '', '', '', '', '', 0 WHERE EXISTS (SELECT 1 FROM asset_count);

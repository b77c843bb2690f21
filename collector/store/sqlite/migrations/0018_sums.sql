-- Open findings count by what their asset counts by: the group of the asset, 0 of a finding about anything else.
ALTER TABLE asset_count ADD COLUMN findings INTEGER NOT NULL DEFAULT 0;
ALTER TABLE finding ADD COLUMN group_no INTEGER NOT NULL DEFAULT 0;
CREATE INDEX finding_group ON finding (tenant, group_no, opened, finding_id) WHERE state = 'open';

-- The roll-up has sums over all tenants beside the rows of each, under the tenant '' that no tenant is called, and a
-- fifth part. Where there are counts or scopes this row says that what this step brings is to be filled; the store does
-- so when it is next opened.
INSERT INTO asset_count
SELECT '', -1, 0, '', '', '', '', '', '', '', '', '', 0, 0
WHERE EXISTS (SELECT 1 FROM asset_count) OR EXISTS (SELECT 1 FROM scope);

-- What of each account was seen (see accounts.py), so that no answer counts scopes to say how complete it is.
CREATE TABLE account_coverage (
    tenant                  TEXT NOT NULL,
    account                 TEXT NOT NULL,
    scopes                  INTEGER NOT NULL,
    counted                 INTEGER NOT NULL,
    whole                   INTEGER NOT NULL,
    whole_told              INTEGER NOT NULL,
    oldest                  INTEGER,
    oldest_complete         INTEGER,
    oldest_nothing          INTEGER,
    oldest_nothing_complete INTEGER,
    PRIMARY KEY (tenant, account)
);

-- What the planner is to think of the sizes of these too, as in 0011: it took all that was superseded since a moment for
-- less than the versions of one asset.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('finding', 'finding_group', '5000000 100000 1000 1 1'),
    ('asset_version', 'sqlite_autoindex_asset_version_1', '10000000 200000 4 1 1'),
    ('asset_version', 'asset_version_superseded', '10000000 200000 500'),
    ('finding_history', 'sqlite_autoindex_finding_history_1', '20000000 400000 3 1 1'),
    ('finding_history', 'finding_history_superseded', '10000000 200000 500'),
    ('scope', 'sqlite_autoindex_scope_1', '2500000 50000 500 25 1'),
    ('scope_version', 'sqlite_autoindex_scope_version_1', '5000000 100000 1000 50 2 1 1'),
    ('scope_version', 'scope_version_superseded', '5000000 100000 500'),
    ('account_coverage', 'sqlite_autoindex_account_coverage_1', '5000 100 1');
ANALYZE sqlite_schema;

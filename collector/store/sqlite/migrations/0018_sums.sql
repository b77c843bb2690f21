-- The roll-up has sums over all tenants beside the rows of each, under the tenant '' that no tenant is called, and a
-- fifth part. Where there are counts or scopes this row says that what this step brings is to be filled; the store does
-- so when it is next opened.
INSERT INTO asset_count
SELECT '', -1, 0, '', '', '', '', '', '', '', '', '', 0
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

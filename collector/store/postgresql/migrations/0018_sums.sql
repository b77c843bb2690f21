-- Open findings count by what their asset counts by: the group of the asset, 0 of a finding about anything else.
ALTER TABLE asset_count ADD COLUMN findings BIGINT NOT NULL DEFAULT 0;
ALTER TABLE finding ADD COLUMN group_no BIGINT NOT NULL DEFAULT 0;
CREATE INDEX finding_group ON finding (tenant, group_no, opened, finding_id) WHERE state = 'open';

-- As for SQLite: the roll-up has sums over all tenants beside the rows of each, under the tenant '' that no tenant is called, and a
-- fifth part. Where there are counts or scopes this row says that what this step brings is to be filled; the store does
-- so when it is next opened.
INSERT INTO asset_count
SELECT '', -1, 0, '', '', '', '', '', '', '', '', '', 0, 0
WHERE EXISTS (SELECT 1 FROM asset_count) OR EXISTS (SELECT 1 FROM scope);

-- What of each account was seen (see accounts.py), so that no answer counts scopes to say how complete it is.
CREATE TABLE account_coverage (
    tenant                  TEXT NOT NULL,
    account                 TEXT NOT NULL,
    scopes                  BIGINT NOT NULL,
    counted                 BIGINT NOT NULL,
    whole                   BIGINT NOT NULL,
    whole_told              BIGINT NOT NULL,
    oldest                  BIGINT,
    oldest_complete         BIGINT,
    oldest_nothing          BIGINT,
    oldest_nothing_complete BIGINT,
    PRIMARY KEY (tenant, account)
) PARTITION BY HASH (tenant);

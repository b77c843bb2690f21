-- The roll-up and what is kept of accounts are small and read by every overview: not divided, a count opens one table
-- instead of all parts of it. A fifth of each page is left free, where rows that count on are written again.
ALTER TABLE asset_count RENAME TO asset_count_divided;
CREATE TABLE asset_count (
    tenant         TEXT NOT NULL,
    part           BIGINT NOT NULL,
    group_no       BIGINT NOT NULL,
    provider       TEXT NOT NULL,
    countries      TEXT NOT NULL,
    location_class TEXT NOT NULL,
    material       TEXT NOT NULL,
    holds          TEXT NOT NULL,
    type           TEXT NOT NULL,
    custody        TEXT NOT NULL,
    law_reach      TEXT NOT NULL,
    law_countries  TEXT NOT NULL,
    assets         BIGINT NOT NULL,
    findings       BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
INSERT INTO asset_count (tenant, part, group_no, provider, countries, location_class, material, holds, type, custody,
    law_reach, law_countries, assets, findings)
SELECT tenant, part, group_no, provider, countries, location_class, material, holds, type, custody, law_reach,
    law_countries, assets, findings
FROM asset_count_divided;
DROP TABLE asset_count_divided;
ALTER TABLE asset_count ADD PRIMARY KEY (tenant, part, group_no);

ALTER TABLE account_coverage RENAME TO account_coverage_divided;
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
    oldest_nothing_complete BIGINT
) WITH (fillfactor = 80);
INSERT INTO account_coverage (tenant, account, scopes, counted, whole, whole_told, oldest, oldest_complete,
    oldest_nothing, oldest_nothing_complete)
SELECT tenant, account, scopes, counted, whole, whole_told, oldest, oldest_complete, oldest_nothing,
    oldest_nothing_complete
FROM account_coverage_divided;
DROP TABLE account_coverage_divided;
ALTER TABLE account_coverage ADD PRIMARY KEY (tenant, account);

-- As for SQLite: a page by name of everything. Without the identifier, as asset_name.
CREATE INDEX asset_by_name ON asset (tenant, name);

ANALYZE asset_count;
ANALYZE account_coverage;

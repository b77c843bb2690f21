-- As for SQLite: counts of assets that are alike, kept in step by whatever writes assets. No released version kept
-- assets in PostgreSQL before: there are none to be counted.
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
    PRIMARY KEY (tenant, part, group_no)
);

ALTER TABLE asset ADD COLUMN group_no BIGINT NOT NULL DEFAULT 0;
DROP INDEX asset_counts;
CREATE INDEX asset_group ON asset (tenant, group_no, asset_id);
CREATE INDEX asset_name ON asset (tenant, group_no, name, asset_id);

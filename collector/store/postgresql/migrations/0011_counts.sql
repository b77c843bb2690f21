-- As for SQLite: the roll-up, and what a page walks. No PostgreSQL store is older than this step, so there is nothing
-- to count.
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
) PARTITION BY HASH (tenant);

ALTER TABLE asset ADD COLUMN group_no BIGINT NOT NULL DEFAULT 0;
DROP INDEX asset_counts;
CREATE INDEX asset_group ON asset (tenant, group_no, asset_id);
-- Not with the identifier: both together may be too long for an entry. Few have the same name, and these are sorted.
CREATE INDEX asset_name ON asset (tenant, group_no, name);

-- As for SQLite: accounts that differed, and outcomes that stood without a word, by both times.
ALTER TABLE scope_version ADD COLUMN told BYTEA;
ALTER TABLE account_differs ADD COLUMN recorded BIGINT NOT NULL DEFAULT 0;
UPDATE account_differs SET recorded = since;
CREATE TABLE account_differs_version (
    tenant     TEXT NOT NULL,
    account    TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    superseded BIGINT NOT NULL,
    withdrawn  BIGINT,
    looked     BIGINT NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (tenant, account, valid_from, recorded)
) PARTITION BY HASH (tenant);

-- What goes without saying has two times as well: whether a scope's outcome stood without being told again is part of
-- its version, and of accounts that differed it is kept since when and until when, and when that was known.
ALTER TABLE scope_version ADD COLUMN told BLOB;
ALTER TABLE account_differs ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
UPDATE account_differs SET recorded = since;
CREATE TABLE account_differs_version (
    tenant     TEXT NOT NULL,
    account    TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    recorded   INTEGER NOT NULL,
    superseded INTEGER NOT NULL,
    withdrawn  INTEGER,
    looked     INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (tenant, account, valid_from, recorded)
);

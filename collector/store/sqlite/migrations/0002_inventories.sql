-- Inventories list assets of any type in one scope, and are compared with what was read in depth.

-- `account`, `scope_location` and `scope_type` name the scope that an asset was last seen in. `type` is
-- its own: another one where an inventory listed it (`scope_type` is then '*').
ALTER TABLE asset ADD COLUMN scope_type TEXT NOT NULL DEFAULT '';
UPDATE asset SET scope_type = type;
DROP INDEX asset_scope;
CREATE INDEX asset_scope ON asset (tenant, account, scope_location, scope_type);

-- What an inventory and the readings of its account did not agree about, from `since` until `ended`;
-- those without an end stand. `scan_id` and `attempt` name the reading of the inventory that showed it last.
CREATE TABLE discrepancy (
    tenant         TEXT NOT NULL,
    account        TEXT NOT NULL,
    scope_location TEXT NOT NULL,
    kind           TEXT NOT NULL,
    asset_id       TEXT NOT NULL,
    since          INTEGER NOT NULL,
    type           TEXT NOT NULL,
    location       TEXT NOT NULL,
    inventory      TEXT NOT NULL,
    scan_id        TEXT NOT NULL,
    attempt        INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    ended          INTEGER,
    PRIMARY KEY (tenant, account, scope_location, kind, asset_id, since)
);
-- Of a kind at most one about an asset stands in a scope.
CREATE UNIQUE INDEX discrepancy_standing ON discrepancy (tenant, account, scope_location, kind, asset_id)
    WHERE ended IS NULL;

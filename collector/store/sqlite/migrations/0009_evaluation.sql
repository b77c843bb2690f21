-- Under which rules the kept verdicts of each tenant were judged. `version` is what all of them stand at, empty
-- where nobody knows; `target` is what they are being judged under, equal to `version` where that is done.
-- `position` is the asset number up to which it has come, `since` when these rules were first in force here.
CREATE TABLE evaluation (
    tenant   TEXT PRIMARY KEY,
    version  TEXT NOT NULL,
    target   TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    judged   INTEGER NOT NULL DEFAULT 0,
    changed  INTEGER NOT NULL DEFAULT 0,
    since    INTEGER NOT NULL,
    finished INTEGER
);

-- Sets of a tenant in the order of their numbers; an index ends with the row's own number.
CREATE INDEX asset_tenant ON asset (tenant);

-- What the scan in hand of each agent gave cause to think of it: how many items were judged by the collector
-- too, how many of those the agent judged otherwise under the same rules (`differing`) or under others though
-- it had the time to take the new ones (`stale`), with a few of them (`examples`, a JSON list of
-- [field, text]). `withdrawn` is since when the collector judges all that this agent sends, null where not.
CREATE TABLE agent_trust (
    tenant    TEXT PRIMARY KEY,
    scan_id   TEXT NOT NULL,
    judged    INTEGER NOT NULL,
    differing INTEGER NOT NULL,
    stale     INTEGER NOT NULL,
    severity  TEXT NOT NULL,
    examples  TEXT NOT NULL,
    withdrawn INTEGER
);

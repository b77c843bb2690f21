-- What people say: the register of systems, decisions on material use, and which assets stand behind others.

-- Versions of systems. Nothing is overwritten: a row was what the collector knew from `recorded` until
-- `superseded` (microseconds; the present has none), about the days from `valid_from` until `valid_until`,
-- both included. `folded` is the name as it is compared. `places` is a JSON list of [column of the register,
-- countries]: where a contract, named in `contract`, says that data is managed, viewed, processed or edited.
CREATE TABLE system (
    organisation  TEXT NOT NULL,
    system        TEXT NOT NULL,
    recorded      INTEGER NOT NULL,
    valid_from    TEXT NOT NULL,
    valid_until   TEXT,
    superseded    INTEGER,
    folded        TEXT NOT NULL,
    name          TEXT NOT NULL,
    material      TEXT NOT NULL,
    personal_data TEXT NOT NULL,
    base_registry TEXT NOT NULL,
    tbb           TEXT NOT NULL,
    marking       TEXT NOT NULL,
    places        TEXT NOT NULL,
    contract      TEXT NOT NULL,
    source        TEXT NOT NULL,
    PRIMARY KEY (organisation, system, recorded, valid_from)
);
CREATE INDEX system_present ON system (organisation, folded) WHERE superseded IS NULL;

-- Versions of decisions, kept in the same way: about an asset of a tenant, or about a system. `ended_by` and
-- `end_reason` say who ended one before its time. `told` says that its end was queued for a new judgement.
CREATE TABLE material_decision (
    organisation TEXT NOT NULL,
    tenant       TEXT NOT NULL,
    asset_id     TEXT NOT NULL,
    system       TEXT NOT NULL,
    recorded     INTEGER NOT NULL,
    valid_from   TEXT NOT NULL,
    valid_until  TEXT,
    superseded   INTEGER,
    material     TEXT NOT NULL,
    decided_by   TEXT NOT NULL,
    reason       TEXT NOT NULL,
    ended_by     TEXT NOT NULL DEFAULT '',
    end_reason   TEXT NOT NULL DEFAULT '',
    told         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (organisation, tenant, asset_id, system, recorded, valid_from)
);
CREATE INDEX material_decision_ending ON material_decision (valid_until)
    WHERE superseded IS NULL AND told = 0;

-- Counts changes of what people say, so that who keeps it in memory knows when to look again.
CREATE TABLE people_generation (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    generation INTEGER NOT NULL
);
INSERT INTO people_generation VALUES (1, 0);

-- Which assets an asset names in its properties; kept for those that name any. Filled as assets are seen
-- changed or new.
CREATE TABLE asset_link (
    tenant   TEXT NOT NULL,
    asset_id TEXT NOT NULL,
    named    TEXT NOT NULL,
    PRIMARY KEY (tenant, asset_id, named)
) WITHOUT ROWID;
CREATE INDEX asset_link_named ON asset_link (tenant, named);

-- What is to be judged again because of what people said: an asset, or all of a system's organisation and
-- those below it.
CREATE TABLE judge_again (
    queue_no     INTEGER PRIMARY KEY,
    organisation TEXT NOT NULL,
    system       TEXT NOT NULL,
    tenant       TEXT NOT NULL,
    asset_id     TEXT NOT NULL,
    created      INTEGER NOT NULL
);

"""The tables of the spool in which the agent remembers what the collector holds and was told."""

from __future__ import annotations

# `base` is an asset of the tenant in the scope that it was last seen in; `sum` is the digest of the assets of
# a scope or an account. `base_gone` are those that the scan in hand no longer lists; they go when it ends.
# `changed` says that the scan in hand changed something in the account.
_BASE = """
CREATE TABLE base_scope (
    scope       INTEGER PRIMARY KEY,
    account     TEXT NOT NULL,
    location    TEXT NOT NULL,
    type        TEXT NOT NULL,
    assets      INTEGER NOT NULL,
    sum         BLOB NOT NULL,
    UNIQUE (account, location, type)
);
CREATE TABLE base (
    asset_id    TEXT PRIMARY KEY,
    scope       INTEGER NOT NULL,
    fingerprint BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX base_in_scope ON base (scope);
CREATE TABLE base_account (
    account     TEXT PRIMARY KEY,
    assets      INTEGER NOT NULL,
    sum         BLOB NOT NULL,
    changed     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE base_gone (
    asset_id    TEXT PRIMARY KEY
) WITHOUT ROWID;
"""

# `told` is the hash of the outcome that was told last of each scope; `told_sum` the digest of all of them,
# and that of the plan and the standings told last, empty where they were not told as a whole.
_TOLD = """
CREATE TABLE told (
    account     TEXT NOT NULL,
    location    TEXT NOT NULL,
    type        TEXT NOT NULL,
    hash        BLOB NOT NULL,
    PRIMARY KEY (account, location, type)
) WITHOUT ROWID;
CREATE TABLE told_sum (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    outcomes    INTEGER NOT NULL,
    sum         BLOB NOT NULL,
    plan        BLOB NOT NULL
);
INSERT INTO told_sum VALUES (1, 0, x'', x'');
"""

TABLES = _BASE + _TOLD
